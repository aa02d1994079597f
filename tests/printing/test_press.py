"""What is on each sheet and in the file: numbers, the statement, the seal, and data that stay data."""

from __future__ import annotations

import asyncio
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import ImageChops

from api.printing.press import TypstPress, open_press
from api.printing.seals import SPECIMEN, read_seal
from api.settings import PrintingSettings, SettingsError
from domain.certificates.documents import IssuanceNumber
from domain.certificates.kinds import CertificateKind as Kind
from tests.printing.conftest import VERIFICATION, Print, a_press, pictures_of, texts_of
from tests.printing.documents import NUMBER, a_document, japanese
from tests.printing.golden_documents import GOLDEN

MILLIMETRE = 72 / 25.4
CODE_AT = (18, 255, 37, 278)
"""Where the QR code lies on a last sheet, in millimetres from the left and the top."""


@pytest.mark.parametrize("name", ["copy-household", "copy-history", "inspection"])
def test_every_sheet_has_the_number_of_issue_and_of_the_sheet(printed: Print, name: str) -> None:
    made = printed(GOLDEN[name])
    texts = texts_of(made.pdf)
    assert made.sheets == len(texts) > 1
    for nth, text in enumerate(texts, start=1):
        assert f"20261123 苫小牧市 本庁1 プリンタ001 011 {nth}/{made.sheets}" in text


@pytest.mark.parametrize("name", ["copy-household", "copy-history"])
def test_the_statement_and_the_seal_stand_on_the_last_sheet_only(printed: Print, name: str) -> None:
    *before, last = texts_of(printed(GOLDEN[name]).pdf)
    statement = GOLDEN[name].statement
    assert statement in last
    assert "北海道苫小牧市長" in last
    assert not any(statement in text or "北海道苫小牧市長" in text for text in before)


def test_each_person_has_a_sheet_of_her_own_unless_all_stand_in_one_list(printed: Print) -> None:
    two = (japanese(), japanese("架空　花子"))
    assert printed(a_document(Kind.RESIDENT_RECORD_COPY, *two)).sheets == 2
    assert printed(a_document(Kind.RESIDENT_RECORD_COPY, *two, in_one_list=True)).sheets == 1


def test_members_stand_in_the_order_in_which_they_come(printed: Print) -> None:
    text = "".join(texts_of(printed(GOLDEN["copy-household"]).pdf))
    places = [text.index(name) for name in ("花子", "一郎", "二葉", "三太", "四季", "架空　茂", "静江")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "text",
    ['#panic("x")', "$x^2$", "*太*_郎_", "\\u{41}", '"]; #(', '#import "a": *', "// 見本", "<見本>", "@見本", "見\\本"],
)
def test_what_looks_like_markup_is_printed_as_it_stands(printed: Print, text: str) -> None:
    pdf = printed(a_document(Kind.RESIDENT_RECORD_COPY, japanese(text), marks=(text,), statement=text)).pdf
    assert "".join(texts_of(pdf)).count(text) >= 3


def test_a_text_of_any_length_stays_within_its_sheet(printed: Print) -> None:
    document = a_document(Kind.RESIDENT_RECORD_COPY, japanese("W" * 400, address="樽前" * 900))
    made = printed(document)
    assert made.sheets > 1
    for picture in pictures_of(made.pdf):
        right = picture.crop((round(picture.width * 0.92), 0, picture.width, picture.height))
        assert right.getextrema() == (255, 255)
    assert "".join("".join(texts_of(made.pdf)).split()).count("樽前") == 900


def test_the_same_document_is_the_same_file(printed: Print) -> None:
    document = a_document(Kind.RESIDENT_RECORD_COPY, japanese())
    assert printed(document).pdf == printed(document).pdf


def test_the_code_on_the_paper_is_of_this_copy_alone(press: TypstPress) -> None:
    document = a_document(Kind.RESIDENT_RECORD_COPY, japanese())
    one, other = (
        pictures_of(asyncio.run(press.printed(document, NUMBER, code)).pdf)[0] for code in (VERIFICATION, "x" * 43)
    )
    differs = ImageChops.difference(one, other).getbbox()
    assert differs is not None
    scale = one.width / 210
    left, top, right, bottom = (edge / scale for edge in differs)
    assert (left > CODE_AT[0], top > CODE_AT[1], right < CODE_AT[2], bottom < CODE_AT[3]) == (True,) * 4


def test_without_a_public_address_there_is_no_code(printed: Print, tmp_path: Path) -> None:
    without = open_press(PrintingSettings(), tmp_path)
    pdf = asyncio.run(without.printed(a_document(Kind.RESIDENT_RECORD_COPY, japanese()), NUMBER, VERIFICATION)).pdf
    assert "二次元コード" not in "".join(texts_of(pdf))


