"""What a reviewer is answered by the fake: a small matrix, a month of invented entries, an analysis, a proof."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from api.pages.routes import reviewer_routes
from authz.policy import POLICY_FILE

PURPOSES = (
    ("resident_register", "住民基本台帳関連事務", True, "市民生活部住民課"),
    ("local_tax", "地方税関係事務", True, "財政部市民税課"),
    ("election", "選挙人名簿関連事務", False, "選挙管理委員会"),
)
ITEMS = (
    ("fullName", "氏名", "Full name", "base", 5),
    ("currentAddress", "現住所", "Current address", "base", 8),
    ("individualNumber", "個人番号", "Individual Number", "number", 3),
    ("registeredDomicile", "本籍", "Registered domicile", "family_register", 12),
    ("alias", "<b>通称</b>", "Alias", "alias", 20),
)
RULES = {
    "register-office": ("住基法第5条・第7条", "住民基本台帳を備える部署は、全ての項目を扱う"),
    "transfer": ("住基法第1条", "移転先の事務は、住民基本台帳情報を受ける"),
    "number-affairs": ("番号法第9条第1項", "個人番号利用事務は、個人番号を利用する"),
    "number-masked": ("番号法第9条", "番号利用事務を行わない部署には、個人番号をマスク表示する"),
    "protected-whereabouts": (
        "住民基本台帳事務処理要領第5の10",
        "所在は、住民基本台帳の部署以外に出さない",
    ),
    "switched-off": ("標準仕様書1.0 10.4", "この職員の権限では、この項目区分を表示しない"),
    "default": ("番号法第9条・第12条", "どの規則にもない項目は表示しない"),
}
TOKEN = "token-for-reviewer"
MONTH = tuple(datetime(2026, 11, 1, 0, 30, tzinfo=UTC) + timedelta(hours=5 * at) for at in range(120))
KINDS = ("READ", "SEARCH", "READ", "READ", "CHANGE", "REFUSAL")
PAGE = 50
SUBJECT = "1000000017"
"""Whose statement can be made."""
NOTE = "daicho/012131\n118\nzc3N\n\n— daicho/012131 c2ln\n"


def policy_matrix() -> dict[str, Any]:
    """Three purposes, five items, and the policy's own text."""
    text = POLICY_FILE.read_text("utf-8")
    return {
        "policyHash": "ab" * 32,
        "text": text,
        "switchable": ["number"],
        "purposes": [_purpose(*one) for one in PURPOSES],
        "items": [_item(*one) for one in ITEMS],
        "rules": [_rule(text, one) for one in RULES],
        "cells": [cell for purpose, *_ in PURPOSES for item, *_ in ITEMS for cell in _cells(text, purpose, item)],
        "acts": [_act("resident_register", "open", "Resident"), _act("local_tax", "request", "Extraction")],
    }


def _purpose(code: str, name: str, uses_number: bool, department: str) -> dict[str, Any]:
    told = {"code": code, "name": name, "legalBasis": "住基法第1条", "departments": [department]}
    return told | {"usesIndividualNumber": uses_number}


def _item(item: str, name: str, english: str, item_class: str, number: int) -> dict[str, Any]:
    told = {"record": "RESIDENT", "item": item, "name": name, "english": english}
    return told | {"itemClass": item_class, "number": number}


def _rule(text: str, rule: str) -> dict[str, Any]:
    basis, says = RULES[rule]
    return {"id": rule, "legalBasis": basis, "text": says, "line": line_of(text, f'rule("{rule}"')}


def line_of(text: str, words: str) -> int:
    """The line of the policy, from 1, on which these words stand first."""
    return text[: text.index(words)].count("\n") + 1


