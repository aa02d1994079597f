"""Settings that would let anybody in cannot be made."""

from __future__ import annotations

import pytest

from api.sign_in import Issuer, SignInSettings
from tests.api.tokens import AN_ISSUER


@pytest.mark.parametrize("algorithms", [(), ("none",), ("HS256",), ("ES256", "HS512"), ("es256",)])
def test_a_setting_cannot_allow_a_signature_that_who_checks_could_make(algorithms: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="algorithms"):
        Issuer("https://issuer.example", "a", algorithms)


@pytest.mark.parametrize(
    "url",
    ["", "issuer", "http://issuer.example", "http://127.0.0.1.example", "https://", "ftp://127.0.0.1", "file:///k"],
)
def test_an_issuer_is_reached_by_https_or_on_this_machine(url: str) -> None:
    with pytest.raises(ValueError, match="issuer"):
        Issuer(url, "a")
    assert all(Issuer(f"http://{host}:9000", "a") for host in ("127.0.0.1", "localhost", "[::1]"))


def test_settings_that_trust_nobody_or_one_twice_are_refused() -> None:
    for issuers in ((), (AN_ISSUER, AN_ISSUER)):
        with pytest.raises(ValueError, match="issuers"):
            SignInSettings(issuers)


@pytest.mark.parametrize(
    ("field", "value"), [("audience", ""), ("municipality_code", "1213"), ("municipality_code", "")]
)
def test_an_issuers_other_settings_are_checked_too(field: str, value: str) -> None:
    with pytest.raises(ValueError, match=field):
        Issuer(**{"url": "https://issuer.example", "audience": "a", field: value})
