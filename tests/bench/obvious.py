"""The obvious build: the same register, policy and questions, as most would write it at first.

Strawberry's own view on Starlette, SQLAlchemy's asynchronous session with mapped classes, a token checked on every
request; and for every field of every record a resolver that asks Oso and writes a line to the log. Left out is what
would only slow it: the ledger, strict mode, grants, releases, conditions that match only what would be shown. Facts
come in one statement with the records.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import jwt
import strawberry
import structlog
from sqlalchemy import ColumnElement, Select, and_, exists, not_, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, aliased
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL

from api.app import Material
from api.development_issuer import ISSUER, MUNICIPALITY_CODE
from api.graphql.disclosed import LEAF_TYPES
from api.graphql.subjects.households import HouseholdKey
from api.graphql.subjects.nodes import PageInfo
from api.graphql.subjects.residents import FIRST, ResidentFilter, ResidentKey
from api.issuer_keys import KeySource
from authz.callers import Profile
from authz.desk import JAPAN
from authz.disclosure import MASK
from authz.facts import HouseholdFacts, Record, ResidentFacts
from authz.policy import Outcome, Policy
from domain.errors import Code, Refusal
from domain.items import RESIDENT_ITEMS, Item
from domain.values.search_keys import address_key, kana_key, name_key
from persistence.database import Database
from persistence.keysets import Vaults
from persistence.register_tables import HOUSEHOLDS, RESIDENTS, SUPPORT_MEASURES
from persistence.search_tables import SEARCH_KEYS
from persistence.vault import Place, Vault
from persistence.vault_tables import INDIVIDUAL_NUMBERS

KEYS = {"full_name": name_key, "name_kana": kana_key, "current_address": address_key}
POOL_SIZE = 8
"""As many connections as daicho has."""
log = structlog.get_logger()


class Mapped(DeclarativeBase):
    """What the session loads."""


class Person(Mapped):
    """A row of the residents."""

    __table__ = RESIDENTS


class Home(Mapped):
    """A row of the households."""

    __table__ = HOUSEHOLDS


class Number(Mapped):
    """A row of the Individual Numbers."""

    __table__ = INDIVIDUAL_NUMBERS


class Key(Mapped):
    """A row of the search keys."""

    __table__ = SEARCH_KEYS


class Measure(Mapped):
    """A row of the support measures."""

    __table__ = SUPPORT_MEASURES


def is_protected(home: ColumnElement[str], today: date) -> ColumnElement[bool]:
    """Somebody in this household is under a support measure today."""
    member, measure = aliased(Person), aliased(Measure)
    in_force = and_(measure.starts_on <= today, measure.ends_on >= today)
    own = and_(
        measure.municipality_code == member.municipality_code, measure.addressee_number == member.addressee_number
    )
    lives_there = and_(member.household_number == home, member.is_closed.is_(False))
    return exists().where(lives_there, own, in_force).correlate_except(member, measure)


@dataclass(frozen=True)
class Asking:
    """What every resolver of a request shares: who asks, and of what."""

    policy: Policy
    sessions: async_sessionmaker[AsyncSession]
    profile: Profile
    municipality: str
    staff_number: str
    today: date
    vault: Vault

    def everybody(self) -> Select[Any]:
        """Residents with their numbers, and whether they are protected."""
        same = and_(
            Number.municipality_code == Person.municipality_code,
            Number.addressee_number == Person.addressee_number,
            Number.number_version == Person.number_version,
        )
        chosen = select(Person, Number, is_protected(Person.household_number, self.today)).outerjoin(Number, same)
        return chosen.where(Person.municipality_code == self.municipality)

    def may_see(self, facts: Record, item: str) -> Outcome:
        """Ask Oso about one item, and write it down."""
        decision = self.policy.decide(self.profile, facts, item)
        log.info(
            "access",
            staff_number=self.staff_number,
            department=self.profile.department,
            purpose=self.profile.purpose,
            item=item,
            outcome=decision.outcome.value,
            rule=decision.rule.id,
        )
        return decision.outcome

    def may_search(self, item: str) -> None:
        """Refuse a search by an item that the caller is never shown."""
        if self.policy.search(self.profile, item) is None:
            raise Refusal(Code.SEARCH_NOT_PERMITTED)

    def begins(self, item: str, key: str) -> ColumnElement[bool]:
        """The item begins so, of whom the caller would be shown it."""
        self.may_search(item)
        here = Key.municipality_code == self.municipality, Key.kind == item, Key.key.startswith(key, autoescape=True)
        named = Person.addressee_number.in_(select(Key.addressee_number).where(*here))
        is_open = self.may_see(ResidentFacts(protected=True), item) is Outcome.SHOWN
        return named if is_open else and_(named, not_(is_protected(Person.household_number, self.today)))

    async def people(self, statement: Select[Any]) -> list[Resident]:
        """The people that a statement finds, as far as they may be opened."""
        async with self.sessions() as session:
            rows = (await session.execute(statement)).all()
        found = [
            Resident(
                person=person,
                number=self._clear(number),
                facts=ResidentFacts(closed=person.is_closed, protected=protected),
            )
            for person, number, protected in rows
        ]
        return [one for one in found if self.policy.opens(self.profile, one.facts)]

    def _clear(self, number: Any) -> str | None:
        if number is None:
            return None
        place = Place(self.municipality, number.addressee_number, number.number_version)
        return self.vault.open(number.ciphertext, place)


Info = strawberry.Info[Asking, None]


def resolver(item: Item) -> Callable[..., Any]:
    """The resolver of an item."""

    def resolve(self: Resident, info: Info) -> Any:
        outcome = info.context.may_see(self.facts, item.identifier)
        if outcome is Outcome.MASKED:
            return MASK
        return self.value(item.identifier) if outcome is Outcome.SHOWN else None

    resolve.__annotations__["return"] = LEAF_TYPES[item.form]
    return resolve


def with_resolvers(cls: type) -> type:
    """Give a class a resolver for each item of a resident that is a leaf."""
    for item in RESIDENT_ITEMS.values():
        if item.form in LEAF_TYPES:
            setattr(cls, item.identifier, strawberry.field(resolver=resolver(item)))
    return cls


@strawberry.type
@with_resolvers
class Resident:
    """A resident."""

    person: strawberry.Private[Any]
    number: strawberry.Private[Any]
    facts: strawberry.Private[Any]

    def value(self, item: str) -> object:
        """An item's value."""
        if item == "individual_number":
            return self.number  # type: ignore[no-any-return] # strawberry.Private
        return getattr(self.person, item)


