"""The demonstration's callers sign in on this machine, with this home's key, and nowhere else."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse

from api.authentication import Authenticator
from api.demo_routes import demo_routes
from api.development_issuer import DEMONSTRATION_CALLERS, ISSUER, LIFETIME_SECONDS, DevelopmentIssuer
from api.sign_in import Reason, SignInRefused, SignInSettings
from authz.callers import Identity
from domain.errors import Code, Refusal
from tests.api.tokens import HELD, NOON, Clock

PURPOSES = {
    "resident_register": "住民基本台帳関連事務",
    "support_measures": "支援措置関連事務（支援措置責任者）",
    "local_tax": "地方税関連事務",
    "long_term_care": "介護保険関連事務",
    "election": "選挙人名簿関連事務",
    "ledger_review": "アクセス記録の点検",
    "operation": "システムの運用・保守",
}
PAGE = "http://127.0.0.1:8000"


def development_issuer(home: Path) -> DevelopmentIssuer:
    return DevelopmentIssuer(home, demo=True, loopback=True)


def identified(issuer: DevelopmentIssuer, token: str, clock: Clock | None = None) -> Identity:
    authenticator = Authenticator(SignInSettings((ISSUER,)), {ISSUER.url: issuer}, HELD, clock or Clock())
    return asyncio.run(authenticator.identify(f"Bearer {token}"))


@pytest.mark.holds("M05", "M06")
def test_every_caller_of_the_demonstration_signs_in_as_who_she_is(tmp_path: Path) -> None:
    issuer = development_issuer(tmp_path)
    for caller in DEMONSTRATION_CALLERS:
        identity = identified(issuer, issuer.token_for(caller.name, NOON))
        assert (identity.subject, identity.display_name, identity.department, identity.municipality_code) == (
            caller.name,
            caller.display_name,
            caller.department,
            "012131",
        )
        assert (identity.staff_number, identity.terminal) == (caller.staff_number, caller.terminal)


def test_the_callers_of_the_demonstration_are_those_of_the_contract() -> None:
    assert {caller.name: (caller.department, caller.purposes) for caller in DEMONSTRATION_CALLERS} == {
        "register-desk": ("市民生活部住民課", ("resident_register",)),
        "register-checker": ("市民生活部住民課", ("resident_register",)),
        "support-officer": ("市民生活部住民課", ("support_measures",)),
        "tax-clerk": ("財政部市民税課", ("local_tax",)),
        "care-clerk": ("福祉部介護福祉課", ("long_term_care",)),
        "election-clerk": ("選挙管理委員会", ("election",)),
        "reviewer": ("総務部行政監理室", ("ledger_review",)),
        "contractor": ("委託先", ("operation",)),
        "stranger": ("総合政策部秘書広報課", ()),
    }


def test_no_two_callers_share_a_staff_number_or_a_terminal_and_each_is_marked_as_made_up() -> None:
    for shared in ("name", "display_name", "staff_number", "terminal"):
        assert len({getattr(caller, shared) for caller in DEMONSTRATION_CALLERS}) == len(DEMONSTRATION_CALLERS)
    assert all(caller.display_name.endswith("（見本）") for caller in DEMONSTRATION_CALLERS)


def test_a_demonstration_token_counts_for_eight_hours(tmp_path: Path) -> None:
    issuer, clock = development_issuer(tmp_path), Clock()
    token = issuer.token_for("tax-clerk", NOON)
    clock.at = NOON + 8 * 60 * 60 - 1
    assert identified(issuer, token, clock).subject == "tax-clerk"
    clock.at += 10
    with pytest.raises(SignInRefused) as refused:
        identified(issuer, token, clock)
    assert refused.value.reason is Reason.EXPIRED


def test_a_token_still_counts_after_a_restart(tmp_path: Path) -> None:
    token = development_issuer(tmp_path).token_for("tax-clerk", NOON)
    assert identified(development_issuer(tmp_path), token).subject == "tax-clerk"


def test_a_token_of_another_home_is_refused(tmp_path: Path) -> None:
    mine, other = tmp_path / "mine", tmp_path / "other"
    for home in (mine, other):
        home.mkdir()
    with pytest.raises(SignInRefused) as refused:
        identified(development_issuer(mine), development_issuer(other).token_for("tax-clerk", NOON))
    assert refused.value.reason is Reason.UNKNOWN_KEY


def test_another_homes_key_under_this_homes_key_id_is_refused(tmp_path: Path) -> None:
    mine, other = tmp_path / "mine", tmp_path / "other"
    for home in (mine, other):
        home.mkdir()
        development_issuer(home)
    stolen = json.loads((mine / "issuer.json").read_text())["kid"]
    forged = {**json.loads((other / "issuer.json").read_text()), "kid": stolen}
    (other / "issuer.json").write_text(json.dumps(forged))
    with pytest.raises(SignInRefused) as refused:
        identified(development_issuer(mine), development_issuer(other).token_for("tax-clerk", NOON))
    assert refused.value.reason is Reason.BAD_SIGNATURE


@pytest.mark.parametrize(("demo", "loopback"), [(False, False), (True, False), (False, True)])
def test_the_development_issuer_exists_in_a_demonstration_on_loopback_only(
    tmp_path: Path, demo: bool, loopback: bool
) -> None:
    with pytest.raises(ValueError, match="loopback"):
        DevelopmentIssuer(tmp_path, demo=demo, loopback=loopback)
    assert list(tmp_path.iterdir()) == []


def test_the_key_is_the_owners_alone_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    development_issuer(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["issuer.json"]
    assert stat.S_IMODE((tmp_path / "issuer.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    development_issuer(tmp_path)
    (tmp_path / "issuer.json").chmod(mode)
    with pytest.raises(ValueError, match="0600"):
        development_issuer(tmp_path)


def test_a_key_that_is_a_link_elsewhere_is_refused(tmp_path: Path) -> None:
    elsewhere, home = tmp_path / "elsewhere", tmp_path / "home"
    for folder in (elsewhere, home):
        folder.mkdir()
    development_issuer(elsewhere)
    (home / "issuer.json").symlink_to(elsewhere / "issuer.json")
    with pytest.raises(ValueError, match="0600"):
        development_issuer(home)


def test_a_key_that_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "issuer.json").mkdir(0o700)
    with pytest.raises(ValueError, match="0600"):
        development_issuer(tmp_path)


def test_a_key_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    development_issuer(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: (tmp_path / "issuer.json").stat().st_uid + 1)
    with pytest.raises(ValueError, match="your own"):
        development_issuer(tmp_path)


def test_two_processes_that_start_at_once_agree_on_one_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = development_issuer(tmp_path)
    monkeypatch.setattr(Path, "exists", lambda _: False)
    assert identified(development_issuer(tmp_path), first.token_for("tax-clerk", NOON)).subject == "tax-clerk"
    assert [path.name for path in tmp_path.iterdir()] == ["issuer.json"]


@pytest.mark.parametrize(
    "text", ["", "{", "7", "{}", '{"kid": "k", "d": "secret"}', '{"kid": "k", "kty": "OKP", "d": "secret"}']
)
def test_a_key_file_that_holds_no_key_is_refused_without_its_text(tmp_path: Path, text: str) -> None:
    path = tmp_path / "issuer.json"
    path.touch(0o600)
    path.write_text(text)
    with pytest.raises(ValueError, match="remove it") as refused:
        development_issuer(tmp_path)
    assert "secret" not in f"{refused.value}"


def test_there_is_no_token_for_a_name_that_is_nobodys(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        development_issuer(tmp_path).token_for("mayor", NOON)
    assert (refused.value.code, refused.value.names) == (Code.INVALID_INPUT, ("as",))


async def _refusal_as_json(_: Request, refusal: Exception) -> JSONResponse:
    assert isinstance(refusal, Refusal)
    return JSONResponse({"code": refusal.code, "message": refusal.message}, 400)


def answer(
    home: Path,
    method: str,
    path: str,
    *,
    content: bytes = b"",
    headers: Mapping[str, str] | list[tuple[str, str]] | None = None,
) -> httpx.Response:
    """What the demonstration's routes answer; the app around them answers refusals in one place."""
    app = Starlette(
        routes=demo_routes(development_issuer(home), PURPOSES, Clock()), exception_handlers={Refusal: _refusal_as_json}
    )

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=PAGE) as client:
            return await client.request(method, path, content=content, headers=httpx.Headers(headers))

    return asyncio.run(ask())


