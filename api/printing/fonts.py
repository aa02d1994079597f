"""Which characters the configured fonts have: exactly, with their variation selectors, or not at all.

Typst draws the plain character where a font lacks the variant that was asked for, and says nothing. So every cluster of
characters is looked up in the fonts' own tables before anything is printed (標準仕様書1.0 5.8: 未登録外字).
"""

from __future__ import annotations

import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from pathlib import Path

import regex  # type: ignore[import-untyped] # has no stubs of its own
import typst
from fontTools.ttLib import TTFont, TTLibError

from api.settings import SettingsError

NAME = "DAICHO_FONT_FILES"
BREAK = "\n"
"""Ends a line within a text; the only control character that may be printed."""

_CLUSTER = regex.compile(r"\X")
_VARIANTS = 14
"""The format of the table of variation sequences in a font's cmap."""
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Categories of characters that nobody sees: printed exactly, they would be nothing."""


@dataclass(frozen=True, slots=True)
class Face:
    """What one font file has: characters, variation sequences, and marks that it joins to a character.

    `sequences` hold pairs of code points as texts (`葛` and U+E0100; `ト` and U+309A).
    """

    family: str
    characters: frozenset[int]
    sequences: frozenset[str] = field(repr=False)

    def has(self, cluster: str) -> bool:
        """Whether it prints this character with its marks exactly."""
        first, rest = cluster[0], cluster[1:]
        if ord(first) not in self.characters or unicodedata.category(first) in _UNSEEN:
            return False
        return not rest or cluster in self.sequences or self._has_composed(cluster)

    def _has_composed(self, cluster: str) -> bool:
        """Whether the marks make one character that it has: か and U+3099 are が."""
        composed = unicodedata.normalize("NFC", cluster)
        return len(composed) == 1 and ord(composed) in self.characters


@dataclass(frozen=True, slots=True)
class Fonts:
    """The font files in their order: each cluster is printed in the first one that has it."""

    faces: tuple[Face, ...]
    loaded: typst.Fonts = field(repr=False)

    @property
    def families(self) -> list[str]:
        """Their names, for the templates."""
        return [face.family for face in self.faces]

    def missing(self, texts: Iterable[str]) -> tuple[str, ...]:
        """What none of them has, as code points (`U+845B U+E0102`), each once."""
        clusters = (cluster for text in texts for cluster in clusters_of(text))
        return tuple(dict.fromkeys(_code_points(one) for one in clusters if self.place_of(one) is None))

    def place_of(self, cluster: str) -> int | None:
        """The place of the first font that has it."""
        return next((place for place, face in enumerate(self.faces) if face.has(cluster)), None)

    def runs(self, text: str) -> str | list[dict[str, object]]:
        """The text as a template takes it: itself where the first font has all, else piece by piece with its font."""
        places = groupby(_CLUSTER.findall(text), key=self._place_or_first)
        found = [(place, "".join(clusters)) for place, clusters in places]
        if all(place == 0 for place, _ in found):
            return text
        return [{"family": self.faces[place].family, "text": part} for place, part in found]

    def _place_or_first(self, cluster: str) -> int:
        return 0 if cluster == BREAK else self.place_of(cluster) or 0


def clusters_of(text: str) -> Iterator[str]:
    """The characters that are drawn, each with its selectors and marks."""
    return (cluster for cluster in _CLUSTER.findall(text) if cluster != BREAK)


def _code_points(cluster: str) -> str:
    return " ".join(f"U+{ord(character):04X}" for character in cluster)


@lru_cache(maxsize=4)
def open_fonts(files: tuple[Path, ...]) -> Fonts:
    """Read these font files, a fifth of a second. Raises `SettingsError` where one is none, or two have one name."""
    with tempfile.TemporaryDirectory() as scratch:
        folders = [_folder(Path(scratch), place, file) for place, file in enumerate(files)]
        faces = tuple(_face(file, folder) for file, folder in zip(files, folders, strict=True))
        if len({face.family for face in faces}) < len(faces):
            raise SettingsError(f"{NAME}: two fonts of one name", f"{NAME}：同じ名前のフォントが重複しています")
        fonts = Fonts(faces, _loaded(folders))
        _read_through(fonts)  # Typst reads a font when it first draws with it, and the folder is about to go
    return fonts


def _folder(scratch: Path, place: int, file: Path) -> Path:
    """A folder with this file alone: Typst takes folders, and whatever lies in them."""
    folder = scratch / str(place)
    folder.mkdir()
    (folder / f"font{file.suffix}").symlink_to(file)
    return folder


def _loaded(folders: Sequence[Path]) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(f) for f in folders])


def _read_through(fonts: Fonts) -> None:
    compiler = typst.Compiler(font_paths=fonts.loaded)
    for family in fonts.families:
        compiler.compile(b"#set text(font: sys.inputs.family, fallback: false)\n1", sys_inputs={"family": family})


def _face(file: Path, folder: Path) -> Face:
    names = _loaded([folder]).families()
    try:
        with TTFont(file, fontNumber=0) as font:
            tables = font["cmap"].tables
            characters = frozenset(font.getBestCmap() or ())
            sequences = frozenset([*_variants(tables), *_joined(font)])
    except (OSError, TTLibError, KeyError) as error:
        raise SettingsError(f"{NAME}: a file is no font", f"{NAME}：フォントファイルではありません") from error
    if not names or not characters:
        raise SettingsError(f"{NAME}: a file is no font", f"{NAME}：フォントファイルではありません")
    return Face(names[0], characters, sequences)


def _variants(tables: Iterable[object]) -> Iterator[str]:
    for table in tables:
        if getattr(table, "format", None) == _VARIANTS:
            for selector, pairs in table.uvsDict.items():  # type: ignore[attr-defined] # of this format
                yield from (chr(character) + chr(selector) for character, _ in pairs)


def _joined(font: TTFont) -> Iterator[str]:
    """The pairs of a character and a mark that the font draws as one (か゚ of the Ainu and of dialects)."""
    if "GSUB" not in font:
        return
    names = {name: chr(code) for code, name in font.getBestCmap().items()}
    substitutions = font["GSUB"].table
    always = {
        lookup
        for record in substitutions.FeatureList.FeatureRecord
        if record.FeatureTag == "ccmp"
        for lookup in record.Feature.LookupListIndex
    }
    for lookup in always:
        for table in substitutions.LookupList.Lookup[lookup].SubTable:
            yield from _ligatures(getattr(table, "ExtSubTable", table), names)


def _ligatures(table: object, names: dict[str, str]) -> Iterator[str]:
    for first, ligatures in getattr(table, "ligatures", {}).items():
        for ligature in ligatures:
            parts = [names.get(name) for name in (first, *ligature.Component)]
            if None not in parts:
                yield "".join(part for part in parts if part)
