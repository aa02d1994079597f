"""帰化, 国籍取得, 国籍喪失 carry over what the standard lists; and what the immigration authority notifies."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.change_reasons import ChangeReason
from domain.errors import InvalidValue
from domain.life_events import BecameForeign, BecameJapanese, DeletedExOfficio
from domain.notifications import Situation
from domain.procedures.nationality import (
    CARRIED_OVER,
    HOUSEHOLD,
    AcquireNationality,
    ImmigrationMatter,
    ImmigrationNotice,
    LoseNationality,
    Naturalize,
    ResidenceStanding,
)
from domain.residents import IDENTIFIERS, ResidentRecord
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.names import Name
from domain.values.relationships import HOUSEHOLDER, Relationship
from domain.values.sex import Sex
from tests.domain.people import a_foreign_record, addressee
from tests.domain.situations import (
    a_family,
    a_filing,
    a_resident,
    a_situation,
    after,
    code,
    codes,
    events_of,
    household,
    number,
    on,
    reasons,
)

LISTED = {
    *("current_address", "building_line", "date_of_birth", "sex", "relationship_to_householder"),
    *("address_established_on", "resident_record_code", "addressee_number", "individual_number", "previous_address"),
}
"""標準仕様書1.0 4.5.3-4.5.5, but for the day of becoming a resident."""
OF_THE_CHANGE = {"change_record", "change_reason", "changed_on", "notified_on", "notification_reason"}
OF_PROCESSING = {"processed_on", "processed_at_time", "terminal_id", "staff_number"}
NEW_NAME = Name("帰化　花子")


def a_full_record(nth: int = 1, *, foreign: bool, **said: Any) -> ResidentRecord:
    """A record with everything that may be carried over or left behind."""
    items: dict[str, Any] = {
        "addressee_number": addressee(nth),
        "household_number": household(1),
        "individual_number": number(nth),
        "resident_record_code": code(nth),
        "sex": Sex.FEMALE,
        "building_line": "見本荘101号",
        "relationship_to_householder": HOUSEHOLDER,
        "householder_name": "架空　花子",
        "address_established_on": on("2018-04-01"),
        "previous_address": Address("青森県青森市中央1丁目"),
        "individual_matters": ("国民健康保険",),
        "national_health_insurance_eligibility": "被保険者",
        "seal_registration": "登録",
        "name_kana": "カクウ　ハナコ",
        **said,
    }
    if not foreign:
        return a_resident(nth, **items, former_surname="旧見本", electoral_roll_registration="登録")
    return a_foreign_record(**items, alias_history=("架空　花子",), status_of_residence="永住者")


def naturalization(kind: type[Naturalize] | type[AcquireNationality] = Naturalize) -> Naturalize | AcquireNationality:
    """The first person becomes Japanese on 1 April."""
    return kind(
        filing=a_filing("2026-04-01"),
        resident=addressee(1),
        full_name=NEW_NAME,
        registered_domicile="北海道苫小牧市旭町4丁目",
        family_register_head="帰化　花子",
    )


def loss(changed_on: str = "2026-04-01") -> LoseNationality:
    """The first person loses Japanese nationality."""
    return LoseNationality(
        filing=a_filing(changed_on),
        resident=addressee(1),
        full_name=Name("SAMPLE HANAKO"),
        nationality_or_region="架空国",
    )


def record_in(situation: Situation, nth: int = 1) -> ResidentRecord:
    record = situation.record_of(addressee(nth))
    assert record is not None
    return record


def carried(before: ResidentRecord, now: ResidentRecord) -> set[str]:
    """The items that the new record has from the old one."""
    given = {name for name in IDENTIFIERS if getattr(before, name) not in (None, ())}
    kept = {name for name in given if getattr(before, name) == getattr(now, name)}
    return kept - OF_THE_CHANGE - OF_PROCESSING


@pytest.mark.holds("S1-01", "S1-03")
def test_ex_officio_deletion_naturalization_and_ex_officio_entry_naturalization_are_linked() -> None:
    situation = a_situation(a_full_record(foreign=True))
    proposal = naturalization().proposed(situation)
    deleted, entered = events_of(proposal, addressee(1))

    assert reasons(proposal.changes) == [
        ChangeReason.EX_OFFICIO_DELETION_NATURALIZATION,
        ChangeReason.EX_OFFICIO_ENTRY_NATURALIZATION,
    ]
    assert isinstance(deleted, DeletedExOfficio)
    assert isinstance(entered, BecameJapanese)
    assert deleted.ceased_resident_on == entered.changed_on == on("2026-04-01")


def test_the_history_of_a_naturalisation_shows_the_closed_foreign_side_and_the_japanese_one() -> None:
    situation = after(a_situation(a_full_record(foreign=True)), naturalization())
    _, deleted, entered = (version.record for version in situation.histories[addressee(1)].versions)

    assert (deleted.is_foreign, deleted.is_closed, deleted.change_reason) == (True, True, "職権消除（帰化等）")
    assert (entered.is_foreign, entered.is_closed, entered.change_reason) == (False, False, "職権記載（帰化等）")


def test_what_is_carried_over_is_what_the_standard_lists() -> None:
    assert set(CARRIED_OVER) == LISTED


@pytest.mark.parametrize("kind", [Naturalize, AcquireNationality])
def test_who_becomes_japanese_carries_over_exactly_what_the_standard_lists(kind: type[Naturalize]) -> None:
    before = a_full_record(foreign=True)
    now = record_in(after(a_situation(before), naturalization(kind)))

    assert carried(before, replace(now, householder_name=before.householder_name)) == LISTED | set(HOUSEHOLD)
    assert now.became_resident_on == before.became_foreign_resident_on
    assert (now.full_name, now.family_register_head) == (NEW_NAME, "帰化　花子")


def test_the_numbers_of_linkage_follow_the_person() -> None:
    before = a_full_record(foreign=True, integrated_addressee_number="98000000000001")
    now = record_in(after(a_situation(before), naturalization()))

    assert now.integrated_addressee_number == before.integrated_addressee_number


def test_acquisition_of_nationality_is_entered_under_its_own_notification() -> None:
    now = record_in(after(a_situation(a_full_record(foreign=True)), naturalization(AcquireNationality)))

    assert (now.change_reason, now.notification_reason) == ("職権記載（帰化等）", "国籍取得届")


def test_the_others_follow_the_new_name_of_a_householder_who_was_naturalised() -> None:
    child = a_full_record(2, foreign=True, relationship_to_householder=Relationship("子"))
    situation = after(a_situation(a_full_record(foreign=True), child), naturalization())

    assert {record_in(situation, nth).householder_name for nth in (1, 2)} == {NEW_NAME.text}


@pytest.mark.holds("S1-01", "S1-03")
def test_ex_officio_deletion_loss_of_nationality_and_ex_officio_entry_loss_of_nationality_are_linked() -> None:
    proposal = loss().proposed(a_situation(a_full_record(foreign=False)))

    assert reasons(proposal.changes) == [
        ChangeReason.EX_OFFICIO_DELETION_LOSS_OF_NATIONALITY,
        ChangeReason.EX_OFFICIO_ENTRY_LOSS_OF_NATIONALITY,
    ]
    assert isinstance(proposal.changes[1].event, BecameForeign)


def test_who_loses_the_nationality_carries_over_exactly_what_the_standard_lists() -> None:
    before = a_full_record(foreign=False)
    now = record_in(after(a_situation(before), loss()))

    assert carried(before, replace(now, householder_name=before.householder_name)) == LISTED | set(HOUSEHOLD)
    assert (now.foreign_resident_category, now.nationality_or_region) == ("国籍喪失による経過滞在者", "架空国")
    assert now.became_resident_on is None


@pytest.mark.parametrize(
    ("became_resident_on", "expected"), [("1980-04-01", "2026-04-01"), ("2026-04-05", "2026-04-05")]
)
def test_a_foreign_resident_since_the_later_of_the_loss_and_of_becoming_a_resident(
    became_resident_on: str, expected: str
) -> None:
    before = a_full_record(foreign=False, became_resident_on=RegisterDate(became_resident_on))

    assert record_in(after(a_situation(before), loss())).became_foreign_resident_on == on(expected)


def test_only_foreign_residents_become_japanese_and_only_japanese_ones_lose_it() -> None:
    assert codes(naturalization().proposed(a_situation(a_full_record(foreign=False)))) == ["FOREIGN_RESIDENTS_ONLY"]
    assert codes(loss().proposed(a_situation(a_full_record(foreign=True)))) == ["JAPANESE_RESIDENTS_ONLY"]


def immigration(matter: ImmigrationMatter, **said: Any) -> ImmigrationNotice:
    """What the immigration authority notified of the first person."""
    standing = ResidenceStanding(**said) if said else None
    return ImmigrationNotice(filing=a_filing(), resident=addressee(1), matter=matter, standing=standing)


@pytest.mark.holds("S1-02")
def test_ex_officio_revision_follows_a_notice_of_the_immigration_authority() -> None:
    before = a_full_record(foreign=True)
    said = {"status_of_residence": "定住者", "period_of_stay_expires_on": on("2029-03-31")}
    situation = after(a_situation(before), immigration(ImmigrationMatter.REVISION, **said))
    now = record_in(situation)

    assert (now.status_of_residence, now.period_of_stay_expires_on) == ("定住者", on("2029-03-31"))
    assert now.residence_card_number == before.residence_card_number
    assert (now.change_reason, now.notification_reason) == ("職権修正", "出入国在留管理庁長官通知")


@pytest.mark.holds("S1-03")
def test_ex_officio_deletion_follows_the_loss_of_a_standing_of_article_30_45() -> None:
    now = record_in(after(a_situation(a_full_record(foreign=True)), immigration(ImmigrationMatter.DELETION)))

    assert (now.is_closed, now.change_reason) == (True, "職権消除")


@pytest.mark.parametrize(
    ("notice", "kind"),
    [
        (immigration(ImmigrationMatter.REVISION), "standing"),
        (immigration(ImmigrationMatter.DELETION, status_of_residence="永住者"), "standing"),
        (
            immigration(ImmigrationMatter.REVISION, foreign_resident_category="旅行者"),
            "standing.foreign_resident_category",
        ),
    ],
)
def test_a_notice_that_does_not_say_what_it_should_names_the_input(notice: ImmigrationNotice, kind: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        notice.proposed(a_situation(a_full_record(foreign=True)))
    assert caught.value.kind == kind


def test_no_immigration_notice_is_about_a_japanese_resident() -> None:
    proposal = immigration(ImmigrationMatter.DELETION).proposed(a_situation(*a_family("世帯主")))

    assert codes(proposal) == ["FOREIGN_RESIDENTS_ONLY"]
