"""A term of who certifies: a whole name and title, and days in their order."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.certificates.certifiers import CertifierRole, Term
from domain.certificates.documents import Certifier
from domain.errors import InvalidValue

pytestmark = pytest.mark.holds("S1-05")

FIRST, LAST = date(2026, 4, 1), date(2026, 4, 3)
MAYOR, ACTING = CertifierRole.MAYOR, CertifierRole.ACTING


def a_term(role: CertifierRole = ACTING, title: str = "北海道見本市長", name: str = "見本　太郎", **days: Any) -> Term:
    """A term of three days."""
    return Term("id", role, Certifier(title, name), **{"starts_on": FIRST, "ends_on": LAST} | days)


def test_a_mayor_need_not_have_a_last_day_and_both_may_have_a_single_one() -> None:
    assert a_term(MAYOR, ends_on=None).ends_on is None
    assert {a_term(role, ends_on=FIRST).role for role in CertifierRole} == {MAYOR, ACTING}


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ({"name": ""}, "name"),
        ({"name": "　"}, "name"),
        ({"name": "見本\n太郎"}, "name"),
        ({"name": "長" * 101}, "name"),
        ({"title": ""}, "title"),
        ({"title": "市長 "}, "title"),
        ({"ends_on": None}, "ends_on"),
        ({"ends_on": date(2026, 3, 31)}, "ends_on"),
    ],
    ids=str,
)
def test_a_term_without_a_name_a_title_or_days_in_their_order_is_none(wrong: dict[str, Any], kind: str) -> None:
    with pytest.raises(InvalidValue) as told:
        a_term(**wrong)
    assert told.value.kind == kind


def test_each_role_has_its_word() -> None:
    assert {role: role.japanese for role in CertifierRole} == {MAYOR: "市区町村長", ACTING: "職務代理者"}
