"""The policy as Oso holds it: loaded without a word or not at all, and asked one question at a time.

This is the only importer of oso. Every trap of Oso 0.27.3 that was found by trying is met here: what it prints while
loading is an error (a misspelt class only prints a warning), every failure while it runs denies and is logged as a code
(its texts hold values), what it is asked about is checked before (null is equal to null, and whatever fails under `not`
counts as false), whom and what it lets in is enumerated (an answer that leaves it open lets everybody in), and so are
results. What can be seen in the text alone is in policy_text.py, and which names it may use in policy_vocabulary.py.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from oso import Oso, OsoError, Variable

from authz.callers import Profile
from authz.facts import CertificateFacts, ExtractionFacts, HouseholdFacts, NotificationFacts, Record, ResidentFacts
from authz.policy_statements import statements
from authz.policy_text import faults, in_ascii, padded, proofs, without_proofs
from authz.policy_vocabulary import DEFAULT, TABLES, unknown_names
from authz.purposes import Purpose
from domain.items import HOUSEHOLD_ITEMS, RESIDENT_ITEMS, VERSION_ITEMS

POLICY_FILE = Path(__file__).resolve().parent.parent / "policies.polar"
"""The policy that comes with daicho; it lies beside the rooms, in a checkout and in the wheel alike."""


class PolicyError(Exception):
    """The policy is not one that this service may start with; the text says why."""


class Outcome(StrEnum):
    """What a caller gets of an item. ABSENT is no decision: it is a shown item that the register does not have."""

    SHOWN = "SHOWN"
    MASKED = "MASKED"
    WITHHELD = "WITHHELD"


PRECEDENCE = {Outcome.WITHHELD: 0, Outcome.SHOWN: 1, Outcome.MASKED: 2}
"""A rule that narrows wins over any that shows, SHOWN over MASKED."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the policy: its id, its legal basis, and what it says in Japanese."""

    id: str
    legal_basis: str
    text: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What the policy says about one item, and by which rule."""

    outcome: Outcome
    rule: Rule


class _Ledger:
    """What the policy file calls Ledger."""


class _Service:
    """What the policy file calls Service."""


class _Restriction:
    """What the policy file calls Restriction (抑止)."""


class _SupportMeasure:
    """What the policy file calls SupportMeasure (支援措置)."""


class _Statistics:
    """What the policy file calls Statistics (統計)."""


_PROTECTIONS: Mapping[str, type] = {"Restriction": _Restriction, "SupportMeasure": _SupportMeasure}

RESOURCES: Mapping[str, object] = {
    "Ledger": _Ledger(),
    "Service": _Service(),
    "Restriction": _Restriction(),
    "SupportMeasure": _SupportMeasure(),
    "Statistics": _Statistics(),
    "Resident": ResidentFacts(),
}
"""What an action outside of reading records is done to."""


class Policy:
    """A loaded policy. It never changes; a new file is a new Policy."""

    def __init__(self, text: str, on_failure: Callable[[str], None] = lambda _code: None) -> None:
        """Load the policy; raises `PolicyError`. `on_failure` hears the class name of what is raised while deciding."""
        self.text = text
        self.hash = hashlib.sha256(text.encode()).hexdigest()
        self.questions = self.failures = 0
        self._on_failure = on_failure
        self._oso = _loaded(text)
        self.rules = {name: Rule(name, *row) for name, row in self._listed("rule", 3).items()}
        self.purposes = {code: Purpose(code, *row) for code, row in self._listed("purpose", 4).items()}
        self.departments = {name: tuple(codes) for name, (codes,) in self._listed("department", 2).items()}
        self.switchable = frozenset(self._only("switchable"))
        self.immediate = frozenset(self._only("immediate"))
        self.grantable = {name: tuple(codes) for name, (codes,) in self._listed("grantable", 2).items()}
        offers = (*self.departments.items(), *self.grantable.items())
        self.offers = frozenset((name, code) for name, codes in offers for code in codes)
        self._refuse_unknown_names()
        self._refuse_what_is_left_open()
        _prove(self._oso, text)

    @classmethod
    def load(cls, path: Path = POLICY_FILE, on_failure: Callable[[str], None] = lambda _code: None) -> Policy:
        """Read a policy from its file; raises `PolicyError` where there is none."""
        try:
            return cls(path.read_text(encoding="utf-8"), on_failure)
        except (OSError, UnicodeDecodeError) as error:
            raise PolicyError(f"the policy cannot be read: {path.name}: {type(error).__name__}") from error

    def decide(self, profile: Profile, facts: Record, item: str) -> Decision:
        """Ask Oso about one item of a record with these facts. Any failure denies."""
        answers = self.ask("decision", profile, facts, item, Variable("outcome"), Variable("rule"))
        try:
            decisions = [Decision(Outcome(answer["outcome"]), self.rules[answer["rule"]]) for answer in answers]
        except (KeyError, ValueError) as error:
            self._on_failure(type(error).__name__)
            return self.default
        return min(decisions, key=lambda one: PRECEDENCE[one.outcome], default=self.default)

    def opens(self, profile: Profile, facts: Record) -> bool:
        """Whether a record with these facts may be opened at all."""
        return bool(self.ask("allow", profile, "open", facts))

    def search(self, profile: Profile, item: str) -> Rule | None:
        """The rule by which this caller may search by an item, or nothing."""
        answers = self.ask("search", profile, item, Variable("rule"))
        return self.rules[answers[0]["rule"]] if answers else None

    def may(
        self, profile: Profile, action: str, facts: NotificationFacts | CertificateFacts | ExtractionFacts
    ) -> Rule | None:
        """The rule by which this caller may do something with such a notification (`notify`, `approve`, `withdraw`,
        `see`, `protect`), certificate (`issue`, `void`, `see`) or extraction (`request`, `approve`, `withdraw`, `see`,
        `run`).
        """
        answers = self.ask("may", profile, action, facts, Variable("rule"))
        return self.rules[answers[0]["rule"]] if answers else None

    def enters(self, department: str, purpose: str) -> bool:
        """Whether the purpose is offered to the department, as its own or as one that may be granted."""
        if (department, purpose) not in self.offers:
            return False
        return bool(self.ask("allow", Profile(department, purpose), "enter", self.purposes[purpose]))

    def permits(self, profile: Profile, action: str, resource: str) -> bool:
        """Whether the caller may do something that is not reading a record: `read` the `Ledger`, `release` ..."""
        return bool(self.ask("allow", profile, action, RESOURCES[resource]))

    @property
    def default(self) -> Decision:
        """What no rule names."""
        return Decision(Outcome.WITHHELD, self.rules[DEFAULT])

    def ask(self, head: str, *arguments: object) -> list[dict[str, str]]:
        """All answers to one question, in the order of the file; none when anything fails. Each fills the holes."""
        self.questions += 1
        try:
            _refuse_what_is_not_plain(arguments)
            with contextlib.redirect_stdout(io.StringIO()):
                return [answer["bindings"] for answer in self._oso.query_rule(head, *arguments)]
        except Exception as error:  # noqa: BLE001 - whatever a rule raises is a denial; its text may hold values
            self.failures += 1
            self._on_failure(type(error).__name__)
            return []

    def _facts(self, head: str, width: int) -> list[tuple[Any, ...]]:
        """Every fact of the policy under this head, as rows in the order of the file."""
        names = [f"v{at}" for at in range(width)]
        try:
            answers = list(self._oso.query_rule(head, *map(Variable, names)))
        except OsoError as error:
            raise PolicyError(f"the policy has no {head}") from error
        rows = [tuple(answer["bindings"].get(name) for name in names) for answer in answers]
        if any(_is_open(value) for row in rows for value in row):
            raise PolicyError(f"the policy leaves open whom or what it means: {head}")
        return rows

    def _listed(self, head: str, width: int) -> dict[str, tuple[Any, ...]]:
        """The facts that declare a name, by it. Oso would take all that are said of it, a reader the one he finds."""
        rows = self._facts(head, width)
        twice = [name for name, count in Counter(row[0] for row in rows).items() if count > 1]
        if twice:
            raise PolicyError(f"the policy lists a {head} twice: {', '.join(sorted(twice))}")
        return {row[0]: row[1:] for row in rows}

    def _only(self, head: str) -> list[str]:
        """What the one fact of this head lists."""
        rows = self._facts(head, 1)
        if not rows:
            raise PolicyError(f"the policy has no {head}")
        if len(rows) > 1:
            raise PolicyError(f"the policy lists twice what it lists once: {head}")
        return list(rows[0][0])

    def _refuse_unknown_names(self) -> None:
        """A name that only one side knows would be denied, or let in, in silence: refuse to start instead."""
        declared = {name: frozenset(items) for name, (items,) in self._listed("item_class", 2).items()}
        if declared != _classes_of_the_register():
            raise PolicyError("the item classes of the policy are not those of domain/items.py")
        for head in ("whereabouts", "in_search_results"):
            self._only(head)
        if DEFAULT not in self.rules:
            raise PolicyError(f"the policy has no rule {DEFAULT}")
        told = "; ".join(f"line {line}: unknown {sort}: {name}" for line, sort, name in unknown_names(self.text))
        if told:
            raise PolicyError(f"the policy names what there is not: {told}")

    def _refuse_what_is_left_open(self) -> None:
        """Whom and what the policy lets in stands in its facts: nobody and nothing is let in by leaving it open."""
        defined = {one.name for one in statements(self.text)}
        for head, shape in TABLES.items():
            if head in defined:
                self._facts(head, len(shape))
        strangers = {*self._facts("offered", 2)} - self.offers
        if strangers:
            told = ", ".join(sorted(" for ".join(one) for one in strangers))
            raise PolicyError(f"the policy offers what no department is listed with: {told}")


def hole(name: str) -> str:
    """What a question leaves open, under this name."""
    variable: str = Variable(name)
    return variable


def _loaded(text: str) -> Oso:
    """The policy in an Oso of its own (a second load into the same one is refused by it), if all is well with it."""
    wrong = faults(text)
    if wrong:
        raise PolicyError(f"the policy does not load: {'; '.join(wrong)}")
    rules = without_proofs(text)
    _read(in_ascii(rules))  # to hear what is wrong with it, and in which line
    return _read(padded(rules))


def _read(rules: str) -> Oso:
    """Load into a new Oso; anything it prints is an error."""
    oso = Oso()
    oso.register_class(Profile, name="Caller")
    oso.register_class(Purpose)
    resources = {"Record": Record, "Ledger": _Ledger, "Service": _Service, "Statistics": _Statistics}
    for name, kind in {**resources, **_PROTECTIONS}.items():
        oso.register_class(kind, name=name)
    oso.register_class(ResidentFacts, name="Resident")
    oso.register_class(HouseholdFacts, name="Household")
    oso.register_class(NotificationFacts, name="Notification")
    oso.register_class(CertificateFacts, name="Certificate")
    oso.register_class(ExtractionFacts, name="Extraction")
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            oso.load_str(rules)
    except OsoError as error:
        raise PolicyError(f"the policy does not load: {error}") from error
    if said.getvalue().strip():
        raise PolicyError(f"the policy loads with a warning: {said.getvalue().strip()}")
    return oso


def _prove(oso: Oso, text: str) -> None:
    """Raise `PolicyError` with every proof that fails."""
    failing = list(_failing_proofs(oso, text))
    if failing:
        raise PolicyError(f"proofs of the policy fail: {'; '.join(failing)}")


def _failing_proofs(oso: Oso, text: str) -> Iterator[str]:
    """The line of every proof that does not hold, and why where Oso says it."""
    for line, proof in proofs(text):
        try:
            if not any(oso.query(padded(proof))):
                yield f"line {line}"
        except Exception as error:  # noqa: BLE001 - whatever it raises, it does not hold
            yield f"line {line} ({type(error).__name__})"


def _refuse_what_is_not_plain(arguments: Iterable[object]) -> None:
    """Nothing is asked about a caller or record with a null, a coroutine or a hole: `not` would take it for false."""
    for argument in arguments:
        match argument:
            case Profile(department=str(), purpose=str(), switched_off=frozenset()):
                continue
            case Record(closed=bool(), protected=bool(), released=bool(), restricted=bool()):
                continue
            case NotificationFacts(procedure=str(), own=bool(), matter=str()):
                continue
            case ExtractionFacts(own=bool()):
                continue
            case CertificateFacts(
                kind=str(), requester=str(), closed=bool(), protected=bool(), released=bool(), restricted=bool()
            ):
                continue
            case Purpose() | _Ledger() | _Service() | _Restriction() | _SupportMeasure() | _Statistics() | str():
                continue
        raise TypeError(type(argument).__name__)


def _classes_of_the_register() -> dict[str, frozenset[str]]:
    classes: dict[str, set[str]] = {}
    for item in (*RESIDENT_ITEMS.values(), *VERSION_ITEMS.values(), *HOUSEHOLD_ITEMS.values()):
        classes.setdefault(item.item_class.value, set()).add(item.identifier)
    return {name: frozenset(items) for name, items in classes.items()}


def _is_open(value: object) -> bool:
    """Whether a value, or one that it lists, may be anything."""
    return isinstance(value, Variable) or value is None or (isinstance(value, list) and any(map(_is_open, value)))
