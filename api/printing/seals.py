"""The seal's image (電子公印, 標準仕様書1.0 5.6): an SVG, printed on the last sheet, at most 25 mm square."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from api.settings import SettingsError

NAME: Final = "DAICHO_SEAL_FILE"
SPECIMEN: Final = Path(__file__).parent / "templates" / "specimen-seal.svg"
"""The demonstration's seal, which says that it is a specimen (見本)."""


def read_seal(file: Path | None, *, specimen: bool) -> str | None:
    """The SVG of this file, or the specimen. Raises `SettingsError` where it is none."""
    if file is None:
        return SPECIMEN.read_text("utf-8") if specimen else None
    try:
        svg = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable() from error
    if "<svg" not in svg:
        raise _unreadable()
    return svg


def _unreadable() -> SettingsError:
    return SettingsError(f"{NAME}: no SVG image", f"{NAME}：SVG 画像ではありません")
