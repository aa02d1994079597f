"""What may be searched by, and the normal form in which it is compared.

Every value searched for passes here: the store compares normal forms only, and the ledger keeps a keyed hash of them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from domain.errors import Code, InvalidValue, Refusal
from domain.items import RESIDENT_ITEMS
from domain.ports import Condition, Match
from domain.search_forms import KEYED, NormalForm
from domain.values.identifiers import AddresseeNumber, HouseholdNumber, IndividualNumber, ResidentRecordCode
from domain.values.search_dates import date_prefix
from domain.values.sex import Sex
from domain.values.variant_characters import folded

LONGEST_KEPT = 200


@dataclass(frozen=True, slots=True)
class Manner:
    """How names and addresses are compared: names by `match`; both also as they were (`in_past`)."""

    match: Match = Match.STARTS_WITH
    with_variants: bool = False
    in_past: bool = False


USUAL = Manner()


@dataclass(frozen=True, slots=True)
class Term:
    """An item and the text searched for, as the caller gave it.

    `is_search` is false where the caller only hands back an id that the service sealed: that needs no right to search.
    """

    item: str
    text: str
    is_search: bool = True
    manner: Manner = USUAL

    def __repr__(self) -> str:
        """Never the text: it may be an Individual Number."""
        return f"<Term {self.item}>"


@dataclass(frozen=True, slots=True)
class _Searched:
    """How an item is searched by. `tells` is the one of 氏名, 生年月日 and 住所 that it tells of a person."""

    form: NormalForm
    match: Match = Match.EQUALS
    as_wished: bool = False
    tells: str | None = None


def _name(item: str) -> _Searched:
    return _Searched(KEYED[item].form, Match.STARTS_WITH, as_wished=True, tells="氏名")


def _address(item: str) -> _Searched:
    return _Searched(KEYED[item].form, Match.STARTS_WITH, tells="住所")


_SEARCHED: Mapping[str, _Searched] = MappingProxyType(
    {
        "addressee_number": _Searched(lambda text: AddresseeNumber.parse(text).value),
        "household_number": _Searched(lambda text: HouseholdNumber.parse(text).value),
        "individual_number": _Searched(lambda text: IndividualNumber.parse(text).value),
        "resident_record_code": _Searched(lambda text: ResidentRecordCode.parse(text).value),
        "residence_card_number": _Searched(KEYED["residence_card_number"].form),
        "full_name": _name("full_name"),
        "name_kana": _name("name_kana"),
        "alias_history": _name("alias_history"),
        "former_surname": _name("former_surname"),
        "former_surname_reading": _name("former_surname_reading"),
        "current_address": _address("current_address"),
        "building_line": _address("building_line"),
        "date_of_birth": _Searched(date_prefix, Match.STARTS_WITH, tells="生年月日"),
        "relationship_to_householder": _Searched(KEYED["relationship_to_householder"].form),
        "sex": _Searched(lambda text: Sex(text).value),
    }
)

SEARCHABLE = frozenset(_SEARCHED)
"""The items that a condition can be made of; for all others the schema has no argument."""

EXACT_NUMBERS = frozenset(
    {"addressee_number", "household_number", "individual_number", "resident_record_code", "residence_card_number"}
)
"""The items of which one alone says who is meant."""

ENOUGH = 2


def are_enough(terms: Iterable[Term]) -> bool:
    """Whether the conditions name somebody rather than anybody (重点項目評価書Ⅲ: 性別を除く2情報以上).

    An exact number does, or two of name, date of birth and address; a name in kanji and in kana is one of them.
    """
    items = {term.item for term in terms}
    told = {_SEARCHED[item].tells for item in items} - {None}
    return bool(items & EXACT_NUMBERS) or len(told) >= ENOUGH


def condition_of(term: Term) -> Condition:
    """The term in its normal form. Raises `Refusal` (INVALID_INPUT, naming the item) where the text is not one."""
    searched, manner = _SEARCHED[term.item], term.manner
    if not term.is_search:  # the service's own text: a number of no record is no mistake of the caller's
        return Condition(term.item, searched.match, term.text)
    value = _normal_form(term)
    keyed = KEYED.get(term.item)
    variants = manner.with_variants and keyed is not None and keyed.has_variants
    return Condition(
        item=term.item,
        match=manner.match if searched.as_wished else searched.match,
        value=folded(value) if variants else value,
        with_variants=variants,
        in_past=manner.in_past and keyed is not None,
    )


def recorded_form(term: Term) -> str:
    """What the ledger hashes of a search, refused ones too: the normal form, or a rough one of a text that has none."""
    if not term.is_search:
        return term.text
    try:
        return _normal_form(term)
    except Refusal:
        return _rough_form(term)


def _normal_form(term: Term) -> str:
    try:
        value = _SEARCHED[term.item].form(term.text)
    except InvalidValue as error:
        raise _invalid(term, (error.message, error.message_ja)) from error
    if not value:
        raise _invalid(term, ("The condition is empty.", "検索条件が空です。"))
    return value


def _rough_form(term: Term) -> str:
    return unicodedata.normalize("NFKC", term.text[:LONGEST_KEPT]).replace(" ", "").replace("-", "")


def _invalid(term: Term, detail: tuple[str, str]) -> Refusal:
    return Refusal(Code.INVALID_INPUT, names=(RESIDENT_ITEMS[term.item].graphql_name,), detail=detail)