def _cells(text: str, purpose: str, item: str) -> list[dict[str, Any]]:
    def cell(outcome: str, rule: str, condition: str = "", switched_off: str = "") -> dict[str, Any]:
        told = {"purpose": purpose, "record": "RESIDENT", "item": item, "departments": [], "condition": condition}
        found = {"switchedOff": switched_off, "outcome": outcome, "rule": rule, "line": line_of(text, f'rule("{rule}"')}
        return told | found | {"search": "search-what-is-shown" if outcome == "SHOWN" else ""}

    if purpose == "resident_register":
        return [cell("SHOWN", "register-office")]
    if item == "individualNumber":
        return _cells_of_number(cell, purpose)
    if item == "currentAddress":
        hidden = cell("WITHHELD", "protected-whereabouts", "protected -released")
        return [cell("SHOWN", "transfer", "otherwise"), hidden]
    return [cell("SHOWN", "transfer")] if item == "fullName" else [cell("WITHHELD", "default")]


def _cells_of_number(cell: Any, purpose: str) -> list[dict[str, Any]]:
    if purpose == "election":
        return [cell("MASKED", "number-masked")]
    return [cell("SHOWN", "number-affairs"), cell("MASKED", "number-masked", switched_off="number")]


def _act(purpose: str, action: str, about: str) -> dict[str, Any]:
    told = {"purpose": purpose, "departments": [], "action": action, "about": about, "switchedOff": ""}
    return told | {"condition": "", "outcome": "ALLOWED", "rule": "", "legalBasis": "住基法第1条"}


def entry(position: int) -> dict[str, Any]:
    """The entry of a position; the newest is the last of the month."""
    kind, at = KINDS[position % len(KINDS)], MONTH[position]
    shown, withheld = {"outcome": "SHOWN", "rule": "transfer"}, {"outcome": "WITHHELD", "rule": "default"}
    items = {"full_name": shown, "registered_domicile": withheld}
    groups = [{"facts": ["protected"], "subjects": [f"100000{position:04}"], "items": items}]
    written = json.dumps({"groups": groups, "searched_by": {"full_name": "digest"}} if kind != "REFUSAL" else {})
    who = {"staffNumber": f"DEMO-{1001 + position % 3}", "department": "財政部市民税課", "terminal": "DEMO-T02"}
    what = {"place": "本庁舎2階", "purpose": "local_tax", "path": "Query.residents", "resultCount": 1, "grants": ["g1"]}
    told = {"position": position, "recordedAt": at.isoformat(), "kind": kind, "requestId": f"request-{position}"}
    end = {"code": "SEARCH_NOT_PERMITTED" if kind == "REFUSAL" else None, "numberAccessed": position % 7 == 0}
    return told | who | what | end | {"canonical": written}


def ledger_entries(variables: Mapping[str, Any]) -> dict[str, Any]:
    """A page of the entries that the filter wants, the newest first."""
    where = variables["filter"]
    wanted = [entry(position) for position in reversed(range(len(MONTH)))]
    wanted = [one for one in wanted if one["kind"] in where.get("kinds", KINDS)]
    wanted = [one for one in wanted if where.get("staffNumber") in (None, one["staffNumber"])]
    start = int(variables.get("after") or 0)
    page = {"hasNextPage": start + PAGE < len(wanted), "endCursor": str(start + PAGE)}
    return {"nodes": wanted[start : start + PAGE], "pageInfo": page}


def ledger_counts() -> dict[str, Any]:
    """The month, counted."""
    counts = Counter((at.date().isoformat(), at.hour, KINDS[nth % len(KINDS)]) for nth, at in enumerate(MONTH))
    cells = [
        {"day": day, "hour": hour, "kind": kind, "entries": count, "numberAccessed": 0}
        for (day, hour, kind), count in counts.items()
    ]
    return {"total": len(MONTH), "cells": cells}


def ledger_report(variables: Mapping[str, Any]) -> dict[str, Any]:
    """One finding of one analysis, none of any other."""
    nobody = dict.fromkeys(("until", "terminal", "place", "code"))
    finding = nobody | {"reason": "NIGHT", "reasonJa": "深夜の利用", "at": "2026-11-07T23:10:00+09:00"}
    finding |= {"staffNumber": "DEMO-1002", "department": "財政部市民税課", "purpose": "local_tax"}
    finding |= {"path": "Query.residents", "items": [], "subjects": ["1000000001"], "entries": ["e1"]}
    findings = [finding | {"count": 1, "records": 3}] if variables["kind"] == "OUT_OF_HOURS" else []
    told = {"title": "Use at night and on holidays", "titleJa": "深夜・休業日におけるアクセス一覧", "entries": 120}
    return told | {"total": len(findings), "staff": None, "staffRegistered": None, "csv": "a,b", "findings": findings}


