"""`daicho jobs` and `daicho codes` in real processes, beside the service."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.jobs import JOBS
from domain.values.check_digits import number_check_digit
from tests.commands import Running
from tests.village import CODE


def codes(beginning: str, count: int) -> list[str]:
    """So many Resident Record Codes that begin so."""
    bodies = (f"{beginning}{serial:0{10 - len(beginning)}}" for serial in range(count))
    return [body + number_check_digit(body) for body in bodies]


def unused(demonstration: Running) -> int:
    """How many codes are left."""
    (told,) = demonstration.command("status", "--json").entries
    count: int = told["municipalities"][CODE]["unused_codes"]
    return count


@pytest.mark.holds("S1-03")
def test_the_jobs_run_again_and_again_and_say_what_they_did(demonstration: Running) -> None:
    for _ in range(2):
        lines = demonstration.command("jobs", "run").lines
        assert [line.split()[:3] for line in lines] == [[CODE, name, "0"] for name in JOBS]
    entries = [one for one in demonstration.ledger() if str(one["path"]).startswith("daicho jobs run")]
    assert {(one["kind"], one["purpose"]) for one in entries} == {("JOB", "operation")}
    assert {one["path"].split()[-1] for one in entries} == set(JOBS)


@pytest.mark.holds("S1-03")
def test_one_job_runs_alone_for_a_day_that_was_missed_and_none_for_a_day_to_come(demonstration: Running) -> None:
    (line,) = demonstration.command("jobs", "run", "--only", "closeDue", "--day", "2025-01-31").lines
    assert line.startswith(f"{CODE}  closeDue")
    assert "2025-01-31  0 done" in demonstration.command("jobs", "list").out

    refused = demonstration.command("jobs", "run", "--day", "2999-01-01")
    assert refused.refusal[0] == "An input is not valid. (day)"
    assert "2999" not in demonstration.command("jobs", "list").out
    assert demonstration.command("jobs", "run", "--only", "everything").status == 2


def test_the_list_tells_each_job_and_why_it_is_there(demonstration: Running) -> None:
    told = demonstration.command("jobs", "list").out
    for job in JOBS.values():
        assert f"{job.english} / {job.japanese}（{job.source}）" in told


@pytest.mark.holds("S1-11")
def test_codes_come_out_of_a_file_all_of_them_once_and_none_is_printed(demonstration: Running, tmp_path: Path) -> None:
    file, before = tmp_path / "codes.txt", unused(demonstration)
    given = codes("66", 3)
    file.write_text("\n".join([*given, "", given[0]]) + "\n", "utf-8")

    added, again = (demonstration.command("codes", "add", str(file)) for _ in range(2))

    assert added.lines == ["3 of 3 added / 3件のうち3件を登録しました"]
    assert again.lines == ["0 of 3 added / 3件のうち0件を登録しました"]
    assert unused(demonstration) == before + 3
    status = demonstration.command("codes", "status")
    assert status.lines == [f"{CODE}  {before + 3} unused / 件  (DAICHO_CODE_STOCK: 100)"]
    written = added.out + status.out + str(demonstration.ledger())
    assert not any(code in written for code in given)


@pytest.mark.holds("S1-11")
@pytest.mark.parametrize("wrong", ["77000000001", "1234", "かながき", "77000000000\t77"])
def test_a_file_with_one_wrong_line_is_refused_by_its_number_and_nothing_of_it_is_added(
    demonstration: Running, tmp_path: Path, wrong: str
) -> None:
    file, before = tmp_path / "codes.txt", unused(demonstration)
    file.write_text("\n".join([*codes("55", 2), wrong]), "utf-8")

    english, japanese = demonstration.command("codes", "add", str(file)).refusal

    assert english.startswith("line 3: ")
    assert japanese.startswith("3行目")
    assert wrong not in english + japanese
    assert unused(demonstration) == before
