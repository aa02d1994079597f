"""The search for secrets finds what is there, however it was made into something else."""

from __future__ import annotations

import base64
import gzip
import zlib
from pathlib import Path
from random import Random

import pytest

from tests.secrets_search import SecretsSearch, encoded

NUMBERS = tuple(f"9900{serial:08}" for serial in range(0, 7_000_000, 70_001))
NAME = "高橋　アキ子"
KEY = bytes(range(200, 232))
SEARCH = SecretsSearch({"number": NUMBERS, "name": [NAME, "林 さくら"], "key": [KEY]})
NOISE = Random(7).randbytes(3_000)  # noqa: S311 - noise, the same on every run
PLANTED = [("number", *one) for one in encoded(NUMBERS[7])] + [("key", *one) for one in encoded(KEY)]
PLANTED += [("name", *one) for one in encoded(NAME)]


def kinds(data: bytes) -> set[str]:
    """The kinds of secrets that are found."""
    return {finding.secret for finding in SEARCH.in_bytes(data)}


@pytest.mark.holds("D-01")
@pytest.mark.parametrize(
    ("kind", "planted"), [one[::2] for one in PLANTED], ids=[": ".join(one[:2]) for one in PLANTED]
)
def test_a_secret_is_found_in_this_encoding(kind: str, planted: bytes) -> None:
    found = SEARCH.in_bytes(NOISE + planted + NOISE, "a file")
    assert {(one.place, one.secret) for one in found} == {("a file", kind)}
    assert len(NOISE) in {one.offset for one in found}


@pytest.mark.holds("D-01")
def test_there_are_at_least_twenty_encodings_of_a_number_and_of_a_name() -> None:
    for secret in (NUMBERS[0], NAME):
        assert len({pattern for _, pattern in encoded(secret)}) >= 20


@pytest.mark.holds("D-01")
@pytest.mark.parametrize("before", [b"", b"a", b"ab", b"abc"])
@pytest.mark.parametrize("behind", [b"", b"a", b"ab"])
def test_a_number_in_the_middle_of_base64_is_found(before: bytes, behind: bytes) -> None:
    for make in (base64.b64encode, base64.urlsafe_b64encode):
        assert kinds(make(before + NUMBERS[42].encode() + behind)) == {"number"}


@pytest.mark.holds("D-01")
@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_number_in_compressed_content_is_found(pack: object) -> None:
    assert callable(pack)
    assert kinds(NOISE + pack(NOISE + NUMBERS[9].encode() + NOISE) + NOISE) == {"number"}


def test_nothing_is_found_where_nothing_is() -> None:
    others = b"".join(b"9900%08d " % serial for serial in range(35_000, 7_000_000, 70_001))
    assert SEARCH.in_bytes(NOISE + others + "佐藤　花子".encode()) == []


def test_a_finding_does_not_show_the_secret() -> None:
    (*found,) = SEARCH.in_bytes(NUMBERS[3].encode() + NAME.encode())
    assert found
    assert not [secret for secret in (*NUMBERS, NAME) if secret in repr(found)]


def test_the_files_of_a_folder_are_searched_and_their_names(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "one").write_bytes(NOISE + NUMBERS[1].encode())
    (tmp_path / f"{NUMBERS[2]}.txt").write_bytes(NOISE)
    places = {Path(finding.place).parent.name for finding in SEARCH.in_folder(tmp_path)}
    assert places == {"below", tmp_path.name}
