"""Settings are complete, known and right, or the process does not start and says which is not; never their values."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import CLAIMS, KNOWN, Settings, SettingsError, read_settings

SECRET = "s3cret-that-must-not-print"
COMPLETE = {
    "DAICHO_DATABASE_URL": f"postgresql://daicho:{SECRET}@db.example/register",
    "DAICHO_MUNICIPALITIES": "012131,012050",
    "DAICHO_OIDC_ISSUER": "https://issuer.example",
    "DAICHO_OIDC_AUDIENCE": "urn:daicho:register",
}


def read(**changes: str | None) -> Settings:
    """The complete settings with changes; None takes one away."""
    given = {**COMPLETE, **changes}
    return read_settings({name: value for name, value in given.items() if value is not None})


def refusal(**changes: str | None) -> str:
    """What is said of settings that are refused, in English; in Japanese something is said too."""
    with pytest.raises(SettingsError) as refused:
        read(**changes)
    assert refused.value.message_ja
    assert SECRET not in str(refused.value) + refused.value.message_ja + repr(refused.value)
    return str(refused.value)


def test_complete_settings_are_read() -> None:
    settings = read()
    assert settings.store.owner_url == COMPLETE["DAICHO_DATABASE_URL"]
    assert settings.municipalities == ("012131", "012050")
    assert settings.issuer is not None
    assert (settings.issuer.url, settings.issuer.audience) == ("https://issuer.example", "urn:daicho:register")
    assert (settings.prepared_statements, settings.introspection) == (True, False)


@pytest.mark.parametrize("name", ["DAICHO_MUNICIPALITIES", "DAICHO_OIDC_ISSUER", "DAICHO_OIDC_AUDIENCE"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_setting_is_named(name: str, value: str | None) -> None:
    assert refusal(**{name: value}) == f"missing setting: {name}"


@pytest.mark.parametrize("name", ["DAICHO_DATABASE", "DAICHO_OIDC_CLAIM_NOBODY", "DAICHO_", "DAICHO_home"])
def test_an_unknown_setting_is_named_and_its_value_is_not(name: str) -> None:
    assert refusal(**{name: SECRET}) == f"unknown setting: {name}"


def test_all_unknown_settings_are_named_at_once() -> None:
    assert refusal(DAICHO_B="1", DAICHO_A="2") == "unknown setting: DAICHO_A, DAICHO_B"


def test_what_is_no_setting_of_ours_is_left_alone() -> None:
    assert read(DATABASE_URL="x", daicho_x="y").issuer is not None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DAICHO_DATABASE_URL", SECRET),
        ("DAICHO_DATABASE_URL", f"mysql://daicho:{SECRET}@db"),
        ("DAICHO_MUNICIPALITIES", SECRET),
        ("DAICHO_MUNICIPALITIES", "012132"),
        ("DAICHO_MUNICIPALITIES", "012131,"),
        ("DAICHO_OIDC_ISSUER", SECRET),
        ("DAICHO_OIDC_ISSUER", f"http://{SECRET}.example"),
        ("DAICHO_OIDC_ALGORITHMS", "none"),
        ("DAICHO_OIDC_ALGORITHMS", "HS256"),
        ("DAICHO_OIDC_MUNICIPALITY", SECRET),
        ("DAICHO_PREPARED_STATEMENTS", SECRET),
        ("DAICHO_INTROSPECTION", "1"),
        ("DAICHO_PUBLIC_URL", SECRET),
        ("DAICHO_TIMESTAMP_URL", f"ftp://{SECRET}.example"),
    ],
)
def test_a_wrong_setting_is_named_and_not_repeated(name: str, value: str) -> None:
    assert refusal(**{name: value}).startswith(name.rpartition("_")[0])


def test_the_password_never_prints() -> None:
    assert SECRET not in repr(read()) + str(read())


def test_the_demonstration_needs_no_setting_and_introspects() -> None:
    settings = read_settings({}, demo=True)
    assert (settings.municipalities, settings.issuer, settings.introspection) == (("012131",), None, True)


def test_a_command_signs_nobody_in() -> None:
    assert read_settings({"DAICHO_MUNICIPALITIES": "012131"}, signs_in=False).issuer is None


def test_paths_are_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    settings = read(DAICHO_HOME="here", DAICHO_LEDGER_KEY_FILE="~/ledger.key")
    assert (settings.store.home, settings.ledger_key_file) == (tmp_path / "here", tmp_path / "ledger.key")


def test_fonts_are_named_in_their_order(tmp_path: Path) -> None:
    files = (tmp_path / "one.ttf", tmp_path / "two.ttf")
    assert read(DAICHO_FONT_FILES=":".join(map(str, files))).printing.font_files == files
    assert read().printing.font_files == ()


def test_the_public_address_has_no_slash_at_its_end() -> None:
    assert read(DAICHO_PUBLIC_URL="https://city.example/").printing.public_url == "https://city.example"


def test_a_signing_key_and_a_timestamp_authority_need_each_other() -> None:
    assert refusal(DAICHO_SIGNING_KEY_FILE="/key.p12") == "missing setting: DAICHO_TIMESTAMP_URL"
    assert refusal(DAICHO_TIMESTAMP_URL="https://time.example") == "missing setting: DAICHO_SIGNING_KEY_FILE"


def test_every_claim_has_a_setting() -> None:
    for claim in CLAIMS:
        name = f"DAICHO_OIDC_CLAIM_{claim.upper()}"
        assert name in KNOWN
        issuer = read(**{name: "x_claim"}).issuer
        assert issuer is not None
        assert getattr(issuer.claims, claim) == "x_claim"
