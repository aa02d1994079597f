"""The one door: authorise, act, record. GraphQL, the command line and jobs all come through here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from authz.callers import Caller
from authz.decisions import Decisions, Permit
from authz.disclosure import Disclosure
from authz.entries import Request, Stamp, entry_of_run
from authz.facts import HouseholdFacts, Kind, ResidentFacts
from authz.gathering import disclosed, gathered, number_in, numbers_asked_for, show_lists, show_met
from authz.office import Office
from authz.policy import Rule
from authz.runs import Asked, Position, Run, graphql_name
from authz.volume import Volume, count_records
from domain.errors import Code, Refusal
from domain.histories import Span, Standpoint
from domain.ledger import entries as ledger
from domain.ledger.searches import SearchHasher
from domain.ports import (
    KEY,
    NEVER,
    ChangeStore,
    Condition,
    HouseholdStore,
    NotificationStore,
    Occasion,
    Reading,
    ResidentStore,
    RestrictionStore,
    Row,
    Search,
    SupportMeasureStore,
    VersionStore,
)
from domain.search_terms import Term, are_enough, condition_of, recorded_form

JAPAN = ZoneInfo("Asia/Tokyo")

CANCELLED = "CANCELLED"
"""The code of a run that was given up because another field of the request failed: it showed nothing."""

LoadNumbered = Callable[[Reading, Occasion, Collection[str]], Awaitable[list[Row]]]


@dataclass(frozen=True, slots=True)
class Desk:
    """What every visit needs.

    A search that more than `most_hits` residents match is refused. `now` gives the time in UTC, `new_id` a UUIDv7 for
    an entry of that time, `ticks` seconds for measuring how long. `release_for` is how long a temporary release lasts.
    """

    decisions: Decisions
    residents: ResidentStore
    households: HouseholdStore
    versions: VersionStore
    changes: ChangeStore
    notifications: NotificationStore
    restrictions: RestrictionStore
    support_measures: SupportMeasureStore
    office: Office
    hasher: SearchHasher
    most_hits: int
    now: Callable[[], datetime]
    new_id: Callable[[datetime], str]
    ticks: Callable[[], float]
    release_for: timedelta = timedelta(hours=1)

    def stamp(self, request: Request) -> Stamp:
        """When and under which id something is recorded now, and under which policy."""
        at = self.now()
        return Stamp(self.new_id(at), at, request, self.decisions.policy.hash)

    def today(self) -> date:
        """The day in Japan, on which grants, measures and releases depend."""
        return self.now().astimezone(JAPAN).date()

    def occasion(self, caller: Caller) -> Occasion:
        """What a reading for this caller depends on; only some are told of restrictions released for a while."""
        passes = self.decisions.permits(caller.profile, "pass", "Restriction")
        beyond = self.now() if passes else NEVER
        return Occasion(caller.identity.municipality_code, caller.purpose, self.today(), beyond)


@dataclass(frozen=True, slots=True)
class Edge:
    """An item that leads to another record, and the kind of record it leads to."""

    item: str
    leads_to: Kind


class Visit:
    """One caller's request at the desk: it decides, loads, and remembers each run, so that none goes unrecorded.

    `volume` is what she has been shown within the hour; `required` is what strict mode wants shown; `changed` says that
    a change stands, whatever becomes of the answer.
    """

    def __init__(self, desk: Desk, caller: Caller, request: Request, volume: Volume) -> None:
        self.desk = desk
        self.volume = volume
        self.caller = caller
        self.request = request
        self.runs: list[Run] = []
        self.occasion = desk.occasion(caller)
        self.required: Sequence[tuple[Asked, Kind]] = ()
        self.changed = False

    # Searching: the arguments are decided before the store is touched.

    async def residents(self, asked: Asked, terms: Sequence[Term], page: Search) -> tuple[Sequence[Disclosure], bool]:
        """A page of the residents that match all terms and that this caller may open, and whether more follow."""
        permit = self.permit(asked, ResidentFacts)
        with self.running(asked, permit, page.limit) as run:
            conditions = self._decide_terms(run, ResidentFacts, terms)
            self._require_enough(terms)
            search = Search(conditions, page.include_closed, page.after, page.limit + 1)
            rows = await self._hits(permit, search) if permit.opens else []
            self._show(run, rows[: page.limit])
        return run.shown, len(rows) > page.limit

    async def resident(self, asked: Asked, key: Term) -> Disclosure | None:
        """The resident with this number, if there is one that this caller may open; a closed record like any other."""
        permit = self.permit(asked, ResidentFacts)
        with self.running(asked, permit) as run:
            (condition,) = self._decide_terms(run, ResidentFacts, (key,))
            rows = await self.desk.residents.matching(permit.reading, self.occasion, condition) if permit.opens else []
            self._show(run, rows)
        return run.shown[0] if run.shown else None

    async def resident_then(self, asked: Asked, key: Term, standpoint: Standpoint) -> Disclosure | None:
        """What was said then of the resident who has this number today, as far as it may be seen today."""
        permit = self.permit(asked, ResidentFacts)
        with self.running(asked, permit) as run:
            (condition,) = self._decide_terms(run, ResidentFacts, (key,))
            versions, reading = self.desk.versions, permit.reading
            rows = await versions.standing(reading, self.occasion, condition, standpoint) if permit.opens else []
            self._show(run, rows)
        return run.shown[0] if run.shown else None

    async def household(self, asked: Asked, key: Term) -> Disclosure | None:
        """The household with this number, if there is one that this caller may open."""
        permit = self.permit(asked, HouseholdFacts)
        with self.running(asked, permit) as run:
            (condition,) = self._decide_terms(run, HouseholdFacts, (key,))
            rows = await self.desk.households.matching(permit.reading, self.occasion, condition) if permit.opens else []
            self._show(run, rows)
        return run.shown[0] if run.shown else None

    # Following an edge, for all parents at once: it is decided for the record it starts from (whose row holds the
    # number it leads to only where the edge is shown) and for the one it leads to.

    async def households_of(
        self, asked: Asked, residents: Sequence[Disclosure], places: Sequence[Position]
    ) -> list[Disclosure | None]:
        """The household of each resident."""
        return await self._follow(Edge("household", HouseholdFacts), asked, residents, places)

    async def householders_of(
        self, asked: Asked, households: Sequence[Disclosure], places: Sequence[Position]
    ) -> list[Disclosure | None]:
        """The householder of each household."""
        return await self._follow(Edge("householder", ResidentFacts), asked, households, places)

    async def members_of(
        self, asked: Asked, households: Sequence[Disclosure], places: Sequence[Position]
    ) -> list[list[Disclosure]]:
        """The current members of each household, in the order of members (標準仕様書1.0 5.2)."""
        permit = self.permit(asked, ResidentFacts)
        numbers = [number_in(household.read("members")) for household in households]
        with self.running(asked, permit, len(numbers)) as run:
            wanted = numbers_asked_for(permit, numbers)
            rows = await self.desk.residents.living_in(permit.reading, self.occasion, wanted) if wanted else []
            found = gathered(permit, numbers, rows)
            show_lists(run, found, places)
        return found

    async def histories_of(
        self, asked: Asked, residents: Sequence[Disclosure], places: Sequence[Position], span: Span
    ) -> list[tuple[list[Disclosure], bool]]:
        """A page of the versions of each resident's record, the newest first, and whether more follow."""
        permit = self.permit(asked, ResidentFacts)
        numbers = [number_in(resident.read("history")) for resident in residents]
        with self.running(asked, permit, len(numbers) * span.limit) as run:
            wanted, one_more = numbers_asked_for(permit, numbers), Span(span.limit + 1, span.after)
            rows = await self.desk.versions.of(permit.reading, self.occasion, wanted, one_more) if wanted else []
            found = gathered(permit, numbers, [(str(row[KEY]), row) for row in rows])
            show_lists(run, [versions[: span.limit] for versions in found], places)
        return [(versions[: span.limit], len(versions) > span.limit) for versions in found]

    async def _follow(
        self, edge: Edge, asked: Asked, parents: Sequence[Disclosure], places: Sequence[Position]
    ) -> list[Disclosure | None]:
        permit = self.permit(asked, edge.leads_to)
        numbers = [number_in(parent.read(edge.item)) for parent in parents]
        with self.running(asked, permit, len(numbers)) as run:
            wanted = numbers_asked_for(permit, numbers)
            rows = await self._numbered(edge.leads_to)(permit.reading, self.occasion, wanted) if wanted else []
            by_number: dict[str | None, Disclosure] = {one.key: one for one in disclosed(permit, rows)}
            found = [by_number.get(number) for number in numbers]
            for parent, number, one in zip(parents, numbers, found, strict=True):
                if number and one is None:
                    parent.withhold(edge.item, self.desk.decisions.policy.default)
            show_met(run, found, places)
        return found

    def _numbered(self, kind: Kind) -> LoadNumbered:
        return self.desk.households.numbered if kind is HouseholdFacts else self.desk.residents.numbered

    # What may be asked.

    def note(self, asked: Asked) -> None:
        """A run that touches no record (who am I)."""
        self.runs.append(Run(asked, ledger.Kind.READ))

    def search_right(self, item: str) -> Rule | None:
        """The rule by which the caller may search by the item."""
        return self.desk.decisions.search(self.caller.profile, item)

    def refuse_hidden(self, asked: Sequence[tuple[Asked, Kind]]) -> None:
        """Strict mode, before anything is loaded: refuse what follows from the purpose alone."""
        self.required = asked
        hidden = {
            item: decision.rule.id
            for one, kind in asked
            for item, decision in self.permit(one, kind).never_shown().items()
        }
        if hidden:
            self.runs.append(Run(asked[0][0], ledger.Kind.REFUSAL, code=Code.ITEMS_NOT_PERMITTED))
            raise not_permitted([{"item": graphql_name(item), "rule": rule} for item, rule in hidden.items()])

    def refuse_withheld(self) -> None:
        """Strict mode, after loading: refuse what follows from a record's facts, by list position."""
        told = [one for run in self.runs for one in run.disclosures(all_outcomes=False)]
        if told:
            for run in self.unrecorded:
                run.kind, run.code = ledger.Kind.REFUSAL, Code.ITEMS_NOT_PERMITTED
            raise not_permitted([{key: one[key] for key in one if key in REFUSED_BY} for one in told])

    # The record of it.

    @property
    def unrecorded(self) -> list[Run]:
        """The runs of which the ledger has no entry yet."""
        return [run for run in self.runs if run.entry is None]

    def entry_of(self, run: Run) -> ledger.Entry:
        """A run's entry, as of now."""
        return entry_of_run(run, self.caller, self.desk.stamp(self.request))

    def entries(self) -> list[ledger.Entry]:
        """What the ledger must still hold before this visit is answered, one entry a run."""
        return [self.entry_of(run) for run in self.unrecorded]

    def told(self, refusal: Refusal) -> Refusal:
        """The refusal as it is answered: where a change stands all the same, it says so."""
        if self.changed:
            refusal.extensions["changed"] = True
        return refusal

    def refused(self, code: Code) -> None:
        """The request, or a field of it, was refused; where no run has told it yet, this one does."""
        if not any(run.code == code for run in self.runs):
            self.runs.append(Run(Asked("Query"), ledger.Kind.REFUSAL, code=code))

    @contextmanager
    def running(self, asked: Asked, permit: Permit | None = None, most: int = 1) -> Iterator[Run]:
        """A run that is remembered however it ends; a refusal leaves its code. It may show so many records at most."""
        run = Run(asked, ledger.Kind.READ, permit)
        self.runs.append(run)
        started = self.desk.ticks()
        try:
            if permit is not None:
                self.volume.require_room(most)
            yield run
            count_records(run, self.volume)
        except Refusal as refusal:
            run.kind, run.code = ledger.Kind.REFUSAL, refusal.code
            raise
        except asyncio.CancelledError:
            run.code = CANCELLED
            raise
        except Exception:  # whatever it was, the ledger has the run, and the caller hears of it as INTERNAL
            run.code = Code.INTERNAL
            raise
        finally:
            run.duration_ms = (self.desk.ticks() - started) * 1000

    def permit(self, asked: Asked, kind: Kind) -> Permit:
        """What this caller may load and see of this kind of record when asking for this."""
        return self.desk.decisions.permit(self.caller.profile, kind, asked.items)

    def _decide_terms(self, run: Run, kind: Kind, terms: Sequence[Term]) -> tuple[Condition, ...]:
        """The conditions, each matching only records for which this caller would be shown the item."""
        run.kind = ledger.Kind.SEARCH if any(term.is_search for term in terms) else ledger.Kind.READ
        run.searched_by = {term.item: self.digest(term.item, recorded_form(term)) for term in terms}
        if run.kind is ledger.Kind.SEARCH:
            self.volume.search()
        refused = [term.item for term in terms if term.is_search and self.search_right(term.item) is None]
        if refused:
            raise Refusal(Code.SEARCH_NOT_PERMITTED, names=tuple(map(graphql_name, refused)))
        return tuple(self._narrowed(kind, term) for term in terms)

    def _require_enough(self, terms: Sequence[Term]) -> None:
        """Whoever the policy does not let search freely names somebody, or is refused before the store is touched."""
        searches_freely = self.desk.decisions.permits(self.caller.profile, "search_freely", "Resident")
        if not searches_freely and not are_enough(terms):
            raise Refusal(Code.TOO_FEW_CONDITIONS)

    async def _hits(self, permit: Permit, search: Search) -> Sequence[Row]:
        """A page of the hits; too many of them are refused, not paged through."""
        most = self.desk.most_hits
        hits = await self.desk.residents.searched(permit.reading, self.occasion, search, most)
        if hits.count > most:
            raise Refusal(Code.TOO_MANY_HITS, extensions={"limit": most})
        return hits.rows

    def _narrowed(self, kind: Kind, term: Term) -> Condition:
        condition = condition_of(term)
        if not term.is_search:
            return condition
        shown_for = self.desk.decisions.shown_for(self.caller.profile, kind, term.item)
        return replace(condition, shown_for=shown_for)

    def digest(self, item: str, normal_form: str) -> str:
        """The keyed hash of a value, as the ledger writes it."""
        return self.desk.hasher.digest(self.caller.identity.municipality_code, item, normal_form)

    def _show(self, run: Run, rows: Sequence[Row]) -> None:
        run.shown = disclosed(run.permit, rows) if run.permit else []
        run.positions = [(at,) for at in range(len(rows))]


REFUSED_BY = frozenset({"path", "item", "rule", "at"})
"""What a strict refusal tells of each item."""


def not_permitted(told: list[dict[str, object]]) -> Refusal:
    """The refusal of a strict request, by what it tells of each item."""
    names = tuple(dict.fromkeys(str(one["item"]) for one in told))
    return Refusal(Code.ITEMS_NOT_PERMITTED, names=names, extensions={"items": told})