@strawberry.type
class Household:
    """A household."""

    home: strawberry.Private[Any]
    facts: strawberry.Private[Any]

    @strawberry.field
    def household_number(self, info: Info) -> str | None:
        """Its number."""
        shown = info.context.may_see(self.facts, "household_number") is Outcome.SHOWN
        return self.home.household_number if shown else None

    @strawberry.field
    async def householder(self, info: Info) -> Resident | None:
        """The householder."""
        if info.context.may_see(self.facts, "householder") is not Outcome.SHOWN:
            return None
        heads = info.context.everybody().where(Person.addressee_number == self.home.householder_number)
        return next(iter(await info.context.people(heads)), None)

    @strawberry.field
    async def members(self, info: Info) -> list[Resident] | None:
        """Who lives in it."""
        if info.context.may_see(self.facts, "members") is not Outcome.SHOWN:
            return None
        living = info.context.everybody().where(
            Person.household_number == self.home.household_number, Person.is_closed.is_(False)
        )
        return await info.context.people(living.order_by(Person.member_order, Person.addressee_number))


@strawberry.type
class ResidentConnection:
    """A page of residents."""

    nodes: list[Resident]
    page_info: PageInfo


@strawberry.type
class Query:
    """What can be asked."""

    @strawberry.field
    async def resident(self, info: Info, by: ResidentKey) -> Resident | None:
        """One resident, by the addressee number."""
        info.context.may_search("addressee_number")
        chosen = info.context.everybody().where(Person.addressee_number == by.addressee_number)
        return next(iter(await info.context.people(chosen)), None)

    @strawberry.field
    async def household(self, info: Info, by: HouseholdKey) -> Household | None:
        """One household, by its number."""
        context = info.context
        context.may_search("household_number")
        number = Home.household_number
        chosen = select(Home, is_protected(number, context.today), _is_empty(number)).where(
            Home.municipality_code == context.municipality, number == by.household_number
        )
        async with context.sessions() as session:
            row = (await session.execute(chosen)).one_or_none()
        if row is None:
            return None
        facts = HouseholdFacts(closed=row[2], protected=row[1])
        return Household(home=row[0], facts=facts) if context.policy.opens(context.profile, facts) else None

    @strawberry.field
    async def residents(self, info: Info, where: ResidentFilter, first: int = FIRST) -> ResidentConnection:
        """Residents, by the beginning of names and addresses."""
        chosen = info.context.everybody().where(Person.is_closed.is_(False))
        for item in (item for item in KEYS if getattr(where, item) is not None):
            chosen = chosen.where(info.context.begins(item, KEYS[item](getattr(where, item))))
        found = await info.context.people(chosen.order_by(Person.addressee_number).limit(first + 1))
        page = PageInfo(
            has_next_page=len(found) > first,
            has_previous_page=False,
            start_cursor=_cursor(found[:1]),
            end_cursor=_cursor(found[:first]),
        )
        return ResidentConnection(nodes=found[:first], page_info=page)


