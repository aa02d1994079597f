"""The matters of the programmes (個別事項, 住基法第7条第9号から第11号の2) and what people hold: seal and cards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from api.demonstration.chance import Weighted, day_between
from api.demonstration.lives import NUMBERS_ASSIGNED, Life, birthday

_VOTING_AGE, _SEAL_AGE, _PENSION_AGES, _CARE_AGE, _ELDERLY_AGE, _CHILD_AGE = 18, 15, range(20, 60), 65, 75, 18
_SEALS = 0.55  # the share of those who may that have registered a seal
_MARCH = 3  # ends the school year
_THREE_MONTHS = timedelta(days=90)  # on the roll after three months (公職選挙法第21条)
_CARDS_SINCE = date(2016, 1, 1)
_CARD = Weighted([("交付済", 78), ("申請中", 3), ("未交付", 19)])
_OLD_CARD = Weighted([("失効（有効期間満了）", 4), ("返納済", 2), (None, 94)])
_PENSION = Weighted([("第1号被保険者", 8), ("第1号被保険者（全額免除）", 2)])
# Since when everybody is covered by them (国民皆保険, 介護保険法, 高齢者医療確保法): nobody was insured before.
_HEALTH_SINCE, _CARE_SINCE, _ELDERLY_SINCE = date(1961, 4, 1), date(2000, 4, 1), date(2008, 4, 1)

_NAMES = {
    "electoral_roll_registration": "選挙人名簿",
    "national_health_insurance_eligibility": "国民健康保険",
    "late_stage_elderly_care_eligibility": "後期高齢者医療",
    "long_term_care_insurance_eligibility": "介護保険",
    "national_pension_eligibility": "国民年金",
    "child_allowance_eligibility": "児童手当",
}


@dataclass(frozen=True, slots=True)
class Situation:
    """What of a household decides the matters: whether it is insured with the city, and for how many children a person
    of it receives child allowance."""

    insured_with_the_city: bool
    children_supported: int


def matters_of(random: Random, life: Life, situation: Situation, today: date) -> dict[str, Any]:
    """Items 27 to 36 by identifier. Who is no resident any more has no matters, and a card that lapsed."""
    if life.ceased:
        return {"individual_number_card_status": "失効"}
    programmes = _programmes(random, life, situation, today)
    held = {identifier: text for identifier, text in programmes.items() if text}
    return {
        **held,
        "individual_matters": tuple(_NAMES[identifier] for identifier in held),
        "seal_registration": _seal(random, life, today),
        "individual_number_card_status": _card(random, life, today),
        "basic_resident_registration_card_status": _old_card(random, life),
    }


def is_allowance_child(born: date, today: date) -> bool:
    """Whether child allowance is paid for the child: until the March after the 18th birthday (児童手当法第3条)."""
    turns = birthday(born, _CHILD_AGE) - timedelta(days=1)
    last_day = date(turns.year + (turns.month > _MARCH), _MARCH, 31)
    return today <= last_day


def _programmes(random: Random, life: Life, situation: Situation, today: date) -> dict[str, str | None]:
    age = life.person.age(today)
    insured = situation.insured_with_the_city
    return {
        "electoral_roll_registration": _electoral_roll(life, age, today),
        "national_health_insurance_eligibility": _health_insurance(life) if insured and age < _ELDERLY_AGE else None,
        "late_stage_elderly_care_eligibility": _elderly_care(life, today),
        "long_term_care_insurance_eligibility": _long_term_care(life, today),
        "national_pension_eligibility": _PENSION.pick(random) if insured and age in _PENSION_AGES else None,
        "child_allowance_eligibility": _child_allowance(life, situation, today),
    }


def _electoral_roll(life: Life, age: int, today: date) -> str | None:
    entitled = age >= _VOTING_AGE and not life.person.foreign and life.became <= today - _THREE_MONTHS
    return "登録" if entitled else None


def _health_insurance(life: Life) -> str:
    return _since("被保険者", max(_HEALTH_SINCE, life.became))


def _elderly_care(life: Life, today: date) -> str | None:
    # 高齢者医療確保法第52条: from the 75th birthday.
    turned = birthday(life.person.born, _ELDERLY_AGE)
    return _since("被保険者", max(turned, _ELDERLY_SINCE, life.became)) if turned <= today else None


def _long_term_care(life: Life, today: date) -> str | None:
    # 年齢計算ニ関スル法律: 65 is reached on the day before the birthday.
    reached = birthday(life.person.born, _CARE_AGE) - timedelta(days=1)
    return _since("第1号被保険者", max(reached, _CARE_SINCE, life.became)) if reached <= today else None


def _child_allowance(life: Life, situation: Situation, today: date) -> str | None:
    if is_allowance_child(life.person.born, today):
        return "支給対象児童"
    count = situation.children_supported
    return f"受給者（支給対象児童{count}人）" if count else None


def _seal(random: Random, life: Life, today: date) -> str | None:
    # Only a resident of 15 or more can register a seal; about every second adult has.
    first = max(birthday(life.person.born, _SEAL_AGE), life.became)
    if first >= today or random.random() > _SEALS:
        return None
    return f"登録 {day_between(random, first, today).isoformat()}"


def _card(random: Random, life: Life, today: date) -> str:
    status = _CARD.pick(random)
    first = max(_CARDS_SINCE, life.person.born)
    return f"{status} {day_between(random, first, today).isoformat()}" if status == "交付済" else status


def _old_card(random: Random, life: Life) -> str | None:
    return _OLD_CARD.pick(random) if life.became < NUMBERS_ASSIGNED and not life.person.foreign else None


def _since(what: str, day: date) -> str:
    return f"{what} {day.isoformat()}取得"
