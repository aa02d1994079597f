"""A small service that speaks to a browser as daicho does: three callers, three invented residents, no register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphql import build_schema, graphql_sync
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from api.pages.routes import page_routes
from domain.items import RESIDENT_ITEMS

STAND_IN = Path(__file__).parent / "stand_in.graphql"
SCHEMA = build_schema(STAND_IN.read_text("utf-8"))
ITEMS = frozenset(item.graphql_name for item in RESIDENT_ITEMS.values())

NUMBER = "983205673214"
MASK = "************"
PROTECTED = {"addresseeNumber": "1000000033"}
BASES = {
    "number-affairs": "番号法第9条第1項・別表第一の16の項",
    "number-masked": "番号法第9条、重点項目評価書Ⅱ-6",
    "protected-whereabouts": "住民基本台帳事務処理要領第5の10（支援措置）",
    "transfer": "住基法第1条、重点項目評価書Ⅱ-5",
    "election-base": "公職選挙法第19条、住基法第15条",
    "own-matter": "住基法第7条",
    "default": "番号法第9条・第12条",
}

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Clerk:
    """A caller of the fake: what her one purpose shows by which rule, and what it decides otherwise."""

    name: str
    display_name: str
    department: str
    purpose: tuple[str, str]
    shown_by: str
    otherwise: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def decide(self, item: str) -> tuple[str, str]:
        """Outcome and rule for an item."""
        return self.otherwise.get(item, ("SHOWN", self.shown_by))

    def tell(self, item: str) -> dict[str, object]:
        """Outcome, rule and legal basis for an item, as the graph tells them."""
        outcome, rule = self.decide(item)
        return {"item": item, "outcome": outcome, "rule": rule, "legalBasis": BASES.get(rule)}

    def as_json(self) -> dict[str, object]:
        """The caller as `/demo/callers` lists her."""
        code, name = self.purpose
        return {
            "name": self.name,
            "displayName": self.display_name,
            "department": self.department,
            "municipality": "012131",
            "purposes": [{"code": code, "name": name}],
        }


NOBODY_ELSES = dict.fromkeys(("registeredDomicile", "previousAddress", "residentRecordCode"), ("WITHHELD", "default"))
CLERKS = {
    clerk.name: clerk
    for clerk in (
        Clerk(
            "tax-clerk",
            "税務 花子",
            "財政部市民税課",
            ("local_tax", "地方税関係事務"),
            "transfer",
            NOBODY_ELSES
            | {"individualNumber": ("SHOWN", "number-affairs"), "electoralRollRegistration": ("WITHHELD", "default")},
        ),
        Clerk(
            "election-clerk",
            "選挙 太郎",
            "選挙管理委員会",
            ("election", "選挙人名簿関連事務"),
            "election-base",
            NOBODY_ELSES
            | {
                "individualNumber": ("MASKED", "number-masked"),
                "electoralRollRegistration": ("SHOWN", "own-matter"),
                "aliasHistory": ("WITHHELD", "default"),
                "statusOfResidence": ("WITHHELD", "default"),
                "nationalityOrRegion": ("WITHHELD", "default"),
            },
        ),
        Clerk(
            "register-desk",
            "住民 一郎",
            "市民生活部住民課",
            ("resident_register", "住民基本台帳関連事務"),
            "register-office",
        ),
    )
}


def resident(position: int, given: str, born: str) -> dict[str, object]:
    """An invented resident; what is not here, the register does not have."""
    return {
        "addresseeNumber": f"10000000{position}{position}",
        "fullName": f"佐藤　{given}",
        "nameKana": "サトウ",
        "dateOfBirth": born,
        "sex": "FEMALE",
        "currentAddress": f"北海道苫小牧市旭町四丁目{position}番",
        "individualNumber": NUMBER,
        "registeredDomicile": "北海道苫小牧市",
        "electoralRollRegistration": "登録",
        "history": {"nodes": [], "pageInfo": {"hasNextPage": False}},
        "disclosures": [],
    }


RESIDENTS = [resident(1, "見本", "1961-04-02"), resident(2, "例", "1988-11-30"), resident(3, "試", "2001-07")]


class Register:
    """The root of the fake graph, as one clerk asks it."""

    def __init__(self, clerk: Clerk) -> None:
        self._clerk = clerk

    def me(self, _: object) -> object:
        """Who is asking, and what she may see."""
        code, name = self._clerk.purpose
        purpose = {"code": code, "name": name, "legalBasis": "住基法第1条", "usesIndividualNumber": True}
        return {
            "displayName": self._clerk.display_name,
            "department": self._clerk.department,
            "purpose": purpose,
            "purposes": [purpose],
            "items": [self._clerk.tell(item) | {"search": False} for item in sorted(ITEMS)],
        }

    def populationStatistics(self, _: object, **_by: object) -> object:  # noqa: N802 - as the field is called
        """Three women."""
        counts = dict.fromkeys(("residents", "female", "japanese", "households"), len(RESIDENTS))
        return {"asOf": "2026-11-23", "male": 0, "foreign": 0, **counts, "cells": []}

    def changeSummaryReport(self, _: object, **_in: object) -> object:  # noqa: N802 - as the field is called
        """Nothing ever happened here."""
        return {"naturalChange": 0, "socialChange": 0, "netChange": 0, "cells": []}

    def explain(self, _: object, document: str, **_of: object) -> object:
        """What each item that the document names would show to the clerk, whatever the record."""
        named = [name for name in sorted(ITEMS) if name in document.split()]
        told = ({"condition": "", "opened": True, **self._clerk.tell(name)} for name in named)
        return [
            {"path": f"resident.{one['item']}", "item": one["item"], "cases": [one], "refusals": []} for one in told
        ]

    def residents(self, _: object, where: Mapping[str, str], first: int = 100, after: str | None = None) -> object:
        """A page of those whose name begins as asked."""
        found = [each for each in RESIDENTS if str(each["fullName"]).startswith(where["fullName"])]
        return {"edges": [{"node": each} for each in found[:first]], "pageInfo": {"hasNextPage": False}}

    def resident(self, _: object, by: Mapping[str, str], **_then: str) -> object:
        """The one that the key names; nobody here ever said anything else."""
        return next((each for each in RESIDENTS if by.items() <= each.items()), None)

    def moveWithin(self, _: object, **_handed_in: object) -> object:  # noqa: N802 - as the field is called
        """Nothing is kept here: a notification that was taken."""
        return {"stored": True, "state": "PROVISIONAL", "findings": [], "notification": {"id": "1", "changes": []}}

    def issueCertificate(self, _: object, **_asked: object) -> object:  # noqa: N802 - as the field is called
        """Nothing is printed here: a request that was refused by its checks."""
        return {"issued": False, "copies": [], "findings": []}


@dataclass(slots=True)
class Answer:
    """An answer as one caller may see it: values masked and withheld, and the list of what was decided."""

    clerk: Clerk
    decided: dict[tuple[str, str, str, str], int] = field(default_factory=dict)

    def see(self, data: Any, path: Path_ = ()) -> Any:
        """The data under `path`, as this caller may see it."""
        if isinstance(data, list):
            return [self.see(each, (*path, "*")) for each in data]
        if not isinstance(data, dict):
            return data
        return {name: self.see_field(name, value, (*path, name), data) for name, value in data.items()}

    def see_field(self, name: str, value: Any, path: Path_, record: Mapping[str, Any]) -> Any:
        """One field: an item is decided, anything else looked into."""
        if name == "disclosures":
            return [self.clerk.tell(each) for each in record if each in ITEMS]
        if name not in ITEMS or (value is None and self.clerk.decide(name)[0] == "SHOWN"):
            return self.see(value, path)
        outcome, rule = self.clerk.decide(name)
        key = (".".join(map(str, path)), name, outcome, rule)
        self.decided[key] = self.decided.get(key, 0) + 1
        return {"SHOWN": value, "MASKED": MASK}.get(outcome)

    def disclosures(self) -> list[dict[str, object]]:
        """`extensions.disclosures`."""
        return [
            {"path": path, "item": item, "outcome": outcome, "rule": rule, "count": count}
            for (path, item, outcome, rule), count in self.decided.items()
        ]


def refusal(code: str, message: str, message_ja: str) -> dict[str, object]:
    """An answer that holds one error and nothing else."""
    return {"data": None, "errors": [{"message": message, "extensions": {"code": code, "messageJa": message_ja}}]}


def answer_for(clerk: Clerk, body: Mapping[str, Any], *, strict: bool) -> dict[str, object]:
    """What the fake answers to a request's body."""
    document, variables, name = body["query"], dict(body.get("variables") or {}), body.get("operationName")
    if "individualNumber:" in document and clerk.decide("individualNumber")[0] != "SHOWN":
        return refusal(
            "SEARCH_NOT_PERMITTED", "Your purpose may not search by this item.", "この項目では検索できません。"
        )
    result = graphql_sync(SCHEMA, document, Register(clerk), variable_values=variables, operation_name=name)
    if result.errors:
        return dict(result.formatted)
    answer = Answer(clerk)
    data = answer.see(result.data)
    if strict and any(outcome != "SHOWN" for _, _, outcome, _ in answer.decided):
        return refusal("ITEMS_NOT_PERMITTED", "Items may not be shown.", "表示が許可されていない項目が含まれています。")
    return {"data": data, "extensions": {"disclosures": answer.disclosures()}}


