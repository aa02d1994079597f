"""The runs of jobs: which ran for which day, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from domain.jobs import JobResult
from persistence.changes_tables import JOB_RUNS
from persistence.database import Database, compiled
from persistence.logins import Login
from persistence.reading import MUNICIPALITY

_BEGIN: Final = "INSERT INTO job_runs (municipality_code, id, job, day, started_at) VALUES ($1, $2, $3, $4, $5)"
_END: Final = """
UPDATE job_runs SET ended_at = $3, done = $4, failed = $5 WHERE municipality_code = $1 AND id = $2
"""
_RUNS = JOB_RUNS.c
_LATEST = compiled(
    select(_RUNS.job, _RUNS.day, _RUNS.started_at, _RUNS.ended_at, _RUNS.done, _RUNS.failed)
    .where(_RUNS.municipality_code == MUNICIPALITY)
    .ext(distinct_on(_RUNS.job))
    .order_by(_RUNS.job, _RUNS.started_at.desc())
)


@dataclass(frozen=True, slots=True)
class Running:
    """A run that has begun."""

    municipality_code: str
    id: UUID
    job: str
    day: date
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Ran:
    """What is known of a run; `ended_at` and what came of it are None while it runs, or where it was cut off."""

    job: str
    day: date
    started_at: datetime
    ended_at: datetime | None
    done: int | None
    failed: bool | None


class JobRuns:
    """The repository of runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, run: Running) -> None:
        """Note that a job begins. Raises `Refusal` (STORE_UNAVAILABLE)."""
        values = (run.municipality_code, run.id, run.job, run.day, run.started_at)
        async with self._database.transaction(run.municipality_code, Login.WRITER) as connection:
            await connection.execute(_BEGIN, *values)

    async def end(self, run: Running, at: datetime, outcome: JobResult) -> None:
        """Note what came of it. Raises `Refusal` (STORE_UNAVAILABLE)."""
        async with self._database.transaction(run.municipality_code, Login.WRITER) as connection:
            await connection.execute(_END, run.municipality_code, run.id, at, outcome.done, outcome.failed)

    async def latest(self, municipality_code: str) -> dict[str, Ran]:
        """The last run of each job that ever ran, by its name. Raises `Refusal` (STORE_UNAVAILABLE)."""
        rows = await self._database.fetch(_LATEST, {"municipality": municipality_code})
        return {str(row[0]): Ran(*row) for row in rows}  # type: ignore[arg-type] # the columns of the statement
