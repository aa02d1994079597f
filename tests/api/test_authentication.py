"""A bearer token becomes an identity, or nothing does, and nobody can tell why but we."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Mapping
from hashlib import sha256

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from api import authentication
from api.authentication import LEEWAY_SECONDS, REMEMBERED_SECONDS, authorization_of
from api.sign_in import ALGORITHMS, Reason
from domain.errors import MESSAGES, Code
from tests.api.tokens import AN_ISSUER, CLAIMS, IDENTITY, NOON, claims, desk, encoded, private_key, public_jwk, token


@pytest.mark.holds("M05")
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_token_of_a_trusted_issuer_says_who_is_calling(algorithm: str) -> None:
    assert desk().identify(f"Bearer {token(algorithm=algorithm)}") == IDENTITY


def test_the_scheme_is_read_in_any_case() -> None:
    assert desk().identify(f"bEARER  {token()}") == IDENTITY


@pytest.mark.parametrize("typ", ["at+jwt", "application/at+jwt", "JWT"])
def test_an_access_token_may_say_that_it_is_one(typ: str) -> None:
    assert desk().identify(f"Bearer {token(typ=typ)}") == IDENTITY


def test_one_audience_of_several_is_enough() -> None:
    assert desk().identify(f"Bearer {token(claims(aud=['other', AN_ISSUER.audience]))}") == IDENTITY


def test_a_token_without_nbf_counts_as_rfc_9068_has_none() -> None:
    assert desk().identify(f"Bearer {token(claims(nbf=None))}") == IDENTITY


@pytest.mark.holds("M05")
@pytest.mark.parametrize("nothing", [None, ""])
def test_no_token_is_no_caller(nothing: str | None) -> None:
    assert desk().reason(nothing) is Reason.NO_TOKEN


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "Bearer a.b",
        "Bearer a.b.c.d",
        "Bearer ＢＢ.ＢＢ.ＢＢ",
        "Bearer a.b.c\n",
        "Bearer !.b.c",
        "Bearer a.b.c",
    ],
)
def test_what_is_not_a_bearer_token_is_malformed(header: str) -> None:
    assert desk().reason(header) is Reason.MALFORMED


def test_a_token_over_eight_kibibytes_is_not_even_read() -> None:
    at_a_desk = desk()
    assert at_a_desk.reason(f"Bearer {token(claims(padding='x' * 8192))}") is Reason.MALFORMED
    assert at_a_desk.keys.asked == 0


def test_two_bearer_values_are_refused_not_chosen_from() -> None:
    good = f"Bearer {token()}"
    two = authorization_of([(b"authorization", good.encode()), (b"Authorization", good.encode())])
    assert desk().reason(two) is Reason.MALFORMED
    assert desk().reason(f"{good}, Bearer a.b.c") is Reason.MALFORMED


def test_a_header_that_is_not_ascii_is_malformed() -> None:
    assert desk().reason(authorization_of([(b"authorization", b"Bearer \xe5\x8f\xb0.b.c")])) is Reason.MALFORMED


def test_an_unsigned_token_is_refused() -> None:
    unsigned = f"{encoded({'alg': 'none', 'kid': 'ES256'})}.{encoded(dict(CLAIMS))}"
    assert desk().reason(f"Bearer {unsigned}.") is Reason.MALFORMED
    assert desk().reason(f"Bearer {unsigned}.AAAA") is Reason.WRONG_ALGORITHM


def test_the_public_key_is_no_password() -> None:
    """HS256 keyed with the issuer's public key: the classic confusion of algorithms."""
    public = private_key("RS256").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{encoded({'alg': 'HS256', 'kid': 'RS256'})}.{encoded(dict(CLAIMS))}"
    forged = f"{signed}.{encoded(hmac.digest(public, signed.encode(), sha256))}"
    assert desk().reason(f"Bearer {forged}") is Reason.WRONG_ALGORITHM


def test_an_algorithm_that_the_setting_does_not_allow_is_refused() -> None:
    assert desk(algorithms=("RS256",)).reason(f"Bearer {token()}") is Reason.WRONG_ALGORITHM


@pytest.mark.parametrize("alg", [None, 7, ["ES256"], {"ES256": 1}])
def test_an_algorithm_that_is_no_name_is_refused(alg: object) -> None:
    odd = f"{encoded({'alg': alg, 'kid': 'ES256'})}.{encoded(dict(CLAIMS))}.AAAA"
    assert desk().reason(f"Bearer {odd}") is Reason.WRONG_ALGORITHM


def test_a_key_is_not_used_for_another_algorithm_than_its_own() -> None:
    head = {"alg": "ES256", "kid": "RS256"}
    assert desk().reason(f"Bearer {encoded(head)}.{encoded(dict(CLAIMS))}.AAAA") is Reason.UNKNOWN_KEY