def _is_empty(home: ColumnElement[str]) -> ColumnElement[bool]:
    member = aliased(Person)
    return not_(exists().where(member.household_number == home, member.is_closed.is_(False)).correlate_except(member))


def _cursor(found: list[Resident]) -> str | None:
    return base64.b64encode(found[-1].person.addressee_number.encode()).decode() if found else None


class View(GraphQL[Asking, None]):
    """Strawberry's view, which checks the token and the purpose."""

    vault: Vault

    def __init__(self, policy: Policy, engine: AsyncEngine, keys: KeySource, now: Callable[[], datetime]) -> None:
        super().__init__(strawberry.Schema(Query), graphql_ide=None)
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)
        self._policy, self._keys, self._now = policy, keys, now

    async def get_context(self, request: Any, response: Any) -> Asking:
        """Who asks. Raises what the library raises for a bad token, and `Refusal`."""
        token = request.headers["authorization"].removeprefix("Bearer ")
        key = await self._keys.find(jwt.get_unverified_header(token)["kid"], "EdDSA")
        claims = jwt.decode(token, key or "", ["EdDSA"], audience=ISSUER.audience, issuer=ISSUER.url)
        profile = Profile(claims["department"], request.headers["daicho-purpose"])
        if not self._policy.enters(profile.department, profile.purpose):
            raise Refusal(Code.PURPOSE_NOT_GRANTED)
        today = self._now().astimezone(JAPAN).date()
        who = (claims["municipality_code"], claims["staff_number"])
        return Asking(self._policy, self._sessions, profile, *who, today, self.vault)


def build_obvious(
    owner_url: str, material: Material, policy: Policy, keys: KeySource, now: Callable[[], datetime]
) -> Starlette:
    """The application, which signs in as the owner, as is usual; `keys` are the issuer's, to check tokens with."""
    url = owner_url.replace("postgresql://", "postgresql+asyncpg://")
    engine = create_async_engine(url, pool_size=POOL_SIZE, max_overflow=0)

    view = View(policy, engine, keys, now)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        view.vault = await _vault(material)
        yield
        await engine.dispose()

    return Starlette(routes=[Route("/graphql", view)], lifespan=lifespan)


async def _vault(material: Material) -> Vault:
    database = Database(material.logins)
    await database.start()
    vaults = Vaults(database, material.number_key)
    await vaults.open([MUNICIPALITY_CODE])
    await database.close()
    return vaults.of(MUNICIPALITY_CODE)
