"""Foreign residents of the demonstration: nationality, residence status, card and alias (住基法第30条の45)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from api.demonstration.addresses import CITY
from api.demonstration.chance import Bag, Weighted, day_between
from api.demonstration.families import HOUSEHOLDER, Family, Person
from api.demonstration.foreign_names import ALIAS_SURNAMES, POOLS
from api.demonstration.names import Written, name_book
from domain.values.dates import RegisterDate
from domain.values.names import FULL_WIDTH_SPACE, Alias, Name
from domain.values.sex import Sex

FOREIGN_RESIDENTS_SINCE = date(2012, 7, 9)
"""Since when foreign residents, and with them an alias, stand in the register (平成21年法律第77号)."""
_COUNTRIES = Weighted(
    [
        ("ベトナム", 32),
        ("中国", 16),
        ("フィリピン", 14),
        ("インドネシア", 14),
        ("ミャンマー", 7),
        ("ネパール", 7),
        ("韓国", 6),
        ("米国", 4),
    ]
)
_KOREA = "韓国"
_REMOVED_ALIASES = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How somebody may stay: category of 第30条の45, status (在留資格), that of who came as family, period.

    `days` is how long the period may still run at most, `None` where it has no end; `aliases` the share that has one.
    """

    category: str = "中長期在留者"
    status: str | None = None
    family_status: str | None = None
    period: str | None = None
    days: int | None = None
    has_card: bool = True
    aliases: float = 0.1

    def status_of(self, person: Person) -> str | None:
        """The status of the householder, or of who came as family."""
        is_family = person.relationship != HOUSEHOLDER and self.family_status is not None
        return self.family_status if is_family else self.status


_TRAINEE = Standing(status="技能実習２号ロ", family_status="特定活動", period="１年", days=365)
_SKILLED = Standing(status="特定技能１号", family_status="特定活動", period="１年", days=365)
_ENGINEER = Standing(status="技術・人文知識・国際業務", family_status="家族滞在", period="３年", days=1095)
_CARE_WORKER = Standing(status="介護", family_status="家族滞在", period="５年", days=1826)
_LONG_TERM = Standing(status="定住者", period="３年", days=1095, aliases=0.3)
_PERMANENT = Standing(status="永住者", family_status="永住者の配偶者等", period="無期限", aliases=0.3)
_PROVISIONAL = Standing(category="仮滞在許可者", period="６月", days=180, has_card=False)
SPECIAL_PERMANENT = Standing(category="特別永住者", aliases=1)
"""特別永住者: no status of residence and no period of stay."""
SPOUSE_OF_JAPANESE = Standing(status="日本人の配偶者等", period="３年", days=1095, aliases=0.6)


def standings() -> Bag[Standing]:
    """A bag of how households of newcomers may stay: most came to work."""
    workers = (_TRAINEE, _TRAINEE, _SKILLED, _SKILLED, _ENGINEER, _CARE_WORKER)
    return Bag((*workers, _LONG_TERM, _PERMANENT, _PROVISIONAL, SPECIAL_PERMANENT))


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The foreign people of one household, and what they share."""

    family: Family
    standing: Standing
    alias_surname: Written


def foreign_identities_of(
    random: Random, arrivals: Arrivals, cards: Iterator[str], today: date
) -> dict[int, dict[str, Any]]:
    """The identifying items of a household's foreign people, by their place in the family."""
    standing = arrivals.standing
    country = _KOREA if standing is SPECIAL_PERMANENT else _COUNTRIES.pick(random)
    family_name = _pick(random, POOLS[country].surnames)
    return {
        place: {
            **_names(
                random, person, country, family_name if person.line == 0 else _pick(random, POOLS[country].surnames)
            ),
            "nationality_or_region": country,
            "foreign_resident_category": standing.category,
            "status_of_residence": standing.status_of(person),
            "residence_card_number": next(cards) if standing.has_card else None,
            "period_of_stay": standing.period,
            "period_of_stay_expires_on": _expiry(random, standing, today),
            "alias_history": _aliases(random, arrivals, person, today),
        }
        for place, person in enumerate(arrivals.family)
        if person.foreign
    }


def any_alias_surname(random: Random) -> Written:
    """A surname that an alias may have where it is not the Japanese spouse's."""
    return _pick(random, ALIAS_SURNAMES)


def _names(random: Random, person: Person, country: str, surname: Written) -> dict[str, Any]:
    pool = POOLS[country]
    given = _pick(random, pool.women if person.sex is Sex.FEMALE else pool.men)
    kana = f"{surname.kana}{FULL_WIDTH_SPACE}{given.kana}"
    return {
        "full_name": Name(f"{surname.text} {given.text}"),
        "name_kana": kana,
        "name_katakana_transcription": kana,
    }


def _pick(random: Random, pool: str) -> Written:
    text, kana = random.choice(pool.split()).split(":")
    return Written(text.replace("_", " "), kana)


def _expiry(random: Random, standing: Standing, today: date) -> RegisterDate | None:
    if standing.days is None:
        return None
    return RegisterDate.of(today + timedelta(days=random.randint(5, standing.days)))


def _aliases(random: Random, arrivals: Arrivals, person: Person, today: date) -> tuple[str, ...]:
    """The lines of 通称履歴: none, one, or one that was removed and the one that followed it."""
    if random.random() >= arrivals.standing.aliases:
        return ()
    given = name_book().given(random, person.sex, person.born.year).text
    text = f"{arrivals.alias_surname.text}{FULL_WIDTH_SPACE}{given}"
    entered = RegisterDate.of(day_between(random, max(FOREIGN_RESIDENTS_SINCE, person.born), today))
    current = Alias(text, entered, CITY).line
    if random.random() >= _REMOVED_ALIASES:
        return (current,)
    first = RegisterDate.of(day_between(random, max(FOREIGN_RESIDENTS_SINCE, person.born), entered.earliest))
    former = f"{any_alias_surname(random).text}{FULL_WIDTH_SPACE}{given}"
    return (Alias(former, first, CITY, removed_on=entered, removed_in=CITY).line, current)
