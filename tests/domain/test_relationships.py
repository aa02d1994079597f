"""続柄: the closed vocabulary and its chains."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValue
from domain.values.relationships import COHABITANT, DISTANT_RELATIVE, HOUSEHOLDER, KIN, LONGEST_CHAIN, Relationship

SINGLE = ["世帯主", "縁故者", "同居人"]


@pytest.mark.parametrize(
    "text", [*SINGLE, *KIN, "子の子の子の子", "妻の父の兄の子", "子の妻（未届）", "子の子（子の夫）"]
)
def test_a_relationship_of_the_standard_exists(text: str) -> None:
    assert Relationship(text).text == str(Relationship(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "祖父",
        "祖母",
        "おじ",
        "おば",
        "甥",
        "姪",
        "孫",
        "長男",
        "家事使用人",
        "準世帯主",
        "子の",
        "の子",
        "子子",
        "子のの子",
        "世帯主の子",
        "子の縁故者",
        "子の同居人",
        "妻(未届)",
        "子の子の子の子の子",
        "の".join(["子"] * 50_000),
    ],
)
def test_any_other_relationship_cannot_exist(text: str) -> None:
    with pytest.raises(InvalidValue):
        Relationship(text)


@given(st.lists(st.sampled_from(KIN), min_size=1, max_size=LONGEST_CHAIN))
def test_every_chain_of_up_to_four_words_exists_and_says_its_steps(words: list[str]) -> None:
    assert Relationship("の".join(words)).steps == tuple(words)


@given(st.lists(st.sampled_from(KIN), min_size=LONGEST_CHAIN + 1, max_size=8))
def test_no_chain_of_five_words_exists(words: list[str]) -> None:
    with pytest.raises(InvalidValue):
        Relationship("の".join(words))


def test_typed_brackets_may_be_half_width() -> None:
    assert Relationship.parse("妻 (未届)") == Relationship("妻（未届）")


def test_only_the_householder_is_the_householder() -> None:
    assert HOUSEHOLDER.is_householder
    assert not any(relationship.is_householder for relationship in (DISTANT_RELATIVE, COHABITANT, Relationship("妻")))
    assert HOUSEHOLDER.steps == ("世帯主",)
