"""The file of an import: whatever stands in a line, it is read or told by its fault, and the next line is read."""

from __future__ import annotations

import json
import stat
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from api.demonstration.examples import example_lines
from api.import_files import LONGEST_LINE, ImportFile, csv_of, csv_text
from api.import_rejects import Rejects, rejects_in
from domain.errors import Code, InvalidValue, Refusal
from domain.importing.lines import FIELDS, REQUIRED
from domain.importing.reasons import Fault, Reason
from tests.village import TODAY

BOM = b"\xef\xbb\xbf"
HEADER = ",".join(("format", *REQUIRED, "full_name", "alias_history")).encode() + b"\n"
ROW = b"f,1,2,1950,here,,"
"""A row but for its last cell."""


def read(content: bytes, name: str = "x.jsonl") -> list[tuple[int, Any]]:
    """Each line's number with what it says or its fault, read twice and both times the same."""
    file = ImportFile(BytesIO(content), name)
    first = [(place, fields) for place, fields, _ in file.scan()]
    again = [(place, file.fields(place)) for place, _ in first]
    assert first == [(place, None if isinstance(said, Fault) else said) for place, said in again]
    return [(file.number(place), said) for place, said in again]


def test_lines_are_numbered_as_an_editor_does_and_empty_ones_left_out() -> None:
    assert read(b'{"a":1}\n\n  \r\n{"b":2}\r\n{"c":3}') == [(1, {"a": 1}), (4, {"b": 2}), (5, {"c": 3})]
    assert read(b"") == []


@pytest.mark.parametrize("name", ["x.jsonl", "x.JSON"])
def test_a_byte_order_mark_is_no_part_of_the_first_line(name: str) -> None:
    assert read(BOM + b'{"a":1}\n', name) == [(1, {"a": 1})]
    assert read(BOM + HEADER + ROW, "x.csv")[0][1]["format"] == "f"


@pytest.mark.holds("D-02")
@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"null",
        b"[1]",
        b'"text"',
        b"\xff\xfe{}",
        b'{"a":"\xe3\x81"}',
        b'{"a":"\\ud800"}',
        b"\x00\x00\x00",
        b'{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
        b'{"a":NaN}',
        b"name,number",
    ],
    ids=range(11),
)
def test_what_is_no_json_object_is_told_and_the_next_line_read(line: bytes) -> None:
    assert read(line + b'\n{"b":2}\n') == [(1, Fault.NOT_READABLE), (2, {"b": 2})]


def test_a_line_that_is_too_long_is_told_and_the_next_line_read() -> None:
    long = b'{"a":"' + b"x" * 3 * LONGEST_LINE + b'"}\n'
    assert read(long + b'{"b":2}\n' + long) == [(1, Fault.LINE_TOO_LONG), (2, {"b": 2}), (3, Fault.LINE_TOO_LONG)]


def test_empty_cells_are_fields_left_out_and_lists_stand_as_json() -> None:
    ((number, fields),) = read(HEADER + ROW + b'"[""\xe4\xbb\xae"",""b""]"\n', "x.csv")
    assert number == 2
    assert fields["alias_history"] == ["仮", "b"]
    assert "full_name" not in fields


@pytest.mark.parametrize(
    "row",
    [b"f,1,2", ROW + b",", ROW + b'"open', ROW + b'"a"b', b"\xff" + ROW, ROW + b'"two\nlines"'],
    ids=["too few", "too many", "open quote", "after a quote", "no UTF-8", "a line break"],
)
def test_a_row_that_does_not_fit_is_told_and_the_next_row_read(row: bytes) -> None:
    found = read(HEADER + row + b"\n" + ROW + b"\n", "x.csv")
    assert found[0] == (2, Fault.NOT_READABLE)
    assert found[-1][1]["format"] == "f"


def test_a_cell_that_is_no_list_is_left_to_its_reader() -> None:
    assert read(HEADER + ROW + b"alias\n", "x.csv")[0][1]["alias_history"] == "alias"


@pytest.mark.holds("D-02")
@pytest.mark.parametrize(
    ("header", "told"),
    [
        (b"format,\xe5\xb1\xb1\xe7\x94\xb0 644678155351\n", "column 2 "),
        (b"format,format\n", "column 2 "),
        (b"format,addressee_number\n", "lacks household_number, date_of_birth, current_address"),
        (b"", "lacks format"),
        (b"\xff\n", "not readable"),
    ],
)
def test_a_header_that_is_none_is_refused_by_its_place_because_it_may_be_data(header: bytes, told: str) -> None:
    with pytest.raises(Refusal) as refusal:
        ImportFile(BytesIO(header), "x.csv")
    assert refusal.value.code is Code.INVALID_INPUT
    assert told in refusal.value.message
    assert not [value for value in ("644678155351", "山田") if value in refusal.value.message]


@pytest.mark.parametrize("name", ["x.xlsx", "x", ".jsonl.gz"])
def test_a_file_of_another_form_is_refused(name: str) -> None:
    with pytest.raises(Refusal, match="INVALID_INPUT"):
        ImportFile(BytesIO(b"{}"), name)


def test_csv_says_what_json_lines_say() -> None:
    lines = list(example_lines(60, TODAY))
    json_lines = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()
    csv_lines = "\r\n".join([csv_text(list(FIELDS)), *map(csv_of, lines)]).encode()
    assert [said for _, said in read(csv_lines, "x.csv")] == [said for _, said in read(json_lines)] == lines


def test_rejects_tell_line_item_and_reason_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    target, given = tmp_path / "rejects.jsonl", tmp_path / "in.jsonl"
    given.touch()
    target.write_text("old")
    target.chmod(0o644)
    with rejects_in(target, given) as rejects:
        error = InvalidValue("Name", "is not", "違います")
        rejects.add(7, [Reason.invalid("full_name", error), Reason.of(Fault.MISSING, "sex")])
        rejects.add(9, [Reason.of(Fault.MISSING, "sex")])
    told = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert [(one["line"], one["item"], one["code"]) for one in told] == [
        (7, "full_name", "INVALID_VALUE"),
        (7, "sex", "MISSING"),
        (9, "sex", "MISSING"),
    ]
    assert all(one["message"] and one["messageJa"] for one in told)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert (rejects.lines, rejects.counts) == (2, {"INVALID_VALUE": 1, "MISSING": 2})


def test_without_a_file_rejects_are_counted() -> None:
    rejects = Rejects()
    rejects.add(1, [Reason.of(Fault.MISSING, "sex"), Reason.of(Fault.MISSING, "full_name")])
    assert (rejects.lines, rejects.counts) == (1, {"MISSING": 1})


def test_rejects_never_overwrite_the_file_itself_nor_follow_a_link(tmp_path: Path) -> None:
    given, link = tmp_path / "in.jsonl", tmp_path / "link"
    given.write_text("kept")
    link.symlink_to(tmp_path / "elsewhere")
    for target in (given, link, tmp_path / "no" / "such"):
        with pytest.raises(Refusal, match="INVALID_INPUT"), rejects_in(target, given):
            pass
    assert given.read_text() == "kept"
    assert not (tmp_path / "elsewhere").exists()