def access_statement(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Two uses of a record, and one that is only counted; nobody has any other number."""
    if variables["subject"] != SUBJECT:
        told = {"code": "INVALID_VALUE", "messageJa": "宛名番号の形式が正しくありません。"}
        return {"errors": [{"message": "That is no addressee number.", "extensions": told}]}
    desk = {"department": "財政部市民税課", "place": "本庁舎2階", "purpose": "地方税", "legalBasis": "住基法第1条"}
    look = desk | {"at": "2026-11-05T10:00:00+09:00", "act": "あなたの記録を見ました。", "items": ["氏名", "現住所"]}
    job = dict.fromkeys(desk) | {"at": "2026-11-06T02:00:00+09:00", "act": "一括処理で使いました。", "items": []}
    rows = [look | {"numberAccessed": True}, job | {"numberAccessed": False}]
    files = {"csv": "いつ,何を", "html": "<!DOCTYPE html><title>利用の状況</title>"}
    return {"data": {"accessStatement": files | {"addresseeNumber": SUBJECT, "hidden": 1, "rows": rows}}}


def ledger_state() -> dict[str, Any]:
    """A proof that stands."""
    checkpoint = {"size": 118, "signedAt": "2026-11-23T08:00:00+00:00", "root": "cd" * 32, "origin": "daicho/012131"}
    places = [{"name": "file:///var/lib/daicho/checkpoints.jsonl", "size": 118, "takenAt": "2026-11-23T08:00:01+00:00"}]
    return {"size": 120, "places": places, "checkpoint": checkpoint | {"note": NOTE}}


def answer_for(body: Mapping[str, Any]) -> dict[str, Any]:
    """What the fake answers to an operation, by the one root field that it asks for."""
    variables = body.get("variables") or {}
    if "accessStatement(" in body["query"]:
        return access_statement(variables)
    answers: dict[str, Any] = {
        "policyMatrix": policy_matrix,
        "ledgerEntries": lambda: ledger_entries(variables),
        "ledgerCounts": ledger_counts,
        "ledgerReport": lambda: ledger_report(variables),
        "ledgerState": ledger_state,
    }
    field = next(name for name in answers if f"{name}(" in body["query"] or f"{name} {{" in body["query"])
    return {"data": {field: answers[field]()}}


async def graphql(request: Request) -> Response:
    """`POST /graphql`, for the reviewer's purpose only."""
    if request.headers.get("authorization") != f"Bearer {TOKEN}":
        told = {"code": "UNAUTHENTICATED", "messageJa": "有効なトークンが必要です。"}
        return JSONResponse({"errors": [{"message": "A valid bearer token is needed.", "extensions": told}]}, 401)
    assert request.headers["daicho-purpose"] == "ledger_review"
    return JSONResponse(answer_for(await request.json()), headers={"Cache-Control": "no-store"})


async def callers(_: Request) -> Response:
    """`GET /demo/callers`: a reviewer among others."""
    review = {"code": "ledger_review", "name": "アクセス記録の点検"}
    reviewer = {"name": "reviewer", "displayName": "点検 桜子（見本）", "purposes": [review]}
    clerk = {"name": "tax-clerk", "displayName": "税務 花子（見本）", "purposes": [{"code": "local_tax", "name": "税"}]}
    return JSONResponse([clerk, reviewer])


async def tokens(request: Request) -> Response:
    """`POST /demo/tokens`."""
    return JSONResponse({"token": f"token-for-{(await request.json())['as']}", "expiresIn": 3600})


def fake_reviewing(*, demonstration: bool = True) -> Starlette:
    """The fake, with the demonstration's callers or without."""
    routes: list[BaseRoute] = [*reviewer_routes(), Route("/graphql", graphql, methods=["POST"])]
    if demonstration:
        routes += [Route("/demo/callers", callers), Route("/demo/tokens", tokens, methods=["POST"])]
    return Starlette(routes=routes)
