"""Finds secrets in files, whatever they were made into on the way (case D-01).

    found = SecretsSearch({"Individual Number": numbers, "ledger key": [key]}).in_folder(home)
    assert not found

A finding names the kind of secret, the encoding and the place, and never the secret.
"""

from __future__ import annotations

import base64
import html
import json
import quopri
import re
import sys
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

import jaconv

CHARSETS = (
    "utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "shift_jis", "cp932", "euc_jp", "iso2022_jp", "utf-7",
)  # fmt: skip
LENGTHS = (6, 12, 24)
"""Patterns are looked for by their length; shorter ones are found anywhere by chance."""
MOST_UNPACKED = 1 << 20
PROGRAMS = "/postgresql/programs/"
PACKED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")
"""How gzip and zlib begin."""


@dataclass(frozen=True, order=True)
class Finding:
    """What kind of secret, in which encoding, in which file, from which byte on."""

    place: str
    secret: str
    encoding: str
    offset: int


def _full_width(text: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text)


def _kanji_digits(text: str) -> str:
    return text.translate(str.maketrans("0123456789", "〇一二三四五六七八九"))


def _entities(text: str, form: str) -> str:
    return "".join(form.format(ord(each)) for each in text)


def _grouped(text: str, between: str) -> str:
    return between.join(text[at : at + 4] for at in range(0, len(text), 4))


TEXT_FORMS: Mapping[str, Callable[[str], str]] = {
    "NFC": lambda text: unicodedata.normalize("NFC", text),
    "NFD": lambda text: unicodedata.normalize("NFD", text),
    "NFKC": lambda text: unicodedata.normalize("NFKC", text),
    "full width": _full_width,
    "half width": lambda text: jaconv.z2h(text, kana=True, ascii=True, digit=True),
    "kanji digits": _kanji_digits,
    "reversed": lambda text: text[::-1],
    "without spaces": lambda text: re.sub(r"\s", "", text),
    "one narrow space": lambda text: re.sub(r"\s+", " ", text),
    "grouped by spaces": lambda text: _grouped(text, " "),
    "grouped by hyphens": lambda text: _grouped(text, "-"),
    "grouped by wide spaces": lambda text: _grouped(text, "\u3000"),
    "spaced out": " ".join,
    "JSON escapes": lambda text: json.dumps(text)[1:-1],
    "JSON escapes of all": lambda text: _entities(text, "\\u{:04x}"),
    "JSON escapes in capitals": lambda text: _entities(text, "\\u{:04X}"),
    "HTML entities": html.escape,
    "HTML decimal": lambda text: _entities(text, "&#{};"),
    "HTML hexadecimal": lambda text: _entities(text, "&#x{:x};"),
    "percent": quote,
    "percent of a form": lambda text: quote(text, safe=" ").replace(" ", "+"),
}
"""What a text may have become as another text; looked for in UTF-8."""


def _base64(content: bytes, alignment: int, alphabet: bytes) -> bytes:
    """The part of the base64 that is the same whatever stands before and behind, by the place in a group of three."""
    encoded = base64.b64encode(bytes(alignment) + content, alphabet)
    return encoded[(0, 2, 3)[alignment] : len(encoded) - (0, 3, 2)[(alignment + len(content)) % 3]].rstrip(b"=")


