"""統計: population and changes as counts, as CSV and as a chart; nobody's record is in them."""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import Annotated, Any

import strawberry

from api.charts import population_pyramid
from api.graphql.notices import enum_of
from api.graphql.resolving import GraphInfo, field_name, raw
from api.graphql.selection import selected
from authz.counting import Counting
from authz.runs import Asked
from domain import statistics as domain
from domain.change_reasons import ChangeReason, Effect
from domain.errors import Code, Refusal
from domain.histories import day_of, moment_of
from domain.statistics import MOST_CELLS, Citizenship, CountedBy, Movements, Population, Table
from domain.values.sex import Sex

strawberry.enum(
    domain.PopulationDimension,
    name="PopulationDimension",
    description="町名, 年齢, 5歳階級, 性別, 日本人・外国人の別, 国籍・地域, 第30条45区分, 在留資格",
)
strawberry.enum(domain.MovementDimension, name="MovementDimension", description="月, 町名, 性別, 日本人・外国人の別")
enum_of(Citizenship)  # before the types below, which would take it as it is
strawberry.enum(CountedBy, name="CountedBy", description="処理日 (as a city reports its year) / 異動日")
strawberry.enum(Effect, name="ChangeEffect", description="記載 (ENTRY), 消除 (DELETION), 修正 (REVISION)")
enum_of(ChangeReason)  # before the types below, which would take it as it is

AsOf = Annotated[
    str | None, strawberry.argument(description="The day whose end is counted; today unless told. / 基準日")
]
KnownAt = Annotated[
    str | None, strawberry.argument(description="As the register knew it then, as in `resident`. / 時点")
]
People = Annotated[
    list[domain.PopulationDimension], strawberry.argument(description="By what the cells are counted. / 集計の区分")
]
Changes = Annotated[
    list[domain.MovementDimension], strawberry.argument(description="By what the cells are counted beside 異動事由.")
]
Day = Annotated[str, strawberry.argument(description="ISO 8601 or an era: 2026-04-01, 令和8年4月1日. / 年月日")]
First = Annotated[str, strawberry.argument(name="from", description="The first day of the period. / 期間の初日")]
Last = Annotated[str, strawberry.argument(name="to", description="Its last day, counted too. / 期間の末日")]


@strawberry.type(description="People counted together; what was not asked for, or is not known, is null. / 人口の内訳")
class PopulationCell:
    """A cell of the table."""

    town: str | None = strawberry.field(default=None, description="町名・丁目")
    age: int | None = strawberry.field(default=None, description="年齢 in full years.")
    age_group: int | None = strawberry.field(default=None, description="5歳階級 by its first age; 100 is open.")
    sex: Sex | None = strawberry.field(default=None, description="性別")
    citizenship: Citizenship | None = strawberry.field(default=None, description="日本人・外国人の別")
    nationality_or_region: str | None = strawberry.field(default=None, description="国籍・地域")
    foreign_resident_category: str | None = strawberry.field(default=None, description="第30条45区分")
    status_of_residence: str | None = strawberry.field(default=None, description="在留資格")
    people: int = strawberry.field(description="人数")


@strawberry.type(
    description="人口・世帯数 (標準仕様書1.0 6.1). Who has notified a move-out counts until the day has come."
)
class PopulationStatistics:
    """The people of a day."""

    as_of: str = strawberry.field(description="基準日, ISO 8601.")
    residents: int = strawberry.field(description="人口")
    male: int = strawberry.field(description="男")
    female: int = strawberry.field(description="女")
    sex_unknown: int = strawberry.field(description="性別不詳")
    japanese: int = strawberry.field(description="日本人住民")
    foreign: int = strawberry.field(description="外国人住民")
    households: int = strawberry.field(description="世帯数")
    japanese_households: int = strawberry.field(description="日本人住民の世帯")
    foreign_households: int = strawberry.field(description="外国人住民の世帯")
    mixed_households: int = strawberry.field(description="複数国籍世帯")
    cells: list[PopulationCell] = strawberry.field(description=f"By `by`; at most {MOST_CELLS}. / 内訳")
    csv: str | None = strawberry.field(description="All cells as CSV, headed in both languages. / 内訳のCSV")
    pyramid: str | None = strawberry.field(description="人口ピラミッド as SVG.")


@strawberry.type(description="Changes counted together; what was not asked for, or is not known, is null. / 異動の内訳")
class MovementCell:
    """A cell of the table."""

    reason: ChangeReason = strawberry.field(description="異動事由")
    reason_ja: str = strawberry.field(description="異動事由, as the standard words it.")
    effect: Effect = strawberry.field(description="異動区分")
    month: str | None = strawberry.field(default=None, description="年月, 2026-04.")
    town: str | None = strawberry.field(default=None, description="町名・丁目 of the record after the change.")
    sex: Sex | None = strawberry.field(default=None, description="性別")
    citizenship: Citizenship | None = strawberry.field(default=None, description="日本人・外国人の別")
    changes: int = strawberry.field(description="件数")


@strawberry.type(
    description="異動集計表 (標準仕様書1.0 6.1): what happened in a period; a planned move-out counts once it has."
)
class ChangeSummaryReport:
    """The changes of a period."""

    births: int = strawberry.field(description="出生")
    deaths: int = strawberry.field(description="死亡")
    natural_change: int = strawberry.field(description="自然増減: births less deaths.")
    moved_in: int = strawberry.field(description="転入, from within Japan and from abroad.")
    moved_out: int = strawberry.field(description="転出, within Japan and abroad.")
    moved_within: int = strawberry.field(description="転居")
    social_change: int = strawberry.field(description="社会増減: all other entries less all other deletions.")
    entries: int = strawberry.field(description="記載")
    deletions: int = strawberry.field(description="消除")
    revisions: int = strawberry.field(description="修正")
    net_change: int = strawberry.field(description="増減: entries less deletions.")
    cells: list[MovementCell] = strawberry.field(description=f"By reason and `by`; at most {MOST_CELLS}. / 内訳")
    csv: str | None = strawberry.field(description="All cells as CSV, headed in both languages. / 内訳のCSV")


