"""Names of people, kept exactly as the family register or the residence card has them. A name does not print itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.errors import InvalidValue
from domain.values.dates import RegisterDate
from domain.values.texts import graphemes, require_line

MAX_GRAPHEMES = 100
"""The longest name, in characters as a reader counts them."""

FULL_WIDTH_SPACE = "\u3000"

# 戸籍法施行規則 別表第二 lists the kana and symbols of a reading as a picture; these are the katakana, the long-vowel
# mark and the middle dot.
_READING = re.compile(r"[ァ-ヺー・]+")
_REMOVED = re.compile(" 削除）$")


def require_reading(kind: str, text: str | None) -> None:
    """Refuse what is there and is no reading in katakana. Raises `InvalidValue`."""
    if text is None:
        return
    require_line(kind, text, MAX_GRAPHEMES)
    if not _READING.fullmatch(text):
        raise InvalidValue(kind, "a reading is written in katakana", "振り仮名は片仮名で入力してください")


@dataclass(frozen=True, slots=True, repr=False)
class Name:
    """氏名, character for character: variation selectors stay, nothing is normalised.

    A full-width space stands between surname and given name where the register has one. At most 100 graphemes; raises
    `InvalidValue` for what is no readable line.
    """

    text: str

    def __post_init__(self) -> None:
        require_line("Name", self.text, MAX_GRAPHEMES)

    @property
    def surname(self) -> str | None:
        """What stands before the full-width space (氏); `None` where there is none."""
        surname, space, _ = self.text.partition(FULL_WIDTH_SPACE)
        return surname if space else None

    @property
    def given(self) -> str | None:
        """What stands after the full-width space (名); `None` where there is none."""
        _, space, given = self.text.partition(FULL_WIDTH_SPACE)
        return given if space else None

    @property
    def length(self) -> int:
        """The characters that a reader counts (項目長): grapheme clusters."""
        return graphemes(self.text)

    def __repr__(self) -> str:
        return "Name(***)"

    __str__ = __repr__


@dataclass(frozen=True, slots=True, repr=False)
class NameReading:
    """氏名の振り仮名 (住基法第7条第1号の2): the parts that are certified, in katakana, and the day they were.

    A part that is not certified is `None`. The kana that searching uses is another item (氏名カナ).
    """

    surname: str | None = None
    given: str | None = None
    certified_on: RegisterDate | None = None

    def __post_init__(self) -> None:
        require_reading("NameReading", self.surname)
        require_reading("NameReading", self.given)
        if (self.certified_on is None) != (self.surname is None and self.given is None):
            raise InvalidValue(
                "NameReading",
                "a part has a reading if and only if it was certified",
                "確定日と振り仮名が揃っていません",
            )

    @property
    def shown(self) -> str:
        """As a resident record prints it; what is not certified yet says so."""
        if self.certified_on is None:
            return "********"
        return f"{self.surname or '【氏空欄】'} {self.given or '【名空欄】'}"

    def __repr__(self) -> str:
        return "NameReading(***)"

    __str__ = __repr__


@dataclass(frozen=True, slots=True, repr=False)
class FormerSurname:
    """旧氏 and its reading (住基法施行令第30条の13); one entered before 2025-05-26 may have no reading yet."""

    text: str
    reading: str | None = None

    def __post_init__(self) -> None:
        require_line("FormerSurname", self.text, MAX_GRAPHEMES)
        require_reading("FormerSurname", self.reading)

    def __repr__(self) -> str:
        return "FormerSurname(***)"

    __str__ = __repr__


@dataclass(frozen=True, slots=True, repr=False)
class Alias:
    """通称 of a foreign resident, with day and municipality of its entry and its removal (標準仕様書1.0 1.1.2)."""

    text: str
    entered_on: RegisterDate
    entered_in: str
    removed_on: RegisterDate | None = None
    removed_in: str | None = None

    def __post_init__(self) -> None:
        require_line("Alias", self.text, MAX_GRAPHEMES)
        require_line("Alias", self.entered_in)
        if (self.removed_on is None) != (self.removed_in is None):
            raise InvalidValue(
                "Alias", "a removal has a day and a municipality", "削除の年月日と市区町村が揃っていません"
            )
        if self.removed_on is not None and self.removed_in is not None:
            require_line("Alias", self.removed_in)
            if self.removed_on.latest < self.entered_on.earliest:
                raise InvalidValue("Alias", "removed before it was entered", "削除が記載より前になっています")

    @property
    def line(self) -> str:
        """One line of 通称履歴: the alias, its entry and, where there is one, its removal."""
        entry = f"{self.text}（{self.entered_on.wareki()} {self.entered_in} 記載"
        removal = "" if self.removed_on is None else f"、{self.removed_on.wareki()} {self.removed_in} 削除"
        return f"{entry}{removal}）"

    def __repr__(self) -> str:
        return "Alias(***)"

    __str__ = __repr__


def alias_that_stands(history: tuple[str, ...]) -> int | None:
    """Which line of 通称履歴 is the alias that is not removed; `None` where there is none."""
    standing = [at for at, line in enumerate(history) if not _REMOVED.search(line)]
    return standing[-1] if standing else None


def removed_alias(line: str, on: RegisterDate, municipality: str) -> str:
    """A line of 通称履歴 with its removal; one that came without its entry is kept as it came."""
    removal = f"{on.wareki()} {municipality} 削除）"
    return f"{line[:-1]}、{removal}" if line.endswith("）") else f"{line}（{removal}"