def asked_for(home: Path, name: object, **headers: str) -> httpx.Response:
    content = json.dumps({"as": name}).encode()
    return answer(
        home, "POST", "/demo/tokens", content=content, headers={"Content-Type": "application/json", **headers}
    )


def test_the_page_lists_whom_it_can_try_with_their_purposes(tmp_path: Path) -> None:
    response = answer(tmp_path, "GET", "/demo/callers")
    assert response.headers["cache-control"] == "no-store"
    assert [caller["name"] for caller in response.json()] == [caller.name for caller in DEMONSTRATION_CALLERS]
    (described,) = [caller for caller in response.json() if caller["name"] == "tax-clerk"]
    assert described == {
        "name": "tax-clerk",
        "displayName": "税務 花子（見本）",
        "department": "財政部市民税課",
        "municipality": "012131",
        "purposes": [{"code": "local_tax", "name": "地方税関連事務"}],
    }


def test_the_page_gets_a_token_that_counts_and_may_not_be_kept(tmp_path: Path) -> None:
    response = asked_for(tmp_path, "care-clerk", Origin=PAGE)
    assert response.headers["cache-control"] == "no-store"
    assert response.json()["expiresIn"] == LIFETIME_SECONDS
    assert identified(development_issuer(tmp_path), response.json()["token"]).subject == "care-clerk"


