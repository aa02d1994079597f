"""旧氏 and 通称: their entry, change and removal (標準仕様書1.0 1.1.7; 住基法施行令第30条の13-第30条の16)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from domain import record_rules
from domain.change_reasons import ChangeReason
from domain.findings import Finding
from domain.life_events import AliasChanged, FormerSurnameChanged, LifeEvent
from domain.notifications import Notice, Situation, told
from domain.procedures.records import OfOneRecord
from domain.residents import ResidentRecord
from domain.values.names import (
    MAX_GRAPHEMES,
    Alias,
    FormerSurname,
    alias_that_stands,
    removed_alias,
    require_reading,
)
from domain.values.texts import require_line


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _OfFormerSurname(OfOneRecord):
    """What is asked for about a former surname."""

    reason: ClassVar[ChangeReason]
    handed_in: ClassVar[str]

    def said(self) -> FormerSurname | None:
        """The former surname that the record says from now on. Raises `InvalidValue`."""
        raise NotImplementedError

    def findings(self, situation: Situation, record: ResidentRecord) -> Iterator[Finding]:
        """Only of Japanese residents; to be entered there must be none, to be changed or removed there must be one."""
        yield from record_rules.japanese_residents_only(record)
        if self.reason is ChangeReason.FORMER_SURNAME_ENTRY:
            yield from record_rules.no_former_surname_yet(record)
        else:
            yield from record_rules.former_surname_stands(record)

    def events(self, situation: Situation, record: ResidentRecord) -> Iterator[LifeEvent]:
        """The former surname and its reading, always together."""
        said = self.said()
        yield FormerSurnameChanged(
            reason=self.reason,
            **self.filing.reported(self.handed_in, situation.today),
            former_surname=said.text if said else None,
            former_surname_reading=said.reading if said else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class EnterFormerSurname(_OfFormerSurname):
    """Enter a former surname (旧氏の記載)."""

    procedure: ClassVar[str] = "enterFormerSurname"
    reason: ClassVar[ChangeReason] = ChangeReason.FORMER_SURNAME_ENTRY
    handed_in: ClassVar[str] = "旧氏記載請求"

    former_surname: str = told("旧氏", "former surname")
    former_surname_reading: str | None = told("旧氏の振り仮名", "its reading, in katakana", default=None)

    def said(self) -> FormerSurname:
        """As it was asked for."""
        return _former_surname(self.former_surname, self.former_surname_reading)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ChangeFormerSurname(_OfFormerSurname):
    """Change a former surname to another one (旧氏の変更)."""

    procedure: ClassVar[str] = "changeFormerSurname"
    reason: ClassVar[ChangeReason] = ChangeReason.FORMER_SURNAME_CHANGE
    handed_in: ClassVar[str] = "旧氏変更請求"

    former_surname: str = told("旧氏", "former surname")
    former_surname_reading: str | None = told("旧氏の振り仮名", "its reading, in katakana", default=None)

    def said(self) -> FormerSurname:
        """As it was asked for."""
        return _former_surname(self.former_surname, self.former_surname_reading)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RemoveFormerSurname(_OfFormerSurname):
    """Remove a former surname (旧氏の削除)."""

    procedure: ClassVar[str] = "removeFormerSurname"
    reason: ClassVar[ChangeReason] = ChangeReason.FORMER_SURNAME_REMOVAL
    handed_in: ClassVar[str] = "旧氏削除請求"

    def said(self) -> None:
        """None."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class EnterAlias(OfOneRecord):
    """Enter the alias of a foreign resident (通称の記載)."""

    procedure: ClassVar[str] = "enterAlias"

    alias: str = told("通称", "alias (common name)")
    municipality: str = told("記載した市区町村", "municipality in which it is entered")

    def findings(self, situation: Situation, record: ResidentRecord) -> Iterator[Finding]:
        """Only of foreign residents, and one at a time."""
        yield from record_rules.foreign_residents_only(record)
        yield from record_rules.no_alias_yet(record)

    def events(self, situation: Situation, record: ResidentRecord) -> Iterator[LifeEvent]:
        """One more line of 通称履歴."""
        require_line("alias", self.alias, MAX_GRAPHEMES)
        require_line("municipality", self.municipality, MAX_GRAPHEMES)
        line = Alias(self.alias, self.filing.changed_on, self.municipality).line
        yield AliasChanged(
            reason=ChangeReason.ALIAS_ENTRY,
            **self.filing.reported("通称記載申出", situation.today),
            alias_history=(*record.alias_history, line),
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RemoveAlias(OfOneRecord):
    """Remove the alias of a foreign resident; its line stays in the history (通称の削除)."""

    procedure: ClassVar[str] = "removeAlias"

    municipality: str = told("削除した市区町村", "municipality in which it is removed")

    def findings(self, situation: Situation, record: ResidentRecord) -> Iterator[Finding]:
        """Only of foreign residents who have one."""
        yield from record_rules.foreign_residents_only(record)
        yield from record_rules.alias_stands(record)

    def events(self, situation: Situation, record: ResidentRecord) -> Iterator[LifeEvent]:
        """The line of the alias with its removal."""
        require_line("municipality", self.municipality, MAX_GRAPHEMES)
        lines, at = list(record.alias_history), alias_that_stands(record.alias_history)
        if at is not None:
            lines[at] = removed_alias(lines[at], self.filing.changed_on, self.municipality)
        yield AliasChanged(
            reason=ChangeReason.ALIAS_REMOVAL,
            **self.filing.reported("通称削除申出", situation.today),
            alias_history=tuple(lines),
        )


def _former_surname(text: str, reading: str | None) -> FormerSurname:
    """A former surname and its reading; each is refused under its own name. Raises `InvalidValue`."""
    require_line("former_surname", text, MAX_GRAPHEMES)
    require_reading("former_surname_reading", reading)
    return FormerSurname(text, reading)


NOTICES: tuple[type[Notice], ...] = (
    *(EnterFormerSurname, ChangeFormerSurname, RemoveFormerSurname),
    *(EnterAlias, RemoveAlias),
)