BYTE_FORMS: Mapping[str, Callable[[bytes], bytes]] = {
    "as it is": lambda content: content,
    "hexadecimal": lambda content: content.hex().encode(),
    "hexadecimal in capitals": lambda content: content.hex().upper().encode(),
    "hexadecimal with spaces": lambda content: content.hex(" ").encode(),
    "percent of all": lambda content: b"".join(b"%%%02X" % each for each in content),
    "percent of all, small": lambda content: b"".join(b"%%%02x" % each for each in content),
    "backslash x": lambda content: b"".join(b"\\x%02x" % each for each in content),
    "octal": lambda content: b"".join(b"\\%03o" % each for each in content),
    "quoted-printable": lambda content: quopri.encodestring(content).rstrip(b"=\n"),
    "base32": lambda content: base64.b32encode(content[: len(content) // 5 * 5]),
    "bytes reversed": lambda content: content[::-1],
    **{f"base64 at {at}": lambda content, at=at: _base64(content, at, b"+/") for at in range(3)},  # type: ignore[misc] # at is bound
    **{f"base64url at {at}": lambda content, at=at: _base64(content, at, b"-_") for at in range(3)},  # type: ignore[misc] # at is bound
}
"""What bytes may have become; a text is taken in UTF-8."""

NUMBER_FORMS: Mapping[str, Callable[[str], bytes]] = {
    "packed decimal": bytes.fromhex,
    "64 bits, low first": lambda digits: int(digits).to_bytes(8, "little"),
    "64 bits, high first": lambda digits: int(digits).to_bytes(8, "big"),
    "hexadecimal of the number": lambda digits: b"%x" % int(digits),
}
"""What twelve digits may have become as a number."""


def encoded(secret: str | bytes) -> Iterator[tuple[str, bytes]]:
    """The secret in each encoding that can hold it, with the encoding's name."""
    content = secret.encode() if isinstance(secret, str) else secret
    for name, of_bytes in BYTE_FORMS.items():
        yield name, of_bytes(content)
    if isinstance(secret, bytes):
        return
    for charset in CHARSETS[1:]:
        with suppress(UnicodeEncodeError):
            yield charset, secret.encode(charset).removeprefix(b"\x1b$B").removesuffix(b"\x1b(B")
    for name, of_text in TEXT_FORMS.items():
        yield name, of_text(secret).encode()
    if re.fullmatch(r"[0-9]{12}", secret):
        for name, of_digits in NUMBER_FORMS.items():
            yield name, of_digits(secret)


What: TypeAlias = tuple[str, str]
"""A kind of secret, and an encoding."""


class _Grams:
    """Patterns of at least `shortest` bytes, all found together.

    Of the data only every so many bytes are looked at, and there a few: each pattern covers one such spot, wherever it
    stands, and its first bytes tell which it may be.
    """

    def __init__(self, shortest: int, patterns: Mapping[bytes, What]) -> None:
        self._width = max(4, shortest // 2)
        self._stride = shortest - self._width + 1
        self._patterns = patterns
        self._grams: defaultdict[bytes, list[tuple[bytes, int]]] = defaultdict(list)
        for pattern in patterns:
            for offset in range(self._stride):
                self._grams[pattern[offset : offset + self._width]].append((pattern, offset))

    def find(self, data: bytes) -> Iterator[tuple[What, int]]:
        """What stands where."""
        grams, width = self._grams, self._width
        for at in [at for at in range(0, len(data), self._stride) if data[at : at + width] in grams]:
            for pattern, offset in grams[data[at : at + width]]:
                if at >= offset and data.startswith(pattern, at - offset):
                    yield self._patterns[pattern], at - offset


class SecretsSearch:
    """Looks for secrets, given by what kind of secret they are.

    Without the patterns of fewer bytes than `shortest`, one of `LENGTHS`, it takes less than half the time.
    """

    def __init__(self, secrets: Mapping[str, Iterable[str | bytes]], *, shortest: int = LENGTHS[0]) -> None:
        patterns: dict[bytes, What] = {}
        for kind, values in secrets.items():
            for encoding, pattern in chain.from_iterable(map(encoded, values)):
                patterns.setdefault(pattern, (kind, encoding))
        self._grams = [
            _Grams(least, {one: what for one, what in patterns.items() if least <= len(one) < longer})
            for least, longer in pairwise((*LENGTHS, sys.maxsize))
            if least >= shortest
        ]

    def in_bytes(self, data: bytes, place: str = "") -> list[Finding]:
        """What stands in these bytes, one finding a kind and encoding, compressed content among them."""
        found = self._in_plain(data, place)
        for began in PACKED.finditer(data):
            inner = _unpacked(data[began.start() : began.start() + MOST_UNPACKED])
            found += self._in_plain(inner, f"{place} (compressed, at {began.start()})") if inner else []
        return found

    def in_folder(self, folder: Path) -> list[Finding]:
        """What stands in the files of a folder, below it, and in their names; PostgreSQL's programs are no such."""
        files = (one for one in sorted(folder.rglob("*")) if one.is_file() and PROGRAMS not in str(one))
        return [
            one
            for file in files
            for one in self.in_bytes(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes(), str(file))
        ]

    def _in_plain(self, data: bytes, place: str) -> list[Finding]:
        found: dict[What, int] = {}
        for grams in self._grams:
            for what, at in grams.find(data.rstrip(b"\0") + bytes(8)):
                found.setdefault(what, at)
        return [Finding(place, *what, at) for what, at in found.items()]


def _unpacked(data: bytes) -> bytes:
    """What gzip or zlib made small, as far as it goes; empty where it was neither."""
    try:
        return zlib.decompressobj(wbits=47).decompress(data, MOST_UNPACKED)
    except zlib.error:
        return b""
