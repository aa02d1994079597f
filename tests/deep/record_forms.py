"""Forms about one record: births and deaths, nationality, names, what the city does of its own accord, numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.cards import CardKind, CardState
from domain.notifications import Notice
from domain.procedures import corrections, matters, names, nationality, numbers, vital
from domain.procedures.filing import Filing
from domain.procedures.reversals import Reverse
from domain.procedures.revising import BlankItem, NamesAndAddresses, RevisedItems
from domain.residents import ResidentRecord
from domain.values.dates import RegisterDate
from domain.values.identifiers import IndividualNumber
from domain.values.names import Name
from domain.values.relationships import HOUSEHOLDER, Relationship
from domain.values.sex import Sex
from tests.deep.choices import ADDRESSES, PLACES, Choices, Fill, Town, a_number, filing, foreigners, of_one, resident
from tests.domain.situations import code

# 出生, 国籍, 氏名.


def _birth(town: Town, choices: Choices) -> Notice:
    parent = resident(town, choices)
    register: dict[str, Any] = {"family_register_of": parent.addressee_number}
    foreign: dict[str, Any] = {"nationality_or_region": "架空国"}
    said = choices.one((foreign, register) if parent.is_foreign else (register, foreign))
    name = choices.one((None, Name(f"出生　{next(town.serials)}")))
    child = vital.Child(
        full_name=name, sex=Sex.MALE, relationship_to_householder=choices.one((Relationship("子"), *PLACES)), **said
    )
    return vital.Birth(filing=filing(town, choices), household=parent.household_number, child=child)


def _becomes_japanese(kind: type[Any]) -> Fill:
    said = {"registered_domicile": "北海道苫小牧市旭町4丁目", "family_register_head": "帰化　花子"}
    return lambda town, choices: of_one(
        kind, town, choices, *foreigners(town), full_name=Name(f"帰化　{next(town.serials)}"), **said
    )


def _lose_nationality(town: Town, choices: Choices) -> Notice:
    name = Name(f"SAMPLE {next(town.serials)}")
    return of_one(nationality.LoseNationality, town, choices, full_name=name, nationality_or_region="架空国")


def _immigration(town: Town, choices: Choices) -> Notice:
    revised = {"standing": nationality.ResidenceStanding(status_of_residence=f"永住者{next(town.serials)}")}
    said: dict[str, Any] = choices.one(
        (
            {"matter": nationality.ImmigrationMatter.REVISION, **revised},
            {"matter": nationality.ImmigrationMatter.DELETION},
        )
    )
    return of_one(nationality.ImmigrationNotice, town, choices, *foreigners(town), **said)


def _with_former_surname(town: Town) -> list[ResidentRecord]:
    return [one for one in town.living if one.former_surname]


def _with_alias(town: Town) -> list[ResidentRecord]:
    return [one for one in town.living if one.alias_history]


def _former_surname(kind: type[Any]) -> Fill:
    return lambda town, choices: of_one(
        kind,
        town,
        choices,
        *([] if kind is names.EnterFormerSurname else _with_former_surname(town)),
        **({} if kind is names.RemoveFormerSurname else {"former_surname": f"旧{next(town.serials)}"}),
    )


# 職権, 番号, 個別事項.


def _items(town: Town, choices: Choices) -> RevisedItems:
    serial = next(town.serials)
    return choices.one(
        (
            RevisedItems(full_name=Name(f"修正　{serial}")),
            RevisedItems(name_kana="シュウセイ", blank=(BlankItem.BUILDING_LINE,)),
            RevisedItems(date_of_birth=RegisterDate("1951")),
            RevisedItems(relationship_to_householder=choices.one((HOUSEHOLDER, *PLACES))),
            RevisedItems(blank=(BlankItem.RELATIONSHIP_TO_HOUSEHOLDER,)),
            RevisedItems(current_address=choices.one(ADDRESSES)),
            RevisedItems(blank=(BlankItem.PLANNED_MOVE_OUT_ADDRESS,)),
        )
    )


def _revision(town: Town, choices: Choices) -> Notice:
    items, whole = _items(town, choices), choices.one((False, True))
    return of_one(corrections.ReviseExOfficio, town, choices, items=items, whole_household=whole)


def _minor_revision(town: Town, choices: Choices) -> Notice:
    address = NamesAndAddresses(current_address=choices.one(ADDRESSES))
    items = choices.one((address, NamesAndAddresses(building_line=f"荘{next(town.serials)}")))
    return of_one(corrections.MinorRevision, town, choices, items=items, whole_household=choices.one((True, False)))


def _correction(town: Town, choices: Choices) -> Notice:
    made = choices.one((None, *town.approved[::-1]))
    if made is None:
        return of_one(corrections.CorrectClericalError, town, choices, items=_items(town, choices))
    items, how = _items(town, choices), filing(town, choices)
    return corrections.CorrectClericalError(filing=how, resident=made[1], items=items, notification=made[0])


def _reverse(town: Town, choices: Choices) -> Notice:
    id_, who = choices.one(town.approved[::-1] or [("00000000-0000-7000-8000-000000000000", next(iter(town.records)))])
    only = choices.one(((), (), (who,)))
    return Reverse(filing=Filing(changed_on=RegisterDate.of(town.today)), notification=id_, residents=only)


def _new_code(town: Town, choices: Choices) -> Notice:
    ex_officio, request = numbers.CodeGround.EX_OFFICIO, numbers.CodeGround.REQUEST
    said = {"ground": ex_officio, "resident_record_code": code(choices.one((next(town.serials), 1, 8)))}
    chosen: dict[str, Any] = choices.one(({"ground": request}, said))
    return of_one(numbers.ChangeResidentRecordCode, town, choices, **chosen)


def _first_number(town: Town, choices: Choices) -> Notice:
    without = [one for one in town.living if one.individual_number is None]
    given = a_number(town, choices)
    return of_one(numbers.EnterIndividualNumber, town, choices, *without, individual_number=given)


def other_number(town: Town, choices: Choices, number: IndividualNumber | None = None) -> Notice:
    """Somebody is given another number: this one, or any."""
    given, ground = number or a_number(town, choices), choices.one(tuple(numbers.NumberGround))
    return of_one(numbers.ChangeIndividualNumber, town, choices, individual_number=given, ground=ground)


def _matter(town: Town, choices: Choices) -> Notice:
    matter = choices.one(tuple(matters.IndividualMatter)[::-1])
    text = choices.one((f"該当 {next(town.serials)}", None))
    return of_one(matters.RecordMatter, town, choices, matter=matter, text=text)


def _card_state(town: Town, choices: Choices) -> Notice:
    card, state = CardKind.INDIVIDUAL_NUMBER_CARD, choices.one(tuple(CardState)[:3])
    return of_one(matters.RecordCardState, town, choices, card=card, state=state)


def _simply(kind: type[Any]) -> Fill:
    return lambda town, choices: of_one(kind, town, choices)


_HERE = "北海道苫小牧市"

OF_RECORDS: Mapping[str, Fill] = {
    "birth": _birth,
    "death": _simply(vital.Death),
    "adjudicationOfDisappearance": _simply(vital.AdjudicationOfDisappearance),
    "naturalize": _becomes_japanese(nationality.Naturalize),
    "acquireNationality": _becomes_japanese(nationality.AcquireNationality),
    "loseNationality": _lose_nationality,
    "immigrationNotice": _immigration,
    "enterFormerSurname": _former_surname(names.EnterFormerSurname),
    "changeFormerSurname": _former_surname(names.ChangeFormerSurname),
    "removeFormerSurname": _former_surname(names.RemoveFormerSurname),
    "enterAlias": lambda town, choices: of_one(
        names.EnterAlias, town, choices, *foreigners(town), alias="架空　譲", municipality=_HERE
    ),
    "removeAlias": lambda town, choices: of_one(
        names.RemoveAlias, town, choices, *_with_alias(town), municipality=_HERE
    ),
    "reviseExOfficio": _revision,
    "minorRevision": _minor_revision,
    "correctClericalError": _correction,
    "deleteExOfficio": _simply(corrections.DeleteExOfficio),
    "remake": _simply(corrections.Remake),
    "restore": _simply(corrections.Restore),
    "reverse": _reverse,
    "changeResidentRecordCode": _new_code,
    "enterIndividualNumber": _first_number,
    "changeIndividualNumber": other_number,
    "recordMatter": _matter,
    "recordCardState": _card_state,
}
"""By procedure."""
