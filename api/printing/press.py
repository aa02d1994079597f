"""The press: a document and its number become a PDF/A of whole sheets, and that a signed one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from functools import cached_property, partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import regex  # type: ignore[import-untyped] # has no stubs of its own
import segno

from api.keys import read_secret
from api.printing.compiling import Compiling
from api.printing.fonts import Fonts, open_fonts
from api.printing.forms import form_of
from api.printing.seals import read_seal
from api.settings import PrintingSettings
from domain.certificates.documents import Document, IssuanceNumber
from domain.certificates.issuances import Printed
from domain.errors import Code, Refusal

if TYPE_CHECKING:
    from api.printing.signing import Signing

ASSETS: Final = Path(__file__).parent / "assets"
"""Where `make install` puts the font that comes with daicho."""
_LONG, _BREAKABLE = regex.compile(r"[\p{Latin}\p{Nd}]{24}"), "\\g<0>\u200b"
"""A word that long may be broken: Typst alone would let it run out of its cell."""
_JAPAN = timezone(timedelta(hours=9))
_PLAIN = frozenset({"kind", "form", "item", "printing", "qr", "seal", "families", "verification_url"})
"""What the templates compare or hand on, and do not print."""


class TypstPress:
    """The `Press` of the service: Typst and signing, which work in threads, 20 and 50 ms.

    Fonts and keys are read when they are first wanted, since most commands want neither, or by `prepare`. `public_url`
    is where the pages of verification are; without it there is no QR code.
    """

    def __init__(
        self,
        fonts: Callable[[], Fonts],
        seal: str | None,
        signing: Callable[[], Signing | None],
        public_url: str | None,
    ) -> None:
        self._open_fonts = fonts
        self._seal = seal
        self._open_signing = signing
        self._public_url = public_url

    @cached_property
    def _fonts(self) -> Fonts:
        return self._open_fonts()

    @cached_property
    def _compiling(self) -> Compiling:
        return Compiling(self._fonts)

    @cached_property
    def _signing(self) -> Signing | None:
        return self._open_signing()

    def prepare(self) -> None:
        """Read fonts and keys now, so that what is wrong with them shows at the start. Raises `SettingsError`."""
        _ = self._compiling, self._signing

    def missing(self, texts: Iterable[str]) -> tuple[str, ...]:
        """The characters that the fonts do not have, as code points (`U+845B U+E0102`), each once.

        Asked before anything is printed: so what must be read for that is read before a number is drawn.
        """
        _ = self._compiling
        return self._fonts.missing(texts)

    async def printed(self, document: Document, number: IssuanceNumber, verification: str) -> Printed:
        """The document as PDF/A with its number and its sheets counted.

        Raises `Refusal` (CHARACTER_NOT_IN_FONT) where the fonts lack anything on it, its number included.
        """
        missing = self.missing([*document.texts(), number.text])
        if missing:
            raise Refusal(Code.CHARACTER_NOT_IN_FONT, names=missing)
        data = self._data(document, number, verification)
        made_at = datetime.strptime(number.day, "%Y%m%d").replace(tzinfo=_JAPAN)
        pdf = await asyncio.to_thread(self._compiling.pdf, data, made_at)
        return Printed(pdf, self._compiling.sheets_of(pdf))

    async def signed(self, pdf: bytes) -> bytes:
        """The same with the city's signature (PAdES B-T). Raises `Refusal` (SIGNING_UNAVAILABLE)."""
        return await asyncio.to_thread(self._signed, pdf)

    def _signed(self, pdf: bytes) -> bytes:
        if self._signing is None:
            raise Refusal(Code.SIGNING_UNAVAILABLE)
        return self._signing.signed(pdf)

    def _data(self, document: Document, number: IssuanceNumber, verification: str) -> dict[str, Any]:
        url = f"{self._public_url}/verify/{verification}" if self._public_url else ""
        data = document.data(number, url)
        data["form"] = form_of(document).value
        data["qr"] = _qr(url) if url else None
        data["seal"] = self._seal
        data["families"] = self._fonts.families
        return {name: value if name in _PLAIN else self._set(value) for name, value in data.items()}

    def _set(self, value: Any) -> Any:
        """The same with each text as the template takes it, piece by piece where it needs several fonts."""
        if isinstance(value, str):
            return self._fonts.runs(_LONG.sub(_BREAKABLE, value))
        if isinstance(value, Mapping):
            return {name: one if name in _PLAIN else self._set(one) for name, one in value.items()}
        return [self._set(one) for one in value] if isinstance(value, list) else value


def _qr(url: str) -> str:
    """Its QR code as SVG."""
    image = BytesIO()
    segno.make(url, error="m", micro=False).save(image, kind="svg", border=0, xmldecl=False)
    return image.getvalue().decode()


def open_press(settings: PrintingSettings, demonstration: Path | None = None) -> TypstPress:
    """The press as set; `demonstration` is the folder of a demonstration's own key and seal, made when not there yet.

    Without any font nothing can be printed, and every issue says so. Raises `SettingsError`.
    """
    files = settings.font_files or tuple(sorted(ASSETS.glob("*.ttf")))
    seal = read_seal(settings.seal_file, specimen=demonstration is not None)
    signing = partial(_signing, settings, demonstration)
    return TypstPress(partial(open_fonts, files), seal, signing, settings.public_url)


def _signing(settings: PrintingSettings, demonstration: Path | None) -> Signing | None:
    if settings.signing_key_file is None or settings.timestamp_url is None:
        return _demonstrated(demonstration) if demonstration else None
    from api.printing import signing  # noqa: PLC0415 - half a second, for who signs

    content = read_secret(settings.signing_key_file, signing.KEY_NAME)
    password = settings.signing_password_file
    secret = read_secret(password, "DAICHO_SIGNING_PASSWORD_FILE").strip() if password else None
    return signing.Signing(signing.read_identity(content, secret), signing.TimestampAuthority(settings.timestamp_url))


def _demonstrated(folder: Path) -> Signing:
    from api.printing.demonstration_keys import demonstration_signing  # noqa: PLC0415 - as above

    return demonstration_signing(folder)
