"""The verifier of exports: what is whole is found whole, and of what is not the first bad entry is named."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.canonical import canonical
from domain.ledger.checkpoints import Checkpoint
from domain.ledger.verification import ExportFault, Flaw
from tests.domain.ledger.book import checkpoint, entries, exported, hashes, tree, verified
from tests.ledger_builders import entry

SIZE = 600
BOOK = entries(SIZE)
LEAVES = hashes(BOOK)
NEWEST = checkpoint(BOOK, SIZE)
MINUTES = [checkpoint(BOOK, size) for size in (0, 90, 256, 300, 511, SIZE)]
OLD = MINUTES[1]
EXPORT = exported(BOOK, LEAVES, MINUTES)
places = st.integers(0, SIZE - 1)


def line_of(position: int, export: list[bytes] = EXPORT) -> int:
    return export.index(BOOK[position] + b"\n")


def fault(lines: list[bytes], *trusted: Checkpoint, deleted_before: int = 0) -> tuple[Flaw, int, int]:
    with pytest.raises(ExportFault) as found:
        verified(lines, *trusted or (OLD,), deleted_before=deleted_before)
    assert str(found.value.position) in found.value.reason
    assert str(found.value.position) in found.value.reason_ja
    return found.value.flaw, found.value.position, found.value.until


def changed(position: int) -> bytes:
    return BOOK[position].replace(b"clerk", b"clerc")


def at(position: int, *instead: bytes, export: list[bytes] = EXPORT) -> list[bytes]:
    """The export with other lines instead of the entry at `position`."""
    line = line_of(position, export)
    return [*export[:line], *instead, *export[line + 1 :]]


def test_a_whole_export_is_verified_from_an_older_checkpoint_to_its_own_end() -> None:
    found = verified(EXPORT, OLD)
    assert (found.first, found.size, found.held, found.deleted) == (0, SIZE, SIZE, 0)
    assert (found.origin, found.root) == (NEWEST.origin, NEWEST.root)


def test_a_whole_export_is_verified_up_to_a_newer_checkpoint() -> None:
    assert verified(exported(BOOK, LEAVES), OLD, NEWEST).held == SIZE


def test_entries_behind_the_last_checkpoint_are_told_as_held_by_none() -> None:
    found = verified(exported(BOOK, LEAVES, MINUTES[:4]), OLD)
    assert (found.size, found.held) == (SIZE, 300)


def test_without_a_checkpoint_from_outside_nothing_is_verified() -> None:
    with pytest.raises(ValueError, match="vouch"):
        verified(EXPORT)


def test_an_empty_ledger_is_verified() -> None:
    assert verified(exported([], [], MINUTES[:1]), MINUTES[0]).size == 0


@given(st.integers(0, SIZE), st.integers(0, SIZE), st.integers(0, SIZE))
def test_an_export_that_begins_later_is_verified_too(first: int, older: int, newer: int) -> None:
    known = [checkpoint(BOOK, max(first, size)) for size in (older, newer)]
    within = [each for each in MINUTES if each.size >= first]
    assert verified(exported(BOOK, LEAVES, within, first), *known).size == SIZE


@pytest.mark.holds("C-07")
@given(places, st.data())
def test_a_flipped_bit_is_found_in_the_entry_that_has_it(position: int, data: st.DataObject) -> None:
    body = BOOK[position]
    bit = data.draw(st.integers(0, len(body) * 8 - 1))
    flipped = (int.from_bytes(body, "big") ^ 1 << bit).to_bytes(len(body), "big") + b"\n"
    assert fault(at(position, flipped)) == (Flaw.CHANGED, position, position + 1)


@pytest.mark.holds("C-07", "C-09")
@given(places, places)
def test_of_several_changed_entries_the_first_is_named(one: int, other: int) -> None:
    lines = list(EXPORT)
    for position in (one, other):
        lines[line_of(position)] = changed(position) + b"\n"
    first = min(one, other)
    assert fault(lines) == (Flaw.CHANGED, first, first + 1)


@pytest.mark.holds("C-07")
@given(places)
def test_a_deleted_entry_is_named(position: int) -> None:
    assert fault(at(position)) == (Flaw.MISSING, position, position + 1)


@pytest.mark.holds("C-07")
@given(st.integers(0, SIZE - 2), st.data())
def test_two_swapped_entries_are_found_at_the_first(first: int, data: st.DataObject) -> None:
    second = data.draw(st.integers(first + 1, SIZE - 1))
    swapped = list(EXPORT)
    swapped[line_of(first)], swapped[line_of(second)] = swapped[line_of(second)], swapped[line_of(first)]
    assert fault(swapped) == (Flaw.MISSING, first, first + 1)


@pytest.mark.holds("C-07")
@given(st.integers(0, SIZE - 2))
def test_an_entry_that_stands_twice_is_found_where_it_stands_again(position: int) -> None:
    line = BOOK[position] + b"\n"
    assert fault(at(position, line, line)) == (Flaw.REPEATED, position + 1, position + 2)


@pytest.mark.holds("C-07")
@given(places)
def test_an_inserted_entry_is_found_at_its_place(position: int) -> None:
    inserted = changed(position) + b"\n"
    assert fault(at(position, inserted, BOOK[position] + b"\n")) == (Flaw.CHANGED, position, position + 1)


@pytest.mark.holds("C-07")
@given(places)
def test_a_cut_tail_is_found_where_it_was_cut(position: int) -> None:
    assert fault(EXPORT[: line_of(position)]) == (Flaw.MISSING, position, position + 1)


@pytest.mark.holds("C-07")
def test_a_newer_checkpoint_from_outside_finds_yesterday_s_copy() -> None:
    yesterday = exported(BOOK[:300], LEAVES[:300], MINUTES[:4])
    assert verified(yesterday, OLD).held == 300
    assert fault(yesterday, OLD, NEWEST) == (Flaw.CUT, 300, SIZE)
    assert fault(exported([], [], []), OLD) == (Flaw.CUT, 0, 90)


@pytest.mark.holds("C-07", "C-09")
def test_rows_leaf_hashes_and_checkpoints_replaced_together_are_found_by_the_one_from_outside() -> None:
    forged = [*BOOK[:50], changed(50), *BOOK[51:]]
    minutes = [checkpoint(forged, each.size) for each in MINUTES]
    lines = exported(forged, hashes(forged), minutes)
    assert verified(lines, checkpoint(BOOK, 0)).held == SIZE
    assert fault(lines, OLD) == (Flaw.REWRITTEN, 0, 90)
    assert fault(lines, MINUTES[3], NEWEST) == (Flaw.REWRITTEN, 0, 300)
    assert fault(lines, checkpoint(BOOK, 40), checkpoint(BOOK, 400)) == (Flaw.REWRITTEN, 40, 400)


@pytest.mark.holds("C-07", "C-09")
@given(st.integers(90, SIZE - 1))
def test_rows_and_leaf_hashes_replaced_together_are_found_within_a_minute(position: int) -> None:
    forged = [*BOOK[:position], changed(position), *BOOK[position + 1 :]]
    flaw, first, until = fault(exported(forged, hashes(forged), MINUTES))
    assert flaw == Flaw.REWRITTEN
    assert first <= position < until
    assert (first, until) in {(90, 256), (256, 300), (300, 511), (511, SIZE)}


@given(places)
def test_a_false_leaf_hash_does_not_accuse_the_entry(position: int) -> None:
    leaves = [*LEAVES[:position], b"x" * 32, *LEAVES[position + 1 :]]
    assert fault(exported(BOOK, leaves, MINUTES)) == (Flaw.FALSE_LEAVES, position, position + 1)


def test_an_export_that_begins_with_a_false_tree_is_found() -> None:
    lines = exported(BOOK, LEAVES, MINUTES[3:], first=300)
    other = exported(BOOK, [b"x" * 32, *LEAVES[1:]], first=300)
    assert verified(lines, NEWEST).first == 300
    assert fault([other[0], *lines[1:]], NEWEST) == (Flaw.REWRITTEN, 0, 300)


def test_an_export_that_begins_after_the_checkpoint_is_refused() -> None:
    assert fault(exported(BOOK, LEAVES, first=300), OLD) == (Flaw.BEGINS_LATER, 90, 300)


def test_changed_entries_behind_the_last_checkpoint_are_found_by_their_leaf_hash() -> None:
    lines = at(599, changed(599) + b"\n", export=exported(BOOK, LEAVES, MINUTES[:5]))
    assert fault(lines) == (Flaw.CHANGED, 599, 600)


def test_another_ledger_s_checkpoints_are_refused() -> None:
    other = checkpoint(BOOK, 90, "other.example")
    assert fault(EXPORT, other) == (Flaw.FALSE_CHECKPOINT, 90, 91)
    assert fault(exported(BOOK, LEAVES, [other])) == (Flaw.FALSE_CHECKPOINT, 90, 91)
    assert fault(exported(BOOK, LEAVES, MINUTES, origin="other.example"))[0] == Flaw.FALSE_CHECKPOINT


def test_a_checkpoint_whose_signature_is_wrong_is_refused() -> None:
    lines = [line.replace(b"90", b"91") if line.startswith(b'{"checkpoint"') else line for line in EXPORT]
    assert fault(lines) == (Flaw.FALSE_CHECKPOINT, 90, 91)


def test_a_checkpoint_that_contradicts_one_from_outside_is_refused() -> None:
    other = Checkpoint(OLD.origin, 90, b"x" * 32)
    assert fault(exported(BOOK, LEAVES, [other]), OLD) == (Flaw.FALSE_CHECKPOINT, 90, 91)


@pytest.mark.holds("C-17")
def test_entries_deleted_when_their_time_was_over_leave_the_rest_verified() -> None:
    lines = exported([*[None] * 300, *BOOK[300:]], LEAVES, MINUTES)
    found = verified(lines, OLD, deleted_before=300)
    assert (found.deleted, found.held) == (300, SIZE)


@pytest.mark.holds("C-17")
@pytest.mark.parametrize("allowed", [0, 10, 299])
def test_entries_deleted_before_their_time_are_missing(allowed: int) -> None:
    lines = exported([*[None] * 300, *BOOK[300:]], LEAVES, MINUTES)
    assert fault(lines, deleted_before=allowed) == (Flaw.MISSING, allowed, allowed + 1)


BROKEN = {
    "nothing": [],
    "no header": EXPORT[1:],
    "a header of another version": [EXPORT[0].replace(b'"version":1', b'"version":2'), *EXPORT[1:]],
    "a header whose tree is of another size": [EXPORT[0].replace(b'"first":0', b'"first":1'), *EXPORT[1:]],
    "a header without a name": [EXPORT[0].replace(b'"ledger":"daicho.example/012131"', b'"ledger":1'), *EXPORT[1:]],
    "a line of no leaf hashes": [*EXPORT[:1], b'{"leaves":""}\n', *EXPORT[1:]],
    "more leaf hashes than stand together": [*EXPORT[:1], b'{"leaves":"%b"}\n' % base64.b64encode(b"x" * 32 * 257)],
    "no leaf hashes": [line for line in EXPORT if not line.startswith(b'{"leaves"')],
    "leaf hashes that are not base64": [line.replace(b'{"leaves":"', b'{"leaves":"!') for line in EXPORT],
    "a leaf hash too short": [line.replace(b'{"leaves":"', b'{"leaves":"AAAA') for line in EXPORT],
    "no number of deleted entries": [*EXPORT[:1], b'{"deleted":0}\n', *EXPORT[1:]],
    "two keys in one": [*EXPORT[:1], b'{"deleted":1,"x":1}\n', *EXPORT[1:]],
    "not JSON": [*EXPORT[:1], b'{"deleted":\n', *EXPORT[1:]],
    "nested without end": [*EXPORT[:1], b'{"deleted":' + b"[" * 100_000 + b"\n", *EXPORT[1:]],
    "garbage before the leaf hashes": [*EXPORT[:1], b"garbage\n", *EXPORT[1:]],
}


@pytest.mark.parametrize("lines", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_export_is_refused_at_the_line(lines: list[bytes]) -> None:
    assert fault(lines) == (Flaw.MALFORMED, 0, 1)


def test_a_checkpoint_out_of_its_place_is_refused() -> None:
    (mark,) = (line for line in EXPORT if line.startswith(b'{"checkpoint"') and b"\\n90\\n" in line)
    assert fault([*EXPORT, mark]) == (Flaw.MALFORMED, SIZE, SIZE + 1)


@pytest.mark.parametrize("spoilt", [b"%b", b" %b\n", b"%b \n", b"%b\r\n", b"[%b]\n", b"\n"])
def test_an_entry_that_is_not_written_canonically_is_found(spoilt: bytes) -> None:
    line = spoilt % BOOK[7] if b"%b" in spoilt else spoilt
    assert fault(at(7, line)) == (Flaw.CHANGED, 7, 8)


@pytest.mark.parametrize("spoilt", [b" %b", b"%b ", b"%b\r", b"[%b]", b"{ %b"])
def test_an_entry_that_was_recorded_otherwise_than_canonically_is_found(spoilt: bytes) -> None:
    book = [*BOOK[:7], spoilt % BOOK[7], *BOOK[8:]]
    assert fault(exported(book, hashes(book)), checkpoint(book, SIZE)) == (Flaw.CHANGED, 7, 8)


def test_entries_recorded_at_false_positions_are_found() -> None:
    book = [BOOK[0], *BOOK[2:]]
    assert fault(exported(book, hashes(book)), checkpoint(book, SIZE - 1)) == (Flaw.MISSING, 1, 2)


def test_a_text_that_looks_like_a_position_is_not_taken_for_one() -> None:
    book = [canonical(entry(caller=',"position":1,'), 0), canonical(entry(caller=',"position":0,', operation="1,"), 1)]
    assert verified(exported(book, hashes(book)), checkpoint(book, 2)).size == 2
    turned = [canonical(entry(caller=',"position":0,', application=',"position":0,'), 9)]
    assert fault(exported(turned, hashes(turned)), checkpoint(turned, 1)) == (Flaw.MISSING, 0, 1)


def test_the_first_fault_is_told_when_a_checkpoint_has_proved_it() -> None:
    forged = [*BOOK[:400], changed(400), *BOOK[401:]]
    lines = exported([*BOOK[:10], changed(10), *forged[11:]], hashes(forged), MINUTES)
    assert fault(lines) == (Flaw.CHANGED, 10, 11)


def test_a_checkpoint_that_is_no_text_is_refused() -> None:
    assert fault([*EXPORT, b'{"checkpoint":"\\ud800"}\n']) == (Flaw.FALSE_CHECKPOINT, SIZE, SIZE + 1)


def test_reading_stops_at_the_first_fault() -> None:
    read: list[bytes] = []

    def reading() -> Iterator[bytes]:
        for line in at(100):
            read.append(line)
            yield line

    with pytest.raises(ExportFault):
        verified(reading(), OLD)
    assert len(read) == line_of(100) + 1


def test_an_export_holds_the_entries_as_they_were_recorded() -> None:
    assert [line.rstrip(b"\n") for line in EXPORT if line.startswith(b'{"application"')] == BOOK


def test_a_checkpoint_before_the_export_s_start_is_not_exported() -> None:
    with pytest.raises(ValueError, match="islice"):
        exported(BOOK, LEAVES, [OLD], first=300)


def test_the_tree_of_a_verified_export_is_the_ledger_s_tree() -> None:
    assert verified(EXPORT, NEWEST).root == tree(LEAVES).root
