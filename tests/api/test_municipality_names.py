"""Documents name the municipality that issued them as its people do."""

from __future__ import annotations

import pytest

from api.municipality_names import name_of


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("012131", "苫小牧市"),
        ("011002", "札幌市"),
        ("271004", "大阪市"),
        ("131016", "千代田区"),
        ("013030", "当別町"),
        ("212199", "郡上市"),
        ("292036", "大和郡山市"),
        ("999999", ""),
    ],
)
def test_a_municipality_is_named_without_its_prefecture_and_county(code: str, name: str) -> None:
    assert name_of(code) == name
