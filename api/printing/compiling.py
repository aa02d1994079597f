"""From data to PDF/A: Typst with our templates, one document at a time."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final, cast

import typst

from api.printing.fonts import Fonts

TEMPLATES: Final = Path(__file__).parent / "templates"
STANDARD: Final = "a-2u"
"""PDF/A-2u: everything embedded, and every character can be read out again."""


class PrintingFailed(Exception):
    """A template and its data do not go together. Without a text: Typst's would quote what was to be printed."""


class Compiling:
    """Typst, which keeps what it has read of templates and fonts. Safe to call from any thread; one at a time."""

    def __init__(self, fonts: Fonts) -> None:
        from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - half a second, for who prints

        self._read = PdfFileReader
        self._lock = threading.Lock()
        self._compiler = typst.Compiler(str(TEMPLATES / "document.typ"), str(TEMPLATES), font_paths=fonts.loaded)

    def pdf(self, data: Mapping[str, Any], made_at: datetime) -> bytes:
        """The document of this data, whose templates never see it as markup. Raises `PrintingFailed`.

        A warning is a failure: Typst only warns where it lacks a font or a layout does not settle.
        """
        with self._lock:
            try:
                pdf, warnings = self._compiler.compile_with_warnings(
                    format="pdf",
                    sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
                    pdf_standards=STANDARD,
                    timestamp=int(made_at.timestamp()),
                )
            except typst.TypstError:
                raise PrintingFailed from None
        if warnings:
            raise PrintingFailed
        return cast(bytes, pdf)

    def sheets_of(self, pdf: bytes) -> int:
        """How many pages it has."""
        return int(self._read(BytesIO(pdf)).root["/Pages"]["/Count"])
