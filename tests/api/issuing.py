"""What tests of certificates have in common: requests for villagers, how they are sent, and what a paper says."""

from __future__ import annotations

import os
from typing import Any

import pypdfium2  # type: ignore[import-untyped] # has no types
import pytest

from api.printing.press import ASSETS
from tests.api.changing import a_key
from tests.serving import Answer, Service
from tests.village import number_of

DESK = "register-desk"
ISSUANCE = """id kind number issuedAt place department staffNumber delivery sheets reissueOf stands voidedAt voidedBy
    voidReason requester { kind name address organ officialTitle profession client purposeOfUse legalBasis article
        identityVerification }
    people { addresseeNumber items }"""
FINDINGS = "findings { code severity source message messageJa names }"
COPIES = f"""copies {{ issuance {{ {ISSUANCE} }} link {{ path expiresAt }}
    entries {{ addresseeNumber lines {{ item label printing text }} }} }}"""
ISSUE = f"""mutation Issue($input: CertificateRequestInput!, $key: String!, $seen: [String!]! = []) {{
    issueCertificate(input: $input, idempotencyKey: $key, acknowledge: $seen) {{ issued {COPIES} {FINDINGS} }} }}"""
VOID = f"""mutation Void($id: ID!, $reason: String!, $key: String!) {{
    voidIssuance(id: $id, reason: $reason, idempotencyKey: $key) {{ {ISSUANCE} }} }}"""
ONE = f"query One($id: ID!) {{ issuance(id: $id) {{ {ISSUANCE} }} }}"
HISTORY = f"""query History($n: String!, $first: Int! = 20, $after: String) {{
    issuanceHistory(addresseeNumber: $n, first: $first, after: $after) {{
        nodes {{ {ISSUANCE} }} edges {{ cursor node {{ id }} }} pageInfo {{ hasNextPage endCursor }} }} }}"""
NO_FONT = "the font of documents is not installed (make install, with npm)"


def a_request(nth: int = 1, kind: str = "RESIDENT_RECORD_COPY", **said: Any) -> dict[str, Any]:
    """A villager asks for her own copy at the counter and shows her card."""
    return {
        "kind": kind,
        "subjects": [number_of(nth)],
        "requester": {"kind": "PERSON", **said.pop("requester", {})},
        "identityVerification": "INDIVIDUAL_NUMBER_CARD",
        **said,
    }


def issue(service: Service, told: dict[str, Any] | None = None, caller: str = DESK, **given: Any) -> Answer:
    """Send the request."""
    variables = {
        "input": told or a_request(),
        "key": given.pop("key", None) or a_key(),
        "seen": given.pop("seen", []),
    }
    return service.ask(caller, ISSUE, variables, **given)


def issued(answer: Answer) -> list[dict[str, Any]]:
    """The copies that an answer says were issued."""
    require_font()
    result = answer.data["issueCertificate"]
    assert result["issued"], result["findings"]
    copies: list[dict[str, Any]] = result["copies"]
    return copies


def require_font() -> None:
    """Without the font nothing is printed: skip where a person works, fail where nothing may be missing."""
    if not list(ASSETS.glob("*.ttf")):
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(NO_FONT)


def one_copy(service: Service, told: dict[str, Any] | None = None, caller: str = DESK, **given: Any) -> dict[str, Any]:
    """Issue one; the copy."""
    (copy,) = issued(issue(service, told, caller, **given))
    return copy


def stopped_by(answer: Answer) -> list[str]:
    """The codes of what stopped it."""
    result = answer.data["issueCertificate"]
    assert (result["issued"], result["copies"]) == (False, [])
    return [one["code"] for one in result["findings"]]


def fetch(service: Service, copy: dict[str, Any], caller: str = DESK, **given: Any) -> Answer:
    """Open a copy's link."""
    headers = service.headers(caller, given.pop("purpose", None), **given)
    return service.send("GET", copy["link"]["path"], headers=headers)


def lines_of(copy: dict[str, Any], at: int = 0) -> dict[str, tuple[str, str | None]]:
    """What became of each item of somebody on it, and its text."""
    return {line["item"]: (line["printing"], line["text"]) for line in copy["entries"][at]["lines"]}


def text_of(pdf: bytes) -> str:
    """All that can be read on its sheets, without spaces and line breaks."""
    document = pypdfium2.PdfDocument(pdf)
    return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in document)


def issuances_of(service: Service) -> int:
    """How many the book has."""
    return int(service.execute("SELECT count(*) FROM issuances")[0][0])
