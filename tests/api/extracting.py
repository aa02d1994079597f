"""Extraction requests as clients send them, for tests of what becomes of them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from pyrage import decrypt, x25519  # type: ignore[import-untyped] # has no stubs of its own

from tests.serving import Answer, Service

READER = x25519.Identity.generate()
"""Who is to read the files."""
WANTED: Mapping[str, Any] = {
    "reason": "申告書の送付",
    "criteria": {},
    "items": ["addresseeNumber", "fullName", "currentAddress"],
    "form": "JSON",
    "most": 100,
    "recipient": str(READER.to_public()),
}
FIELDS = (
    "id state madeBy purpose reason items form most recipient expiresAt decidedBy"
    " criteria { address bornFrom bornTo sex citizenship includeClosed sample }"
    " outcome { by witness medium records digest }"
)
REQUEST = f"""mutation Request($input: ExtractionRequestInput!, $key: String!) {{
  requestExtraction(input: $input, idempotencyKey: $key) {{ {FIELDS} }} }}"""
RUN = f"""mutation Run($id: ID!, $witness: String!, $medium: String!, $key: String!) {{
  runExtraction(id: $id, witness: $witness, medium: $medium, idempotencyKey: $key) {{
    extraction {{ {FIELDS} }} link {{ path expiresAt }} }} }}"""


def request(service: Service, caller: str = "tax-clerk", key: str = "k-1", **wanted: Any) -> Answer:
    """Ask for data."""
    return service.ask(caller, REQUEST, {"input": {**WANTED, **wanted}, "key": key})


def decide(service: Service, id_: str, verb: str = "approve", caller: str = "register-checker") -> Answer:
    """Approve, refuse or withdraw a request."""
    mutation = f"mutation($id: ID!, $key: String!) {{ {verb}Extraction(id: $id, idempotencyKey: $key) {{ {FIELDS} }} }}"
    return service.ask(caller, mutation, {"id": id_, "key": f"{verb} {id_}"})


def run(service: Service, id_: str, caller: str = "tax-clerk", **told: str) -> Answer:
    """Carry a request out."""
    usual = {"id": id_, "witness": "S-900", "medium": "USBメモリ 第3号", "key": f"run {id_}"}
    return service.ask(caller, RUN, usual | told)


def approved(service: Service, caller: str = "tax-clerk", **wanted: Any) -> str:
    """The id of a request that another person has approved."""
    id_ = str(request(service, caller, key=str(uuid4()), **wanted).data["requestExtraction"]["id"])
    assert decide(service, id_).data["approveExtraction"]["state"] == "APPROVED"
    return id_


def carried_out(service: Service, caller: str = "tax-clerk", **wanted: Any) -> tuple[dict[str, Any], str]:
    """The request as it is in the end, and where the result is fetched."""
    told = run(service, approved(service, caller, **wanted), caller).data["runExtraction"]
    return told["extraction"], told["link"]["path"]


def fetch(service: Service, path: str, caller: str = "tax-clerk") -> Answer:
    """Fetch a result."""
    return service.send("GET", path, headers=service.headers(caller))


def opened(sealed: bytes) -> str:
    """The file as its reader reads it."""
    return gzip.decompress(decrypt(sealed, [READER])).decode()


def extracted(service: Service, caller: str = "tax-clerk", **wanted: Any) -> list[dict[str, Any]]:
    """The records of an extraction."""
    _, path = carried_out(service, caller, **wanted)
    records: list[dict[str, Any]] = json.loads(opened(fetch(service, path, caller).content))
    return records
