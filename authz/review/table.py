"""The policy's own tests, as a table that is written by hand: what the policy must say of everything.

It lies beside the policy. What no entry names is withheld or refused: it is complete. It is never made from the policy.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from authz.callers import Profile
from authz.facts import CertificateFacts, Record, ResidentFacts
from authz.policy import Outcome
from authz.policy_vocabulary import ACTIONS, Thing
from authz.review import asking
from authz.review.asking import ALONE, DEFAULT, ITEMS, KINDS, Act, Answer, Cell
from domain.items import F1_ITEMS, HOUSEHOLD_ITEMS, RESIDENT_ITEMS, VERSION_ITEMS

TABLE_FILE = Path(__file__).resolve().parent.parent / "policy_table.toml"
"""The table that comes with daicho."""


class TableError(Exception):
    """The table cannot be read, or names what there is not."""


class Alike(NamedTuple):
    """A change of the policy that changes nothing: how the statement begins, what is done to it, and why."""

    statement: str
    change: str
    reason: str


class Table:
    """A table as it was written; what it says is computed once, when it is asked for."""

    def __init__(self, text: str) -> None:
        """Raises `TableError` on what is no TOML."""
        try:
            self.written: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise TableError(str(error)) from None

    @classmethod
    def load(cls, path: Path = TABLE_FILE) -> Table:
        """Read a table from its file. Raises `TableError`."""
        try:
            return cls(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise TableError(f"the table cannot be read: {path.name}: {type(error).__name__}") from None

    @cached_property
    def alike(self) -> tuple[Alike, ...]:
        """Changes of the policy that nothing can notice, because it says the same twice."""
        return tuple(Alike(**one) for one in self.written.get("alike", ()))

    @cached_property
    def offers(self) -> dict[str, set[str]]:
        """Department by department the purposes that the policy must offer: its own and what may be granted to it."""
        offered: dict[str, set[str]] = {row["department"]: set(row["codes"]) for row in self.written["grantable"]}
        for row in [*self.written["transfer"], *self.written["purpose"]]:
            for department in row["departments"]:
                offered.setdefault(department, set()).update(row.get("codes") or [row["code"]])
        return offered

    @cached_property
    def purposes(self) -> list[str]:
        """Every purpose."""
        return [code for group in self.written["purposes"].values() for code in group]

    @cached_property
    def everybody(self) -> list[Profile]:
        """Every department with each purpose that must be offered to it."""
        return [Profile(name, code) for code in self.purposes for name, codes in self.offers.items() if code in codes]

    def profile(self, purpose: str, switched_off: Iterable[str] = ()) -> Profile:
        """A caller with this purpose, from the first department that works for it."""
        granted = {row["department"] for row in self.written["grantable"]}
        first = next(one for one in self.everybody if one.purpose == purpose and one.department not in granted)
        return Profile(first.department, purpose, frozenset(switched_off))

    @cached_property
    def profiles(self) -> tuple[Profile, ...]:
        """Every purpose with nothing switched off, and some with classes switched off."""
        return (*map(self.profile, self.purposes), *self.narrowed)

    @cached_property
    def narrowed(self) -> tuple[Profile, ...]:
        """Callers with classes switched off."""
        closing = self.written["switched_off"]
        return tuple(self.profile(purpose, names) for purpose in closing["purposes"] for names in closing["sets"])

    @cached_property
    def facts(self) -> dict[str, dict[str, Record]]:
        """For each kind of record, every combination of facts by its name in the table."""
        names = {name: dict.fromkeys(name.split("+"), True) for name in self.written["facts"]["all"]} | {"none": {}}
        return {kind: {name: made(**held) for name, held in names.items()} for kind, made in KINDS.items()}

    @cached_property
    def decisions(self) -> dict[Cell, Answer]:
        """Every cell of the table with what it says."""
        blank = {
            Cell(who, record, item): DEFAULT
            for kind, record_kind in KINDS.items()
            for who in self.profiles
            for record in self.facts[kind].values()
            for item in ITEMS[record_kind]
        }
        named = {
            cell: answer for kind in KINDS for entry in self.written[kind] for cell, answer in self._cells(kind, entry)
        }
        return blank | named

    @cached_property
    def openings(self) -> dict[tuple[Profile, Record], bool]:
        """Who opens a record with these facts."""
        named = {
            (self.profile(purpose), self.facts[kind][name])
            for entry in self.written["opens"]
            for kind in entry["kinds"]
            for purpose in self._expanded("purposes", entry["purposes"])
            for name in self._expanded("facts", entry["facts"])
        }
        return {
            (who, record): (Profile(who.department, who.purpose), record) in named
            for who in self.profiles
            for kind in KINDS
            for record in self.facts[kind].values()
        }

    @cached_property
    def searches(self) -> dict[tuple[Profile, str], str | None]:
        """By which rule a caller may search by an item; None where she may not."""
        named = {
            (purpose, item): rule
            for entry in self.written["search"]
            for purpose in self._expanded("purposes", entry["purposes"])
            for rule, wanted in entry.items()
            if rule != "purposes"
            for item in self.items_of(wanted)
        }
        return {
            (who, item): None if item in self.items_of(who.switched_off) else named.get((who.purpose, item))
            for who in self.profiles
            for item in {**ITEMS[ResidentFacts], **HOUSEHOLD_ITEMS}
        }

    def acts(self, who: Profile) -> dict[Act, str]:
        """What a caller may do, each with the rule; whatever is not there is refused."""
        permitted = (pair for entry in self._for("permits", who) for pair in entry["what"])
        opened = (
            Act(who, "open", facts) for (one, facts), opens in self.openings.items() if one == self._like(who) and opens
        )
        return {
            **{Act(who, *pair): "" for pair in permitted},
            **dict.fromkeys((act._replace(profile=who) for act in opened), ""),
            **dict(self._acts(who, "notification", asking.notifications())),
            **dict(self._acts(who, "certificate", asking.certificates())),
            **dict(self._acts(who, "extraction", asking.extractions())),
        }

    def items_of(self, wanted: Iterable[str | int]) -> set[str]:
        """Items from names of classes, numbers of F1 and identifiers. Raises `TableError`."""
        classes = self.written["classes"]
        listed = [one for name in wanted for one in classes.get(name, [name])]
        items = {F1_ITEMS[one - 1].identifier if isinstance(one, int) else one for one in listed}
        unknown = items - {*RESIDENT_ITEMS, *VERSION_ITEMS, *HOUSEHOLD_ITEMS}
        if unknown:
            raise TableError(f"the table names an unknown item: {', '.join(sorted(unknown))}")
        return items

    def _like(self, who: Profile) -> Profile:
        """Who stands in the table for this caller: records are opened by purpose."""
        return self.profile(who.purpose, who.switched_off)

    def _acts(self, who: Profile, sort: str, every: Iterable[Thing]) -> Iterator[tuple[Act, str]]:
        entries = list(self._for(sort, who))
        for about, entry in product(every, entries):
            if self._is_meant(entry, about) and not who.switched_off & {*entry.get("told", ())}:
                yield from (
                    (Act(who, action, about), entry[action]) for action in ACTIONS[type(about)] if action in entry
                )
                if "notify" in entry and about in self._immediate:
                    yield Act(who, ALONE, about), entry["notify"]

    @cached_property
    def _immediate(self) -> frozenset[Thing]:
        """What needs no second person."""
        names = self.written["changes"]["immediate"]
        return frozenset(one for one in asking.notifications() if one.procedure in names)

    def _is_meant(self, entry: Mapping[str, Any], about: Thing) -> bool:
        if isinstance(about, CertificateFacts) and "facts" in entry:
            record = ResidentFacts(about.closed, about.protected, about.released, about.restricted)
            if record not in [self.facts["resident"][name] for name in entry["facts"]]:
                return False
        return all(
            getattr(about, name) in entry[names]
            for name, names in _NAMED.items()
            if names in entry and hasattr(about, name)
        )

    def _for(self, sort: str, who: Profile) -> Iterator[dict[str, Any]]:
        for entry in self.written[sort]:
            departments = entry.get("departments", [who.department])
            if who.purpose in self._expanded("purposes", entry["purposes"]) and who.department in departments:
                yield entry

    def _cells(self, kind: str, entry: Mapping[str, Any]) -> Iterator[tuple[Cell, Answer]]:
        closed = set(entry.get("switched_off", ()))
        callers = [one for one in self.profiles if one.purpose in self._expanded("purposes", entry["purposes"])]
        callers = [one for one in callers if closed <= one.switched_off]
        records = [self.facts[kind][name] for name in self._expanded("facts", entry["facts"])]
        for outcome in (one.value for one in Outcome if one.value in entry):
            for rule, wanted in entry[outcome].items():
                items = self.items_of(wanted) & ITEMS[KINDS[kind]].keys()
                yield from ((Cell(*one), (outcome, rule)) for one in product(callers, records, items))

    def _expanded(self, what: str, names: Iterable[str]) -> list[str]:
        groups = self.written[what]
        return [one for name in names for one in groups.get(name, [name])]


_NAMED = {"procedure": "procedures", "matter": "matters", "own": "own", "kind": "kinds", "requester": "requesters"}
"""What of a thing an entry may name, and as what."""