@pytest.mark.parametrize(
    "header",
    [
        {"jwk": public_jwk("ES256", "ES256", number=2)},
        {"jku": "https://elsewhere.example/keys"},
        {"x5u": "https://elsewhere.example/chain"},
        {"x5c": ["MIIB"]},
        {"crit": ["exp"], "exp": 1},
        {"b64": True, "crit": ["b64"]},
        {"b64": False, "crit": ["b64"]},
        {"b64": False},
    ],
)
def test_a_token_brings_no_key_and_no_extension_of_its_own(header: dict[str, object]) -> None:
    head = {"alg": "ES256", "kid": "ES256", **header}
    at_a_desk = desk()
    assert at_a_desk.reason(f"Bearer {encoded(head)}.{encoded(dict(CLAIMS))}.AAAA") is Reason.MALFORMED
    assert at_a_desk.keys.asked == 0


@pytest.mark.parametrize("kid", [None, 7, ["ES256"]])
def test_a_token_must_name_its_key(kid: object) -> None:
    assert desk().reason(f"Bearer {encoded({'alg': 'ES256', 'kid': kid})}.{encoded(dict(CLAIMS))}.AAAA") is (
        Reason.MALFORMED
    )


@pytest.mark.parametrize("typ", ["logout+jwt", "dpop+jwt", "secevent+jwt", 7, ""])
def test_another_kind_of_token_of_the_same_issuer_is_refused(typ: object) -> None:
    head = {"alg": "ES256", "kid": "ES256", "typ": typ}
    assert desk().reason(f"Bearer {encoded(head)}.{encoded(dict(CLAIMS))}.AAAA") is Reason.WRONG_TYPE


def test_a_token_bound_to_its_senders_key_is_refused_as_a_bearer_token() -> None:
    assert desk().reason(f"Bearer {token(claims(cnf={'jkt': 'abc'}))}") is Reason.WRONG_TYPE


def test_a_key_that_the_issuer_does_not_publish_is_unknown() -> None:
    assert desk().reason(f"Bearer {token(kid='gone')}") is Reason.UNKNOWN_KEY


@pytest.mark.holds("M05")
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_signature_by_another_key_is_refused(algorithm: str) -> None:
    assert desk().reason(f"Bearer {token(algorithm=algorithm, number=2)}") is Reason.BAD_SIGNATURE


@pytest.mark.holds("M05")
def test_a_token_with_one_claim_changed_is_refused() -> None:
    head, _, signature = token().split(".")
    changed = f"{head}.{encoded(claims(department='市民生活部住民課'))}.{signature}"
    assert desk().reason(f"Bearer {changed}") is Reason.BAD_SIGNATURE


def test_an_issuer_that_cannot_be_reached_lets_nobody_in() -> None:
    at_a_desk = desk()
    at_a_desk.keys.reachable = False
    assert at_a_desk.reason(f"Bearer {token()}") is Reason.ISSUER_UNREACHABLE


@pytest.mark.parametrize(
    "iss", ["https://issuer.example/", "https://elsewhere.example", 7, ["https://issuer.example"], {}]
)
def test_an_issuer_that_the_settings_do_not_name_is_refused(iss: object) -> None:
    at_a_desk = desk()
    assert at_a_desk.reason(f"Bearer {token(claims(iss=iss))}") is Reason.WRONG_ISSUER
    assert at_a_desk.keys.asked == 0


@pytest.mark.parametrize("aud", [None, "other", [], ["other"], 7, {"urn:daicho:register": 1}])
def test_a_token_meant_for_another_is_refused(aud: object) -> None:
    assert desk().reason(f"Bearer {token(claims(aud=aud))}") is Reason.WRONG_AUDIENCE


def test_a_token_counts_to_its_last_second_and_the_leeway_but_no_longer() -> None:
    a_token = f"Bearer {token()}"
    at_a_desk = desk()
    at_a_desk.clock.at = NOON + 600 + LEEWAY_SECONDS - 1
    assert at_a_desk.identify(a_token) == IDENTITY
    at_a_desk.clock.at += 1
    assert at_a_desk.reason(a_token) is Reason.EXPIRED


@pytest.mark.parametrize("name", ["nbf", "iat"])
def test_a_token_of_the_future_is_refused(name: str) -> None:
    assert desk().identify(f"Bearer {token(claims(**{name: NOON + LEEWAY_SECONDS}))}") == IDENTITY
    assert desk().reason(f"Bearer {token(claims(**{name: NOON + LEEWAY_SECONDS + 1}))}") is Reason.NOT_YET_VALID


@pytest.mark.parametrize("name", ["exp", "iat"])
def test_a_token_without_its_times_is_refused(name: str) -> None:
    assert desk().reason(f"Bearer {token(claims(**{name: None}))}") is Reason.MISSING_CLAIM


@pytest.mark.parametrize("value", ["1800000600", True, -1, 2**40, float("nan"), float("inf"), 10**400, [], {}])
@pytest.mark.parametrize("name", ["exp", "iat", "nbf"])
def test_a_time_that_is_none_is_refused(name: str, value: object) -> None:
    assert desk().reason(f"Bearer {token(claims(**{name: value}))}") is Reason.INVALID_CLAIM