async def graphql(request: Request) -> Response:
    """`POST /graphql`."""
    body = await request.json()
    clerk = CLERKS.get(request.headers.get("authorization", "").removeprefix("Bearer token-for-"))
    if clerk is None:
        return JSONResponse(refusal("UNAUTHENTICATED", "A valid bearer token is needed.", "トークンが必要です。"), 401)
    if request.headers.get("daicho-purpose") != clerk.purpose[0] or request.headers.get("daicho-disclosures") != "all":
        return JSONResponse(refusal("PURPOSE_REQUIRED", "Name your purpose.", "事務を指定してください。"), 403)
    strict = request.headers.get("daicho-strict") == "true"
    answer = answer_for(clerk, body, strict=strict)
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


async def callers(_: Request) -> Response:
    """`GET /demo/callers`."""
    return JSONResponse([clerk.as_json() for clerk in CLERKS.values()])


async def tokens(request: Request) -> Response:
    """`POST /demo/tokens`."""
    name = (await request.json())["as"]
    return JSONResponse({"token": f"token-for-{name}", "expiresIn": 3600}, headers={"Cache-Control": "no-store"})


async def examples(_: Request) -> Response:
    """`GET /demo/examples`: values for the examples' variables."""
    mover = PROTECTED | {"relationshipToHouseholder": "世帯主"}
    certificate = {
        "kind": "RESIDENT_RECORD_COPY",
        "subjects": [PROTECTED["addresseeNumber"]],
        "requester": {"kind": "PERSON"},
    }
    return JSONResponse({"protected": PROTECTED, "moved": PROTECTED, "mover": mover, "certificate": certificate})


def demonstration_routes() -> Iterator[BaseRoute]:
    """What exists in the demonstration only."""
    yield Route("/demo/callers", callers)
    yield Route("/demo/tokens", tokens, methods=["POST"])
    yield Route("/demo/examples", examples)


def fake_service(*, demonstration: bool = True) -> Starlette:
    """The fake, with the demonstration's callers or without."""
    routes = [*page_routes(STAND_IN), Route("/graphql", graphql, methods=["POST"])]
    return Starlette(routes=[*routes, *demonstration_routes()] if demonstration else routes)