async def population(
    info: GraphInfo, as_of: str | None, known_at: str | None, by: list[domain.PopulationDimension]
) -> PopulationStatistics:
    """Count the people of a day, and write down what is asked for of it. Raises `Refusal`."""
    wanted = _wanted(info, "PopulationStatistics")
    day = info.context.visit.occasion.today if as_of is None else day_of(as_of)
    drawn = (domain.PopulationDimension.AGE,) if "pyramid" in wanted else ()
    moment = None if known_at is None else moment_of(known_at)
    question = domain.PopulationQuestion(day, moment, (*by, *drawn))
    found = await Counting(info.context.visit).population(_asked(info), question)
    return await asyncio.to_thread(_population, found, question, by, wanted)


async def movements(
    info: GraphInfo, first: str, last: str, counted_by: CountedBy, by: list[domain.MovementDimension]
) -> ChangeSummaryReport:
    """Count the changes of a period, likewise. Raises `Refusal`."""
    question = domain.MovementQuestion(day_of(first, "from"), day_of(last, "to"), counted_by, tuple(by))
    found = await Counting(info.context.visit).movements(_asked(info), question)
    return await asyncio.to_thread(_movements, found, by, _wanted(info, "ChangeSummaryReport"))


def _population(
    found: Population, question: domain.PopulationQuestion, by: list[domain.PopulationDimension], wanted: set[str]
) -> PopulationStatistics:
    people, homes, table = found.people, found.households, found.people.by(*_each_once(by))
    return PopulationStatistics(
        as_of=question.as_of.isoformat(),
        residents=people.total,
        male=people.of(SEX=Sex.MALE.name),
        female=people.of(SEX=Sex.FEMALE.name),
        sex_unknown=people.of(SEX=Sex.UNKNOWN.name),
        japanese=people.of(CITIZENSHIP=Citizenship.JAPANESE.name),
        foreign=people.of(CITIZENSHIP=Citizenship.FOREIGN.name),
        households=homes.all,
        japanese_households=homes.japanese,
        foreign_households=homes.foreign,
        mixed_households=homes.mixed,
        cells=[PopulationCell(**cell, people=count) for cell, count in _cells(table, wanted)],
        csv=table.csv() if "csv" in wanted else None,
        pyramid=population_pyramid(people, question.as_of) if "pyramid" in wanted else None,
    )


def _movements(found: Movements, by: list[domain.MovementDimension], wanted: set[str]) -> ChangeSummaryReport:
    table = found.changes.by("REASON", *_each_once(by))
    because = found.because_of
    return ChangeSummaryReport(
        births=because(ChangeReason.BIRTH),
        deaths=because(ChangeReason.DEATH),
        natural_change=found.natural,
        moved_in=because(ChangeReason.MOVE_IN_DOMESTIC, ChangeReason.MOVE_IN_FROM_ABROAD),
        moved_out=because(ChangeReason.MOVE_OUT_DOMESTIC, ChangeReason.MOVE_OUT_ABROAD),
        moved_within=because(ChangeReason.MOVE_WITHIN),
        social_change=found.social,
        entries=found.with_effect(Effect.ENTRY),
        deletions=found.with_effect(Effect.DELETION),
        revisions=found.with_effect(Effect.REVISION),
        net_change=found.net,
        cells=[_movement_cell(cell, count) for cell, count in _cells(table, wanted)],
        csv=table.csv() if "csv" in wanted else None,
    )


def _movement_cell(cell: dict[str, Any], count: int) -> MovementCell:
    reason = ChangeReason(str(cell.pop("reason")))
    return MovementCell(reason=reason, reason_ja=reason.japanese, effect=reason.effect, **cell, changes=count)


def _cells(table: Table, wanted: set[str]) -> list[tuple[dict[str, Any], int]]:
    """The rows by their names in the graph, where they are asked for. Raises `Refusal` (LIMIT_EXCEEDED)."""
    if "cells" not in wanted:
        return []
    if len(table.counts) > MOST_CELLS:
        text = (
            f"There are more than {MOST_CELLS} cells; ask for `csv`, or by less.",
            f"内訳が {MOST_CELLS} 件を超えます。csv とするか、区分を減らしてください。",
        )
        raise Refusal(Code.LIMIT_EXCEEDED, names=("cells",), detail=text)
    names = [one.lower() for one in table.dimensions]
    return [(_typed(dict(zip(names, key, strict=True))), count) for key, count in table.rows]


def _typed(cell: dict[str, Any]) -> dict[str, Any]:
    kinds: dict[str, type[Enum]] = {"sex": Sex, "citizenship": Citizenship}
    return {name: kinds[name](value) if name in kinds else value for name, value in cell.items()}


def _each_once(by: list[domain.PopulationDimension] | list[domain.MovementDimension]) -> list[str]:
    return list(dict.fromkeys(one.value for one in by))


def _wanted(info: GraphInfo, kind: str) -> set[str]:
    """The fields that are selected: a chart that nobody asks for is not drawn."""
    fields = selected(raw(info), raw(info).field_nodes, kind)
    return {same[0].name.value for same in fields.values()}


def _asked(info: GraphInfo) -> Asked:
    return Asked(field_name(raw(info)))
