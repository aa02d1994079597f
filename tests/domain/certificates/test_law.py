"""The law as data is the law as written out, article by article, in law_table.toml."""

from __future__ import annotations

import tomllib
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from domain.certificates import law
from domain.certificates.kinds import CertificateKind
from domain.certificates.law import Standing
from domain.certificates.requests import CertifiedItem, RequesterKind
from domain.items import RESIDENT_ITEMS
from tests.domain.certificates.asking import a_request

pytestmark = pytest.mark.holds("S1-05", "S2-02")

TABLE: dict[str, Any] = tomllib.loads((Path(__file__).parent / "law_table.toml").read_text("utf-8"))
FACTS = [{"foreign": foreign, "closed": closed} for foreign, closed in product((False, True), repeat=2)]
BARRED_FROM_OTHERS = (CertifiedItem.INDIVIDUAL_NUMBER, CertifiedItem.RESIDENT_RECORD_CODE)


def routes(kind: str, requester: str) -> list[dict[str, Any]]:
    """The rows of the table about who asks for what."""
    return [row for row in TABLE["route"] if row["kind"] == kind and requester in row["requesters"]]


def as_written(kind: str, requester: str, item: str, *, foreign: bool, closed: bool) -> str:
    """What the table says."""
    facts = {"foreign": foreign, "closed": closed}
    row = next((row for row in routes(kind, requester) if facts == {name: row[name] for name in facts}), None)
    if row is None:
        return "NEVER"
    listed = [name for name in ("always", "on_request", "on_approval") if item in row[name]]
    lacking = TABLE["not_of_record"]
    if item in lacking["foreign" if foreign else "japanese"] or (item in lacking["open"] and not closed and not listed):
        return "NOT_OF_RECORD"
    return listed[0].upper() if listed else "NEVER"


@pytest.mark.parametrize("kind", CertificateKind)
@pytest.mark.parametrize("requester", RequesterKind)
def test_every_item_stands_to_every_requester_as_the_table_says(
    kind: CertificateKind, requester: RequesterKind
) -> None:
    found = {
        (item.value, *facts.items()): law.standing(kind, requester, item, **facts).value
        for item, facts in product(CertifiedItem, FACTS)
    }
    written = {
        (item.value, *facts.items()): as_written(kind.value, requester.value, item.value, **facts)
        for item, facts in product(CertifiedItem, FACTS)
    }
    assert found == written


@pytest.mark.parametrize("kind", CertificateKind)
@pytest.mark.parametrize("requester", RequesterKind)
def test_whoever_may_ask_does_so_by_the_article_of_the_table(kind: CertificateKind, requester: RequesterKind) -> None:
    articles = {row["article"] for row in routes(kind.value, requester.value)} or {""}
    assert {law.legal_basis(kind, requester)} == articles


def test_the_table_knows_every_name_and_says_nothing_twice() -> None:
    lists = [row[name] for row in TABLE["route"] for name in ("always", "on_request", "on_approval")]
    assert {item for one in (*lists, *TABLE["not_of_record"].values()) for item in one} <= set(CertifiedItem)
    assert {row["kind"] for row in TABLE["route"]} <= set(CertificateKind)
    for row in TABLE["route"]:
        together = [*row["always"], *row["on_request"], *row["on_approval"]]
        assert len(together) == len(set(together))


@pytest.mark.parametrize("kind", CertificateKind)
@pytest.mark.parametrize(
    "requester",
    [RequesterKind.OFFICIAL_REQUESTER, RequesterKind.THIRD_PARTY_APPLICANT, RequesterKind.SPECIFIED_AFFAIRS_AGENT],
)
def test_number_and_code_never_go_to_officials_or_third_parties(
    kind: CertificateKind, requester: RequesterKind
) -> None:
    asked = a_request(kind, requester, *CertifiedItem, is_found_appropriate=True)
    for item, facts in product(BARRED_FROM_OTHERS, FACTS):
        assert law.standing(kind, requester, item, **facts) is Standing.NEVER
        assert not law.is_granted(asked, item, **facts)


def test_a_wide_area_copy_never_has_the_domicile_the_eligibilities_or_what_an_ordinance_adds() -> None:
    kind, mayor = CertificateKind.WIDE_AREA_RESIDENT_RECORD_COPY, RequesterKind.ISSUING_MAYOR
    asked = a_request(kind, mayor, *CertifiedItem)
    barred = {CertifiedItem.REGISTERED_DOMICILE, CertifiedItem.ELECTORAL_ROLL, *law.ELIGIBILITIES, *law.BY_ORDINANCE}
    assert barred.isdisjoint(law.printable(asked))


def test_beyond_basics_a_third_party_gets_only_what_is_both_asked_for_and_found_appropriate() -> None:
    item, facts = CertifiedItem.REGISTERED_DOMICILE, {"foreign": False, "closed": False}
    kind, third = CertificateKind.RESIDENT_RECORD_COPY, RequesterKind.THIRD_PARTY_APPLICANT
    assert law.is_granted(a_request(kind, third, item), item, **facts)
    assert not law.is_granted(a_request(kind, third, item, is_found_appropriate=False), item, **facts)
    assert not law.is_granted(a_request(kind, third), item, **facts)


def test_every_item_of_a_certificate_is_made_of_items_of_the_record() -> None:
    assert set(law.RECORD_ITEMS) == set(CertifiedItem)
    assert {name for names in law.RECORD_ITEMS.values() for name in names} <= set(RESIDENT_ITEMS)


@pytest.mark.parametrize("kind", [kind for kind in CertificateKind if law.ROUTES.get(kind)])
def test_the_policy_is_asked_for_what_may_be_printed_and_never_for_a_number_that_may_not(kind: CertificateKind) -> None:
    for requester in law.ROUTES[kind]:
        for items in ((), tuple(CertifiedItem)):
            asked = a_request(kind, requester, *items)
            loaded = set(law.items_to_load(asked))
            assert set(law.items_to_print(asked)) <= loaded
            for item, name in zip(BARRED_FROM_OTHERS, ("individual_number", "resident_record_code"), strict=True):
                assert (name in loaded) is (item in law.printable(asked))
