"""`daicho import`: a whole register out of a file; what is taken, what is not, and that no value is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands import NewDaicho
from tests.logins import migrated
from tests.postgres import NewDatabase
from tests.stories.registers import Registry, examples
from tests.village import NUMBERS


@pytest.fixture
def registry(new_database: NewDatabase, new_daicho: NewDaicho, tmp_path: Path) -> Registry:
    """An empty register."""
    return Registry.empty(new_database(migrated), new_daicho, tmp_path)


def summary(loaded: int, unchanged: int, rejected: int) -> str:
    """How a run ends that says no reasons."""
    return f"loaded {loaded:,}, unchanged {unchanged:,}, rejected {rejected:,}"


def test_a_file_is_loaded_and_a_second_time_changes_nothing(registry: Registry) -> None:
    lines = examples(250)
    path = registry.file(lines)
    first = registry.load(path)
    assert (first.status, first.lines[0]) == (0, summary(250, 0, 0))
    assert "250 / 250" in first.err

    held = registry.held()
    assert len(held["residents"]) == len(held["numbers"]) == 250
    assert len(held["versions"]) == sum(1 + len(line.get("earlier_versions", ())) for line in lines) > 250
    assert len(held["measures"]) == sum(len(line.get("support_measures", ())) for line in lines) > 0

    second = registry.load(path, "--all-or-nothing")
    assert (second.status, second.lines[0]) == (0, summary(0, 250, 0))
    assert registry.held() == held


def test_the_printed_examples_are_taken_and_csv_loads_what_json_lines_load(
    registry: Registry, new_database: NewDatabase, new_daicho: NewDaicho, tmp_path: Path
) -> None:
    other = Registry.empty(new_database(migrated), new_daicho, tmp_path / "other")
    held = []
    for each, name, words in ((registry, "x.jsonl", ()), (other, "x.csv", ("--csv",))):
        printed = each.daicho.command("import", "--example", "60", *words)
        path = tmp_path / name
        path.write_text(printed.out, "utf-8-sig")
        assert each.load(path).lines[0] == summary(60, 0, 0)
        held.append(each.held())
    assert held[0] == held[1]


def changed(line: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A line that says something else."""
    return {name: value for name, value in {**line, **fields}.items() if value is not None}


@pytest.mark.holds("D-02")
def test_what_cannot_be_taken_is_told_without_its_values_and_the_rest_is_loaded(registry: Registry) -> None:
    lines = examples(120)
    wrong_digit = lines[3]["individual_number"][:-1] + str((int(lines[3]["individual_number"][-1]) + 1) % 10)
    lines[3] = changed(lines[3], individual_number=wrong_digit)
    lines[5] = changed(lines[5], sex="X", full_name="乙\u202e丙丁")
    lines[40] = changed(lines[40], individual_number=lines[41]["individual_number"])
    told = registry.rejected(lines)

    assert sorted(told) == [
        (4, "individual_number", "INVALID_VALUE"),
        (6, "full_name", "INVALID_VALUE"),
        (6, "sex", "INVALID_VALUE"),
        (41, "individual_number", "REPEATED_IN_FILE"),
        (42, "individual_number", "REPEATED_IN_FILE"),
    ]
    assert registry.count() == 116
    written = (registry.folder / "rejects.jsonl").read_text("utf-8") + json.dumps(
        registry.entries(), ensure_ascii=False
    )
    values = [wrong_digit, "乙", *(line[name] for line in lines for name in ("full_name", "individual_number"))]
    assert not [value for value in values if value in written]


def test_with_all_or_nothing_one_bad_line_keeps_everything_out(registry: Registry) -> None:
    lines = examples(120)
    assert registry.rejected([*lines, changed(lines[0], format="other")], "--all-or-nothing")
    assert {len(rows) for rows in registry.held().values()} == {0}
    assert registry.load(registry.file(lines), "--all-or-nothing").lines[0] == summary(120, 0, 0)