def test_a_name_that_is_nobodys_gets_no_token(tmp_path: Path) -> None:
    assert asked_for(tmp_path, "mayor").json()["code"] == "INVALID_INPUT"


FOREIGN_HOSTS = (
    "daicho.example",
    "127.0.0.1.example",
    "evil/graphql?x=",
    "localhost/x",
    "localhost?x=127.0.0.1",
    "user@127.0.0.1",
    "[::1",
    "",
    "192.0.2.1:8000",
    "0.0.0.0:8000",
)


@pytest.mark.holds("B-11")
@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_a_name_that_was_made_to_point_here_gets_no_token(tmp_path: Path, host: str) -> None:
    assert asked_for(tmp_path, "tax-clerk", Host=host).json()["code"] == "BAD_REQUEST"
    assert answer(tmp_path, "GET", "/demo/callers", headers={"Host": host}).json()["code"] == "BAD_REQUEST"


def test_a_request_with_two_hosts_gets_no_answer(tmp_path: Path) -> None:
    two = [("Host", "127.0.0.1:8000"), ("Host", "daicho.example")]
    assert answer(tmp_path, "GET", "/demo/callers", headers=two).json()["code"] == "BAD_REQUEST"


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1", "[::1]:8000"])
def test_this_machine_may_be_called_by_any_of_its_own_names(tmp_path: Path, host: str) -> None:
    assert "token" in asked_for(tmp_path, "tax-clerk", Host=host, Origin=f"http://{host}").json()


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:9999", "http://localhost:8000", ""]
)
def test_a_page_from_elsewhere_gets_no_token(tmp_path: Path, origin: str) -> None:
    response = asked_for(tmp_path, "tax-clerk", Origin=origin)
    assert response.json()["code"] == "BAD_REQUEST"
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_token_is_asked_for_in_json_only(tmp_path: Path, kind: str) -> None:
    assert asked_for(tmp_path, "tax-clerk", **{"Content-Type": kind}).json()["code"] == "UNSUPPORTED_MEDIA_TYPE"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "BAD_REQUEST"),
        (b"\xff", "BAD_REQUEST"),
        (b"[" * 1024, "BAD_REQUEST"),
        (b" " * 1025, "BODY_TOO_LARGE"),
        (b"[]", "INVALID_INPUT"),
        (b"{}", "INVALID_INPUT"),
        (b'{"as": 7}', "INVALID_INPUT"),
        (b'{"as": "tax-clerk", "exp": 1}', "INVALID_INPUT"),
    ],
)
def test_a_body_that_names_no_caller_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    headers = {"Content-Type": "application/json"}
    assert answer(tmp_path, "POST", "/demo/tokens", content=content, headers=headers).json()["code"] == code


def test_a_token_cannot_be_had_by_get(tmp_path: Path) -> None:
    assert answer(tmp_path, "GET", "/demo/tokens?as=tax-clerk").status_code == 405
