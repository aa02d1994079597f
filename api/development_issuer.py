"""The demonstration's own issuer: tokens for named, made-up callers, on a loopback address only."""

from __future__ import annotations

import json
import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt import PyJWK, PyJWTError
from jwt.algorithms import OKPAlgorithm

from api.sign_in import Issuer
from domain.errors import Code, Refusal

LIFETIME_SECONDS: Final = 8 * 60 * 60
"""A working day: how long a demonstration token counts."""

MUNICIPALITY_CODE: Final = "012131"

ISSUER: Final = Issuer(
    url="http://localhost/demo/issuer",
    audience="urn:daicho:demonstration",
    algorithms=("EdDSA",),
    municipality_code=MUNICIPALITY_CODE,
)
"""What the authenticator is told about it. Nothing is fetched from its address: it is its own source of keys."""

_KEY_FILE: Final = "issuer.json"
_NO_KEY: Final = f"{_KEY_FILE} holds no key of this issuer; remove it to have a new one made"


@dataclass(frozen=True, slots=True)
class DemonstrationCaller:
    """A made-up member of staff; `place` is where the terminal stands, `purposes` what the demonstration grants."""

    name: str
    display_name: str
    department: str
    staff_number: str
    terminal: str
    place: str
    purposes: tuple[str, ...]


DEMONSTRATION_CALLERS: Final = (
    DemonstrationCaller(
        "register-desk",
        "窓口 太郎（見本）",
        "市民生活部住民課",
        "DEMO-1001",
        "DEMO-T01",
        "本庁舎1階 住民課窓口",
        ("resident_register",),
    ),
    DemonstrationCaller(
        "register-checker",
        "審査 五郎（見本）",
        "市民生活部住民課",
        "DEMO-1008",
        "DEMO-T08",
        "本庁舎1階 住民課審査",
        ("resident_register",),
    ),
    DemonstrationCaller(
        "support-officer",
        "支援 六子（見本）",
        "市民生活部住民課",
        "DEMO-1009",
        "DEMO-T09",
        "本庁舎1階 住民課（支援措置責任者）",
        ("support_measures",),
    ),
    DemonstrationCaller(
        "tax-clerk",
        "税務 花子（見本）",
        "財政部市民税課",
        "DEMO-1002",
        "DEMO-T02",
        "本庁舎2階 市民税課",
        ("local_tax",),
    ),
    DemonstrationCaller(
        "care-clerk",
        "介護 次郎（見本）",
        "福祉部介護福祉課",
        "DEMO-1003",
        "DEMO-T03",
        "本庁舎1階 介護福祉課",
        ("long_term_care",),
    ),
    DemonstrationCaller(
        "election-clerk",
        "選挙 三郎（見本）",
        "選挙管理委員会",
        "DEMO-1004",
        "DEMO-T04",
        "本庁舎9階 選挙管理委員会事務局",
        ("election",),
    ),
    DemonstrationCaller(
        "reviewer",
        "点検 桜子（見本）",
        "総務部行政監理室",
        "DEMO-1005",
        "DEMO-T05",
        "本庁舎5階 行政監理室",
        ("ledger_review",),
    ),
    DemonstrationCaller(
        "contractor",
        "運用 四郎（見本）",
        "委託先",
        "DEMO-1006",
        "DEMO-T06",
        "電算室",
        ("operation",),
    ),
    DemonstrationCaller(
        "stranger",
        "広報 桃子（見本）",
        "総合政策部秘書広報課",
        "DEMO-1007",
        "DEMO-T07",
        "本庁舎4階 秘書広報課",
        (),
    ),
)
"""Whom the demonstration can sign in as. The stranger has a valid token and no grant."""

_BY_NAME: Final = MappingProxyType({caller.name: caller for caller in DEMONSTRATION_CALLERS})


class DevelopmentIssuer:
    """Makes tokens for the demonstration's callers and gives the key to check them with.

    The key is the home's own (`issuer.json`, 0600, made when missing): what another home issued does not count here.
    Raises ValueError unless told that this is the demonstration on a loopback address, or if others can read the key;
    the home must exist.
    """

    def __init__(self, home: Path, *, demo: bool, loopback: bool) -> None:
        if not (demo and loopback):
            raise ValueError("the development issuer is for --demo on a loopback address only")
        self._kid, self._private = _stored_key(home / _KEY_FILE)
        self._public = PyJWK(OKPAlgorithm.to_jwk(self._private.public_key(), as_dict=True), "EdDSA")

    def token_for(self, name: str, now: float) -> str:
        """A bearer token for the caller of this name, valid for eight hours from `now` (seconds since 1970).

        Raises Refusal (INVALID_INPUT) if the demonstration has no such caller.
        """
        caller = _BY_NAME.get(name)
        if caller is None:
            raise Refusal(Code.INVALID_INPUT, names=("as",))
        return jwt.encode(
            _claims_of(caller, int(now)), self._private, "EdDSA", headers={"kid": self._kid, "typ": "at+jwt"}
        )

    async def find(self, kid: str, algorithm: str) -> PyJWK | None:
        """The public key, as a KeySource; it is here, so nothing is fetched."""
        return self._public if (kid, algorithm) == (self._kid, "EdDSA") else None


def _claims_of(caller: DemonstrationCaller, now: int) -> dict[str, object]:
    return {
        "iss": ISSUER.url,
        "aud": ISSUER.audience,
        "iat": now,
        "nbf": now,
        "exp": now + LIFETIME_SECONDS,
        "sub": caller.name,
        "name": caller.display_name,
        "department": caller.department,
        "staff_number": caller.staff_number,
        "terminal": caller.terminal,
        "municipality_code": MUNICIPALITY_CODE,
        "client_id": "daicho-demonstration",
        "acr": "demonstration",
    }


def _stored_key(path: Path) -> tuple[str, Ed25519PrivateKey]:
    """The home's key and its id; made if there is none. Two processes that start at once agree on one."""
    if not path.exists():
        _store(path, _new_key())
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode) or status.st_mode & 0o077 or status.st_uid != os.geteuid():
        raise ValueError(f"{_KEY_FILE} must be a file of your own that nobody else can read (0600)")
    return _read(path)


def _read(path: Path) -> tuple[str, Ed25519PrivateKey]:
    try:
        stored = json.loads(path.read_text("ascii"))
        kid, key = stored["kid"], PyJWK(stored, "EdDSA").key
    except (PyJWTError, ValueError, KeyError, TypeError):
        # Not chained: PyJWT puts the key it cannot read into its message.
        raise ValueError(_NO_KEY) from None
    if not isinstance(kid, str) or not isinstance(key, Ed25519PrivateKey):
        raise ValueError(_NO_KEY)
    return kid, key


def _new_key() -> dict[str, str]:
    key = Ed25519PrivateKey.generate()
    return {**OKPAlgorithm.to_jwk(key, as_dict=True), "kid": secrets.token_hex(8)}


def _store(path: Path, jwk: dict[str, str]) -> None:
    """Writes beside and links, so that nobody ever reads half a key and the first one stays."""
    beside = path.with_name(f"{path.name}.{jwk['kid']}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump(jwk, file)
        with suppress(FileExistsError):  # another process was first: its key counts
            os.link(beside, path)
    finally:
        beside.unlink()
