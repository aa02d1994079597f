"""`GET /handovers/{token}`: what waits behind a single-use link, for who asked for it.

The link alone opens nothing: she signs in and names her purpose as always. A link that is used, expired, another's or
none is answered alike, and each look has its entry in the ledger before anything leaves.
"""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.http import problem_response
from api.reception import Reception
from authz.desk import Visit
from authz.issuing import Issuing
from authz.runs import Asked
from domain.certificates.issuances import Handover
from domain.errors import Refusal

PATH: Final = "/handovers/"
FETCH: Final = Asked("Handover.fetch")


def handover_routes(reception: Reception) -> list[Route]:
    """The one address under which links lie; no `HEAD`, which Starlette adds: it would use a link up for nothing."""

    async def fetch(request: Request) -> Response:
        request_id = str(uuid4())
        try:
            visit = await reception.enter(request, request_id)
            return await _fetched(reception, visit, request.path_params["token"])
        except Refusal as refusal:
            return problem_response(refusal, request_id=request_id)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is answered in the same shape
            return problem_response(reception.fault(error, request_id), request_id=request_id)

    route = Route(PATH + "{token}", fetch, methods=["GET"])
    route.methods = {"GET"}
    return [route]


async def _fetched(reception: Reception, visit: Visit, token: str) -> Response:
    """The file, once the ledger holds that it was fetched, or that it was not."""
    try:
        handover = await Issuing(visit).fetch(FETCH, token)
    finally:
        await reception.leave(visit)
    return Response(handover.content, 200, _headers(handover, visit.request.request_id), handover.media_type)


def _headers(handover: Handover, request_id: str) -> dict[str, str]:
    """A file to keep, shown in no page and kept by no cache."""
    return {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{handover.file_name}"',
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "Daicho-Request-Id": request_id,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
