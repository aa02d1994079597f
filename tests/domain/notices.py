"""One notice of every procedure that changes a record, each with a situation in which nothing stands against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.cards import CardKind, CardState
from domain.notifications import Notice, Situation
from domain.procedures.corrections import (
    CorrectClericalError,
    DeleteExOfficio,
    EnterExOfficio,
    MinorRevision,
    Remake,
    Restore,
    ReviseExOfficio,
)
from domain.procedures.households import (
    ChangeHousehold,
    ChangeHouseholder,
    HouseholdPlace,
    MergeHouseholds,
    SplitHousehold,
)
from domain.procedures.matters import IndividualMatter, RecordCardState, RecordMatter
from domain.procedures.moving import CloseDue, ConfirmMoveOut, MoveOut, MoveWithin, MovingWithin
from domain.procedures.moving_in import Article3046, Article3047, MoveIn
from domain.procedures.names import (
    ChangeFormerSurname,
    EnterAlias,
    EnterFormerSurname,
    RemoveAlias,
    RemoveFormerSurname,
)
from domain.procedures.nationality import (
    AcquireNationality,
    ImmigrationMatter,
    ImmigrationNotice,
    LoseNationality,
    Naturalize,
    ResidenceStanding,
)
from domain.procedures.numbers import (
    ChangeIndividualNumber,
    ChangeResidentRecordCode,
    EnterIndividualNumber,
    NumberGround,
)
from domain.procedures.reversals import Reverse
from domain.procedures.revising import BlankItem, NamesAndAddresses, RevisedItems
from domain.procedures.vital import AdjudicationOfDisappearance, Birth, Child, Death
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.names import Name
from domain.values.relationships import Relationship
from domain.values.sex import Sex
from tests.domain.entrants import a_foreigner, an_entrant
from tests.domain.people import a_foreign_record, addressee
from tests.domain.situations import a_family, a_filing, a_resident, a_situation, after, household, number

_THERE = Address("北海道苫小牧市新町1丁目2番3号")
_JAPANESE_NAME: dict[str, Any] = {
    "full_name": Name("帰化　花子"),
    "registered_domicile": "北海道苫小牧市旭町4丁目",
    "family_register_head": "帰化　花子",
}


def _of_one(kind: type[Any], **said: Any) -> Any:
    return kind(**{"filing": a_filing(), "resident": addressee(1), **said})


def _place(nth: int, relationship: str) -> HouseholdPlace:
    return HouseholdPlace(addressee_number=addressee(nth), relationship_to_householder=Relationship(relationship))


def _entering(kind: type[Any], *, foreign: bool = False, **said: Any) -> Any:
    members = (a_foreigner() if foreign else an_entrant(),)
    return kind(**{"filing": a_filing(), "members": members, "current_address": _THERE, **said})


_FAMILY = a_situation(*a_family("世帯主", "妻", "子"), *a_family("世帯主", "妻", home=2, first=4))
_FOREIGN = a_situation(a_foreign_record())
_WITH_FORMER_SURNAME = a_situation(a_resident(1, former_surname="旧見本"))
_WITHOUT_NUMBER = a_situation(a_resident(1, individual_number=None))
_PLANNED = MoveOut(filing=a_filing("2026-04-20"), residents=(addressee(3),), planned_move_out_address=_THERE)
_DIED = replace(after(_FAMILY, _of_one(Death, resident=addressee(3))), changes_of={"N1": ((addressee(3), 1),)})
_DUE = replace(after(_FAMILY, _PLANNED), today=RegisterDate("2026-04-20").earliest)

_MOVES: tuple[tuple[Situation, Notice], ...] = (
    (_FAMILY, _entering(MoveIn, previous_address=_THERE)),
    (_FAMILY, _entering(Article3046, foreign=True)),
    (_FAMILY, _entering(Article3047, foreign=True)),
    (_FAMILY, _entering(EnterExOfficio, previous_address=Address("不明"))),
    (
        _FAMILY,
        MoveWithin(
            filing=a_filing(),
            current_address=_THERE,
            members=(MovingWithin(addressee_number=addressee(3), relationship_to_householder=Relationship("世帯主")),),
        ),
    ),
    (_FAMILY, _PLANNED),
    (_DUE, CloseDue(residents=(addressee(3),))),
    (
        after(_FAMILY, _PLANNED),
        ConfirmMoveOut(filing=a_filing(), residents=(addressee(3),), confirmed_move_out_address=_THERE),
    ),
)
_VITAL: tuple[tuple[Situation, Notice], ...] = (
    (
        _FAMILY,
        Birth(
            filing=a_filing(),
            household=household(1),
            child=Child(sex=Sex.MALE, relationship_to_householder=Relationship("子"), family_register_of=addressee(1)),
        ),
    ),
    (_FAMILY, _of_one(Death, resident=addressee(3))),
    (_FAMILY, _of_one(AdjudicationOfDisappearance, resident=addressee(3))),
    (_FOREIGN, _of_one(Naturalize, **_JAPANESE_NAME)),
    (_FOREIGN, _of_one(AcquireNationality, **_JAPANESE_NAME)),
    (_FAMILY, _of_one(LoseNationality, full_name=Name("SAMPLE"), nationality_or_region="架空国")),
    (
        _FOREIGN,
        _of_one(
            ImmigrationNotice,
            matter=ImmigrationMatter.REVISION,
            standing=ResidenceStanding(status_of_residence="永住者"),
        ),
    ),
)
_HOUSEHOLDS: tuple[tuple[Situation, Notice], ...] = (
    (_FAMILY, SplitHousehold(filing=a_filing(), members=(_place(3, "世帯主"),))),
    (
        _FAMILY,
        MergeHouseholds(filing=a_filing(), household=household(1), members=(_place(4, "父"), _place(5, "母"))),
    ),
    (_FAMILY, ChangeHousehold(filing=a_filing(), household=household(2), members=(_place(3, "縁故者"),))),
    (
        _FAMILY,
        ChangeHouseholder(filing=a_filing(), members=(_place(1, "夫"), _place(2, "世帯主"), _place(3, "子"))),
    ),
)
_NAMES: tuple[tuple[Situation, Notice], ...] = (
    (_FAMILY, _of_one(EnterFormerSurname, former_surname="旧見本", former_surname_reading="キュウミホン")),
    (_WITH_FORMER_SURNAME, _of_one(ChangeFormerSurname, former_surname="別見本")),
    (_WITH_FORMER_SURNAME, _of_one(RemoveFormerSurname)),
    (_FOREIGN, _of_one(EnterAlias, alias="架空　譲", municipality="北海道苫小牧市")),
    (
        a_situation(a_foreign_record(alias_history=("架空　譲",))),
        _of_one(RemoveAlias, municipality="北海道苫小牧市"),
    ),
)
_CORRECTIONS: tuple[tuple[Situation, Notice], ...] = (
    (_FAMILY, _of_one(ReviseExOfficio, items=RevisedItems(name_kana="カクウ", blank=(BlankItem.BUILDING_LINE,)))),
    (_FAMILY, _of_one(DeleteExOfficio, resident=addressee(3))),
    (_FAMILY, _of_one(MinorRevision, items=NamesAndAddresses(current_address=_THERE), whole_household=True)),
    (_FAMILY, _of_one(CorrectClericalError, items=RevisedItems(date_of_birth=RegisterDate("1951")))),
    (_FAMILY, _of_one(Remake)),
    (_FAMILY, _of_one(Restore)),
    (_DIED, Reverse(filing=a_filing(), notification="N1")),
)
_NUMBERS: tuple[tuple[Situation, Notice], ...] = (
    (_FAMILY, _of_one(ChangeResidentRecordCode)),
    (_WITHOUT_NUMBER, _of_one(EnterIndividualNumber, individual_number=number(77))),
    (_FAMILY, _of_one(ChangeIndividualNumber, individual_number=number(77), ground=NumberGround.REQUEST)),
    (_FAMILY, _of_one(RecordMatter, matter=IndividualMatter.NATIONAL_PENSION, text="該当（第1号）")),
    (_FAMILY, _of_one(RecordCardState, card=CardKind.INDIVIDUAL_NUMBER_CARD, state=CardState.APPLIED)),
)

EVERY_NOTICE: Mapping[str, tuple[Situation, Notice]] = {
    notice.procedure: (situation, notice)
    for some in (_MOVES, _VITAL, _HOUSEHOLDS, _NAMES, _CORRECTIONS, _NUMBERS)
    for situation, notice in some
}
"""By procedure."""
