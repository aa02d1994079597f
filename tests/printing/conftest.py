"""The press that the tests print with, and a way to look at what it printed."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from api.printing.press import ASSETS, TypstPress, open_press
from api.settings import PrintingSettings
from domain.certificates.documents import Document
from domain.certificates.issuances import Printed
from tests.printing.documents import NUMBER

VERIFICATION = base64.urlsafe_b64encode(bytes(range(32))).decode().rstrip("=")
PUBLIC_URL = "https://city.example"
IPAMJ = Path("/usr/share/fonts/truetype/ipamj/ipamjm.ttf")
"""Where Debian's fonts-ipamj-mincho has it."""

Print = Callable[[Document], Printed]


def a_press(home: Path | None, **settings: object) -> TypstPress:
    """A press with the font that comes with daicho, as the demonstration has it; other settings as given."""
    if not list(ASSETS.glob("*.ttf")):
        pytest.skip("the font of documents is not installed (make install, with npm)")
    return open_press(PrintingSettings(public_url=PUBLIC_URL, **settings), home)  # type: ignore[arg-type] # as named


@pytest.fixture(scope="session")
def press(tmp_path_factory: pytest.TempPathFactory) -> TypstPress:
    """The demonstration's press."""
    return a_press(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def printed(press: TypstPress) -> Print:
    """Prints a document under the number of all golden documents."""
    return lambda document: asyncio.run(press.printed(document, NUMBER, VERIFICATION))


def texts_of(pdf: bytes) -> list[str]:
    """What can be read out of it, sheet by sheet."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def pictures_of(pdf: bytes, scale: float = 1.3) -> list[Image.Image]:
    """Its sheets in 16 shades of grey."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.render(scale=scale).to_pil().convert("L") for page in document]
    return [page.point(lambda shade: shade // 17 * 17) for page in pages]
