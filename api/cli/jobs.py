"""`daicho jobs`: what the register does by itself once a day, started by cron or a timer, and what came of it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import click

from api.app import new_id, now
from api.cli.errand import Errand, run
from api.cli.job_work import WORK, Shift
from api.cli.system_caller import ADMINISTER
from authz.entries import Act
from domain.errors import Code, Refusal
from domain.jobs import FAILED, JOBS, Job, JobResult
from domain.ledger.entries import Kind
from persistence.job_runs import JobRuns, Ran, Running


@click.group()
def jobs() -> None:
    """What is done once a day / 日次処理"""


@jobs.command("run")
@click.option("--only", type=click.Choice(list(JOBS)), help="This job alone. / 指定した処理のみ")
@click.option("--day", "day_", type=click.DateTime(["%Y-%m-%d"]), help="As of this day; today if not given. / 基準日")
def run_(only: str | None, day_: datetime | None) -> None:
    """Run the jobs, in every municipality; what was done is not done twice / 日次処理を実行します。

    Exits with 1 when something is left for somebody to look at.
    """
    left: list[str] = []

    async def work(errand: Errand) -> None:
        day = _day(day_, errand.services.desk.today())
        for one in errand.in_each_municipality():
            for job in JOBS.values():
                if only in (None, job.name):
                    result = await _run(one, job, day)
                    left.extend([job.name] if result.failed else [])
                    click.echo(_line(one.municipality_code, job, result))

    run("daicho jobs run", ADMINISTER, work)
    if left:
        raise click.exceptions.Exit(1)


@jobs.command("list")
def list_() -> None:
    """The jobs, and the last run of each / 日次処理の一覧"""

    async def work(errand: Errand) -> None:
        for one in errand.in_each_municipality():
            latest = await JobRuns(one.services.database).latest(one.municipality_code)
            await one.record(Act(Kind.JOB, one.name), await one.caller())
            for job in JOBS.values():
                click.echo(f"{one.municipality_code}  {job.name:<10}  {_told(latest.get(job.name))}")
                click.echo(f"{'':20}{job.english} / {job.japanese}（{job.source}）")

    run("daicho jobs list", ADMINISTER, work)


async def _run(errand: Errand, job: Job, day: date) -> JobResult:
    """One job, noted however it ends, and told to the ledger."""
    caller, at = await errand.caller(), now()
    runs, running = JobRuns(errand.services.database), _running(errand, job, day, at)
    shift, result = Shift(errand, caller, job.name, day), FAILED
    await runs.begin(running)
    try:
        result = await WORK[job.name](shift)
    finally:
        await runs.end(running, now(), result)
    await errand.services.ledger.append([shift.entry(result.done)])
    return result


def _running(errand: Errand, job: Job, day: date, at: datetime) -> Running:
    return Running(errand.municipality_code, UUID(new_id(at)), job.name, day, at)


def _day(given: datetime | None, today: date) -> date:
    day = given.date() if given else today
    if day > today:
        raise Refusal(Code.INVALID_INPUT, names=("day",))
    return day


def _line(municipality_code: str, job: Job, result: JobResult) -> str:
    left = f", {result.left} left / 未処理{result.left}件" if result.failed else ""
    return f"{municipality_code}  {job.name:<10}  {result.done} done / 処理{result.done}件{left}"


def _told(ran: Ran | None) -> str:
    if ran is None:
        return "never ran / 未実行"
    if ran.ended_at is None:
        return f"{ran.day}  not ended / 未完了"
    return f"{ran.day}  {ran.done} done / 処理{ran.done}件" + ("  left / 未処理あり" if ran.failed else "")
