"""Golden documents: each kind as text and as pictures, which lie beside this test and were looked at.

To make them anew, delete those that should change, run this with DAICHO_NEW_GOLDEN=1, and look at what it made.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from domain.certificates.documents import Document
from domain.certificates.kinds import CertificateKind
from tests.printing.conftest import Print, pictures_of, texts_of
from tests.printing.golden_documents import GOLDEN

GOLDEN_FOLDER = Path(__file__).parent / "golden"
MOST_BYTES = 150_000
SHADES_APART = 85
"""Pixels that are this far apart differ, in 255 shades: less is a renderer's rounding."""
DIFFERENT = 0.0005
"""Such a part of all pixels may differ, as between versions of the renderer."""


def kept(path: Path, made: bytes) -> bytes:
    """The golden file; made now where that was asked for."""
    if not path.exists() and os.environ.get("DAICHO_NEW_GOLDEN"):
        path.write_bytes(made)
    return path.read_bytes()


def part_that_differs(one: Image.Image, other: Image.Image) -> float:
    """Which part of two pictures' pixels is not alike."""
    assert one.size == other.size
    histogram = ImageChops.difference(one, other).histogram()
    return sum(histogram[SHADES_APART:]) / (one.width * one.height)


@pytest.mark.holds("S1-05")
@pytest.mark.parametrize("name", GOLDEN)
def test_a_document_reads_as_its_golden_text(printed: Print, name: str) -> None:
    made = "\f\n".join(texts_of(printed(GOLDEN[name]).pdf)) + "\n"
    assert made == kept(GOLDEN_FOLDER / f"{name}.txt", made.encode()).decode()


@pytest.mark.parametrize("name", GOLDEN)
def test_a_document_looks_as_its_golden_pictures(printed: Print, name: str, tmp_path: Path) -> None:
    for nth, picture in enumerate(pictures_of(printed(GOLDEN[name]).pdf), start=1):
        made = tmp_path / "made.png"
        picture.quantize(16).save(made, optimize=True)
        path = GOLDEN_FOLDER / f"{name}-{nth}.png"
        assert len(kept(path, made.read_bytes())) < MOST_BYTES
        with Image.open(path) as golden:
            assert part_that_differs(picture, golden.convert("L")) < DIFFERENT


def test_every_kind_of_document_has_a_golden_one() -> None:
    assert {document.kind for document in GOLDEN.values()} == set(CertificateKind)


def test_no_golden_file_is_left_over(printed: Print) -> None:
    def files(name: str, document: Document) -> set[str]:
        sheets = printed(document).sheets
        return {f"{name}.txt"} | {f"{name}-{nth}.png" for nth in range(1, sheets + 1)}

    wanted = set().union(*(files(name, document) for name, document in GOLDEN.items()))
    assert {path.name for path in GOLDEN_FOLDER.iterdir()} == wanted