@pytest.mark.parametrize(
    "payload", [b"", b"[]", b"7", b"\xff\xfe", b'{"iss":', b"[" * 5000, b'{"exp":' + b"9" * 5000 + b"}"]
)
def test_a_payload_that_is_no_object_is_malformed(payload: bytes) -> None:
    assert (
        desk().reason(f"Bearer {encoded({'alg': 'ES256', 'kid': 'ES256'})}.{encoded(payload)}x.AAAA")
        is Reason.MALFORMED
    )
    if payload:
        assert desk().reason(f"Bearer {token(payload)}") is Reason.MALFORMED


def test_a_repeated_token_is_not_checked_again_for_a_while() -> None:
    at_a_desk, a_token = desk(), f"Bearer {token()}"
    at_a_desk.identify(a_token)
    at_a_desk.clock.at += REMEMBERED_SECONDS - 1
    assert at_a_desk.identify(a_token) == IDENTITY
    assert at_a_desk.keys.asked == 1
    at_a_desk.clock.at += 1
    assert at_a_desk.identify(a_token) == IDENTITY
    assert at_a_desk.keys.asked == 2


def test_a_token_is_not_remembered_past_its_end() -> None:
    at_a_desk, a_token = desk(), f"Bearer {token(claims(exp=NOON + 10))}"
    at_a_desk.identify(a_token)
    at_a_desk.clock.at = NOON + 10 + LEEWAY_SECONDS
    assert at_a_desk.reason(a_token) is Reason.EXPIRED


def test_a_refused_token_is_not_remembered() -> None:
    at_a_desk, a_token = desk(), f"Bearer {token(number=2)}"
    assert at_a_desk.reason(a_token) is at_a_desk.reason(a_token) is Reason.BAD_SIGNATURE
    assert at_a_desk.keys.asked == 2


def test_the_memory_is_bounded_and_forgets_the_longest_unused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authentication, "MAX_REMEMBERED", 2)
    at_a_desk = desk()
    first, second, third = (f"Bearer {token(claims(jti=str(number)))}" for number in range(3))
    for a_token in (first, second, first, third, first):
        at_a_desk.identify(a_token)
    assert at_a_desk.keys.asked == 3
    at_a_desk.identify(second)
    assert at_a_desk.keys.asked == 4


def _bad_headers() -> Mapping[str, str]:
    return {
        "another key": f"Bearer {token(number=2)}",
        "expired": f"Bearer {token(claims(exp=NOON - 60))}",
        "no name": f"Bearer {token(claims(name=None))}",
        "no text": f"Bearer {token(b'secret-in-payload' + bytes([255]))}",
        "no object": f"Bearer {encoded(b'{bad')}.{encoded(b'secret')}.AAAA",
        "no token": "Bearer secret-but-no-token",
    }


@pytest.mark.parametrize("bad", _bad_headers().keys())
def test_a_refusal_says_why_to_us_and_holds_nothing_of_the_token(bad: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    header = _bad_headers()[bad]
    refusal = desk().refusal(header)
    assert refusal.reason in Reason
    assert refusal.__context__ is refusal.__cause__ is None
    said = f"{refusal!r} {refusal} {refusal.args} {vars(refusal)} {caplog.text}"
    assert not any(part in said for part in header.removeprefix("Bearer ").split("."))


@pytest.mark.holds("M05")
def test_every_refused_caller_gets_the_same_answer() -> None:
    refusals = [desk().refusal(header) for header in (None, *_bad_headers().values())]
    assert {(refusal.code, refusal.message, refusal.message_ja, str(refusal)) for refusal in refusals} == {
        (Code.UNAUTHENTICATED, *MESSAGES[Code.UNAUTHENTICATED], "UNAUTHENTICATED")
    }


FORWARDED = (
    "X-Forwarded-User X-Remote-User Remote-User X-Forwarded-Email X-Auth-Request-User Forwarded X-User "
    "X-Forwarded-Access-Token Proxy-Authorization X-Authorization"
)


@pytest.mark.holds("A-22")
@pytest.mark.parametrize("forwarded", FORWARDED.split())
def test_a_user_header_set_by_the_client_is_never_read(forwarded: str) -> None:
    authenticator = desk().authenticator

    async def who(request: Request) -> PlainTextResponse:
        authorization = authorization_of(request.scope["headers"])
        return PlainTextResponse((await authenticator.identify(authorization)).subject if authorization else "nobody")

    async def asked() -> list[str]:
        transport = httpx.ASGITransport(Starlette(routes=[Route("/", who)]))
        claimed = {forwarded: f"Bearer {token(claims(sub='mayor'))}"}
        signed_in = {**claimed, "Authorization": f"Bearer {token()}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://daicho.example") as client:
            return [(await client.get("/", headers=headers)).text for headers in (claimed, signed_in)]

    assert asyncio.run(asked()) == ["nobody", IDENTITY.subject]


def test_many_callers_at_once_are_told_apart() -> None:
    at_a_desk = desk()

    async def all_at_once() -> list[str]:
        headers = [f"Bearer {token(claims(sub=f'caller-{number}'))}" for number in range(20)]
        return [i.subject for i in await asyncio.gather(*map(at_a_desk.authenticator.identify, headers))]

    assert asyncio.run(all_at_once()) == [f"caller-{number}" for number in range(20)]