def test_what_was_rejected_joins_its_household_when_it_is_right_as_if_it_had_come_at_once(
    registry: Registry, new_database: NewDatabase, new_daicho: NewDaicho
) -> None:
    lines = examples(120)
    at_once = Registry.empty(new_database(migrated), new_daicho, registry.folder)
    at_once.load(at_once.file(lines)).must_be_done()

    heads = [at for at, line in enumerate(lines) if line.get("relationship_to_householder") == "世帯主"]
    broken = [changed(line, sex="X") if at in heads else line for at, line in enumerate(lines)]
    assert len(registry.rejected(broken)) == len(heads)
    assert registry.held() != at_once.held()
    assert registry.load(registry.file(lines)).lines[0] == summary(len(heads), 120 - len(heads), 0)
    assert registry.held() == at_once.held()


def test_a_person_with_other_content_stays_as_she_is(registry: Registry) -> None:
    lines = examples(30)
    registry.load(registry.file(lines)).must_be_done()
    held = registry.held()
    measure = {"kind": "OTHER", "starts_on": "2020-04-01", "ends_on": "2021-03-31"}
    other = [
        changed(lines[0], full_name="別名　一郎"),
        changed(lines[1], individual_number=NUMBERS[0]),
        changed(lines[2], individual_number=None),
        changed(lines[3], support_measures=[measure]),
        changed(lines[4], valid_from="1999-01-01"),
        *lines[5:],
    ]
    told = registry.rejected(other)
    assert told == [(at, None, "ALREADY_REGISTERED") for at in range(1, 6)]
    assert registry.held() == held


def test_a_number_or_code_of_somebody_in_the_register_is_nobody_elses(registry: Registry) -> None:
    lines = examples(30)
    registry.load(registry.file(lines[:20])).must_be_done()
    stolen = [
        changed(lines[25], individual_number=lines[0]["individual_number"]),
        changed(lines[26], resident_record_code=lines[1]["resident_record_code"]),
    ]
    assert registry.rejected(stolen) == [
        (1, "individual_number", "HELD_BY_ANOTHER"),
        (2, "resident_record_code", "HELD_BY_ANOTHER"),
    ]
    assert registry.count() == 20


def test_a_household_with_two_householders_is_refused_whole(registry: Registry) -> None:
    lines = examples(60)
    home = next(line["household_number"] for line in lines if line.get("relationship_to_householder") == "妻")
    at_home = [line for line in lines if line["household_number"] == home and "ceased_resident_on" not in line]
    both = [changed(line, relationship_to_householder="世帯主") for line in at_home]
    item = "relationship_to_householder"
    assert registry.rejected(both) == [(at, item, "TWO_HOUSEHOLDERS") for at in range(1, len(both) + 1)]

    assert registry.load(registry.file(at_home[:1])).status == 0
    assert registry.rejected(both[1:2]) == [(1, item, "TWO_HOUSEHOLDERS")]
    assert registry.count() == 1


@pytest.mark.holds("D-02")
def test_lines_that_are_none_are_rejected_and_never_end_the_import(registry: Registry) -> None:
    good = json.dumps(examples(1)[0], ensure_ascii=False).encode()
    bad = [b"\xff\xfe", b"{" * 4_000, b"\x00", b"[]", b"x" * 3_000_000, b'{"format":"daicho-residents/2"}']
    path = registry.folder / "residents.jsonl"
    path.write_bytes(b"\n".join([*bad, good]))
    done = registry.load(path)
    assert (done.status, done.err.count("Traceback")) == (3, 0)
    assert done.out.splitlines()[0] == summary(1, 0, 6) + " (LINE_TOO_LONG 1, NOT_READABLE 4, UNKNOWN_FORMAT 1)"


def test_the_ledger_tells_of_an_import_by_counts(registry: Registry) -> None:
    registry.load(registry.file(examples(40))).must_be_done()
    entries = [entry for entry in registry.entries() if entry["path"] == "daicho import"]
    assert [(entry["kind"], entry["result_count"], entry["groups"]) for entry in entries] == [("JOB", 40, [])] * 3
    assert {entry["purpose"] for entry in entries} == {"operation"}


def test_a_file_that_is_none_is_refused(registry: Registry) -> None:
    assert registry.daicho.command("import").status == 2
    assert registry.load(registry.folder / "nothing.jsonl").status == 2
    other = registry.folder / "residents.txt"
    other.write_text("{}")
    assert ".jsonl" in registry.load(other).refusal[0]
    assert "municipality" in registry.load(registry.file([]), "--municipality", "999999").refusal[0]
    assert registry.load(registry.file([])).lines[0] == summary(0, 0, 0)
