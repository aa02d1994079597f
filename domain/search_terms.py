"""What may be searched by, and the normal form in which it is compared.

Every value searched for passes here: the store compares normal forms only, and the ledger keeps a keyed hash of them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from domain.errors import Code, InvalidValue, Refusal
from domain.items import RESIDENT_ITEMS
from domain.ports import Condition, Match
from domain.values.dates import RegisterDate
from domain.values.identifiers import AddresseeNumber, HouseholdNumber, IndividualNumber, ResidentRecordCode
from domain.values.search_keys import address_key, kana_key, name_key
from domain.values.sex import Sex

LONGEST_KEPT = 200


@dataclass(frozen=True, slots=True)
class Term:
    """An item and the text searched for, as the caller gave it.

    `is_search` is false where the caller only hands back an id that the service sealed: that needs no right to search.
    """

    item: str
    text: str
    is_search: bool = True

    def __repr__(self) -> str:
        """Never the text: it may be an Individual Number."""
        return f"<Term {self.item}>"


_FORMS: Mapping[str, tuple[Match, Callable[[str], str]]] = MappingProxyType(
    {
        "addressee_number": (Match.EQUALS, lambda text: AddresseeNumber.parse(text).value),
        "household_number": (Match.EQUALS, lambda text: HouseholdNumber.parse(text).value),
        "individual_number": (Match.EQUALS, lambda text: IndividualNumber.parse(text).value),
        "resident_record_code": (Match.EQUALS, lambda text: ResidentRecordCode.parse(text).value),
        "full_name": (Match.STARTS_WITH, name_key),
        "name_kana": (Match.STARTS_WITH, kana_key),
        "current_address": (Match.STARTS_WITH, address_key),
        "date_of_birth": (Match.EQUALS, lambda text: RegisterDate.as_registered(text).iso),
        "sex": (Match.EQUALS, lambda text: Sex(text).value),
    }
)

SEARCHABLE = frozenset(_FORMS)
"""The items that a condition can be made of; for all others the schema has no argument."""


def condition_of(term: Term) -> Condition:
    """The term in its normal form. Raises `Refusal` (INVALID_INPUT, naming the item) where the text is not one."""
    match, normal_form = _FORMS[term.item]
    if not term.is_search:  # the service's own text: a number of no record is no mistake of the caller's
        return Condition(term.item, match, term.text)
    try:
        value = normal_form(term.text)
    except InvalidValue as error:
        raise _invalid(term, (error.message, error.message_ja)) from error
    if not value:
        raise _invalid(term, ("The condition is empty.", "検索条件が空です。"))
    return Condition(term.item, match, value)


def recorded_form(term: Term) -> str:
    """What the ledger hashes of a search, refused ones too: the normal form, or a rough one of a text that has none."""
    try:
        return condition_of(term).value
    except Refusal:
        return _rough_form(term)


def _rough_form(term: Term) -> str:
    return unicodedata.normalize("NFKC", term.text[:LONGEST_KEPT]).replace(" ", "").replace("-", "")


def _invalid(term: Term, detail: tuple[str, str]) -> Refusal:
    return Refusal(Code.INVALID_INPUT, names=(RESIDENT_ITEMS[term.item].graphql_name,), detail=detail)
