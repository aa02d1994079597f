"""`GET /verify/{code}`: what the QR code on a paper opens, for anybody who holds it.

The page says whether the paper is genuine and still stands, which kind, of which day and of how many sheets; nothing of
the person. It runs no script and keeps nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from api.http import problem_response
from api.pace import Pace
from api.pages.routes import ALWAYS
from api.reception import Reception, address_of
from authz import entries
from authz.verifying import Paper, Verified, verify
from domain.certificates.issuances import Issuance
from domain.errors import Code, Refusal
from domain.values.dates import RegisterDate

PATH: Final = "/verify/"
_PAGE: Final = (Path(__file__).parent / "pages" / "verification" / "page.html").read_text("utf-8")
_TEXTS: Final[Mapping[Paper, tuple[str, str, str, str]]] = {
    Paper.GENUINE: (
        "この証明書は真正で、有効です。",
        "This certificate is genuine and stands.",
        "お手元の書面の種別・発行年月日・枚数と一致することをご確認ください。",
        "Check that kind, day of issue and number of sheets agree with the paper at hand.",
    ),
    Paper.VOIDED: (
        "この証明書は処分済みで、無効です。",
        "This certificate was voided and is not valid.",
        "お手元の書面は使用できません。発行した市区町村へお問い合わせください。",
        "The paper at hand cannot be used. Ask the municipality that issued it.",
    ),
    Paper.UNKNOWN: (
        "この確認番号の証明書は見つかりません。",
        "No certificate with this code was found.",
        "QRコードを読み取り直しても同じ場合は、発行した市区町村へお問い合わせください。",
        "If reading the QR code again does not help, ask the municipality that issued it.",
    ),
}
"""Of each paper the answer and what to do, each in Japanese and English."""


def verification_routes(reception: Reception, serving: str, pace: Pace) -> list[Route]:
    """The one address that papers point to; `serving` is the municipality in whose ledger unknown codes stand."""

    async def page(request: Request) -> Response:
        request_id, address = str(uuid4()), address_of(request)
        try:
            if not pace.allows(address):
                raise Refusal(Code.TOO_MANY_REQUESTS)
            reception.require_covered(serving)
            asked = entries.Request(request_id)
            found = await verify(reception.desk, asked, serving, address, request.path_params["code"])
            await reception.record([found.entry])
        except Refusal as refusal:
            return problem_response(refusal, request_id=request_id)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is answered in the same shape
            return problem_response(reception.fault(error, request_id), request_id=request_id)
        return _answer(found, request_id)

    return [Route(PATH + "{code}", page, methods=["GET"])]


def _answer(found: Verified, request_id: str) -> Response:
    nonce, (japanese, english, advice_ja, advice_en) = secrets.token_urlsafe(16), _TEXTS[found.paper]
    written = {
        "nonce": nonce,
        "class": found.paper.value.lower(),
        "japanese": japanese,
        "english": english,
        "details": _details(found.issuance) if found.issuance else "",
        "advice_ja": advice_ja,
        "advice_en": advice_en,
    }
    text = _PAGE
    for name, value in written.items():
        text = text.replace(f"{{{name}}}", value)
    return HTMLResponse(text, headers=_headers(nonce) | {"Daicho-Request-Id": request_id})


def _details(issuance: Issuance) -> str:
    """Kind, day and sheets: words and numbers of ours, so nothing in them needs escaping."""
    day = f"{issuance.number.day[:4]}-{issuance.number.day[4:6]}-{issuance.number.day[6:]}"
    kind = issuance.kind.value.replace("_", " ").capitalize()
    told = {
        _both("種別", "Kind"): _both(issuance.kind.japanese, kind),
        _both("発行年月日", "Issued on"): _both(RegisterDate(day).wareki(), day),
        _both("枚数", "Sheets"): str(issuance.sheets),
    }
    return f"<dl>{''.join(f'<dt>{label}</dt><dd>{value}</dd>' for label, value in told.items())}</dl>"


def _both(japanese: str, english: str) -> str:
    return f'{japanese}<br><span lang="en">{english}</span>'


def _headers(nonce: str) -> dict[str, str]:
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return ALWAYS | {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