def test_a_city_without_a_seal_file_has_none_printed(printed: Print, tmp_path: Path) -> None:
    assert read_seal(None, specimen=False) is None
    press = a_press(None)
    document = a_document(Kind.RESIDENT_RECORD_COPY, japanese())
    bare = pictures_of(asyncio.run(press.printed(document, NUMBER, VERIFICATION)).pdf)[0]
    assert bare.tobytes() != pictures_of(printed(document).pdf)[0].tobytes()


def test_the_seal_is_at_most_25_millimetres_square_and_black(printed: Print, tmp_path: Path) -> None:
    document = a_document(Kind.RESIDENT_RECORD_COPY, japanese())
    with_seal = pictures_of(printed(document).pdf, scale=2)[0]
    bare = pictures_of(asyncio.run(a_press(None).printed(document, NUMBER, VERIFICATION)).pdf, scale=2)[0]
    found = ImageChops.difference(with_seal, bare).getbbox()
    assert found is not None
    left, top, right, bottom = (edge / 2 / MILLIMETRE for edge in found)
    assert right - left <= 25
    assert bottom - top <= 25
    assert 'fill="#' not in SPECIMEN.read_text("utf-8")


def test_a_seal_that_is_no_svg_is_refused(tmp_path: Path) -> None:
    (tmp_path / "seal.png").write_bytes(b"\x89PNG")
    for file in (tmp_path / "seal.png", tmp_path / "absent.svg"):
        with pytest.raises(SettingsError, match="DAICHO_SEAL_FILE"):
            read_seal(file, specimen=False)


@pytest.mark.parametrize("name", GOLDEN)
def test_every_document_says_that_it_is_pdf_a(printed: Print, name: str) -> None:
    with pikepdf.open(BytesIO(printed(GOLDEN[name]).pdf)) as pdf, pdf.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "U")
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert "/Encrypt" not in pdf.trailer
        assert not {"/JavaScript", "/OpenAction", "/AA"} & set(pdf.Root.keys())


def test_every_font_is_embedded_with_a_way_back_to_its_characters(printed: Print) -> None:
    with pikepdf.open(BytesIO(printed(GOLDEN["copy-hard-characters"]).pdf)) as pdf:
        fonts = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"]
        outer = [font for font in fonts if font.Subtype == "/Type0"]
        assert outer
        assert all("/ToUnicode" in font for font in outer)
        descriptors = [font.DescendantFonts[0].FontDescriptor for font in outer]
        assert all({"/FontFile2", "/FontFile3"} & set(one.keys()) for one in descriptors)


def test_the_sheets_are_a4(printed: Print) -> None:
    with pikepdf.open(BytesIO(printed(GOLDEN["copy"]).pdf)) as pdf:
        left, bottom, right, top = (float(edge) / MILLIMETRE for edge in pdf.pages[0].mediabox)
    assert (round(right - left), round(top - bottom)) == (210, 297)


def test_the_file_tells_nothing_of_the_person_beside_its_sheets(printed: Print) -> None:
    with pikepdf.open(BytesIO(printed(GOLDEN["copy"]).pdf)) as pdf:
        told = str(dict(pdf.docinfo)) + pdf.Root.Metadata.read_bytes().decode()
    assert "住民票の写し" in told
    assert "架空" not in told


def test_a_number_without_a_printer_leaves_it_out(press: TypstPress) -> None:
    number = IssuanceNumber("20261123", "苫小牧市", "本庁1", "", 7)
    pdf = asyncio.run(press.printed(a_document(Kind.RESIDENT_RECORD_COPY, japanese()), number, VERIFICATION)).pdf
    assert "20261123 苫小牧市 本庁1 007 1/1" in texts_of(pdf)[0]


def test_many_print_at_once(press: TypstPress) -> None:
    async def all_of_them() -> list[str]:
        documents = [a_document(Kind.RESIDENT_RECORD_COPY, japanese(f"架空　{nth}番")) for nth in range(20)]
        made = await asyncio.gather(*(press.printed(one, NUMBER, VERIFICATION) for one in documents))
        return ["".join(texts_of(one.pdf)) for one in made]

    for nth, text in enumerate(asyncio.run(all_of_them())):
        assert f"架空　{nth}番" in text


def test_a_household_with_a_line_of_many_lines_keeps_them(printed: Print) -> None:
    lines = "\n".join(f"{nth}行目" for nth in range(1, 5))
    entry = japanese(address=lines)
    text = texts_of(printed(a_document(Kind.RESIDENT_RECORD_COPY, entry, japanese(), in_one_list=True)).pdf)[0]
    assert all(f"{nth}行目" in text for nth in range(1, 5))
