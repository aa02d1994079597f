"""The key of DAICHO_KEY_FILE: made once, for its owner alone, and nothing starts with another or with none."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
import tink
from tink import prf, secret_key_access

from api.number_key import Successor, make_number_key, own_number_key, read_number_key
from api.settings import SettingsError
from persistence.vault import INDEX, TEMPLATES


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """A key as `daicho keys make` makes it."""
    path = tmp_path / "number-key.json"
    make_number_key(path)
    return path


def refusal(path: Path) -> str:
    """What is said in English; the Japanese names the setting too, and neither the path or the content."""
    with pytest.raises(SettingsError) as refused:
        read_number_key(path)
    said = str(refused.value)
    assert refused.value.message_ja.startswith("DAICHO_KEY_FILE：")
    assert str(path) not in said + refused.value.message_ja
    return said


@pytest.mark.holds("G-13")
def test_a_new_key_is_for_its_owner_alone_and_opens_what_it_sealed(key_file: Path) -> None:
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert [each.name for each in key_file.parent.iterdir()] == [key_file.name]
    sealed = read_number_key(key_file).encrypt(b"a keyset", b"its name")
    assert read_number_key(key_file).decrypt(sealed, b"its name") == b"a keyset"


@pytest.mark.holds("G-02")
def test_a_key_is_never_overwritten(key_file: Path) -> None:
    before = key_file.read_bytes()
    with pytest.raises(SettingsError, match="never overwritten"):
        make_number_key(key_file)
    own_number_key(key_file)
    assert key_file.read_bytes() == before


def test_where_no_file_can_be_made_the_reason_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no key file can be made: No such file or directory"):
        make_number_key(tmp_path / "nowhere" / "key")


@pytest.mark.holds("G-02")
def test_a_key_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none") == "DAICHO_KEY_FILE: cannot be read: No such file or directory"


@pytest.mark.holds("G-02", "G-13")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_may_read_is_refused(key_file: Path, mode: int) -> None:
    key_file.chmod(mode)
    assert refusal(key_file).startswith("DAICHO_KEY_FILE: others may read it")


@pytest.mark.holds("G-13")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can read what belongs to another account alone")
def test_a_key_of_another_account_is_refused(key_file: Path) -> None:
    os.chown(key_file, 12345, 12345)
    assert refusal(key_file) == "DAICHO_KEY_FILE: belongs to another account"


@pytest.mark.holds("G-02")
@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"no key", b"\xff\xfe", b'{"primaryKeyId": 1}'])
def test_what_is_no_key_is_refused(key_file: Path, content: bytes) -> None:
    key_file.write_bytes(content)
    assert refusal(key_file) == "DAICHO_KEY_FILE: holds no key (daicho keys make)"


@pytest.mark.holds("G-02")
def test_a_key_for_something_else_is_refused(key_file: Path) -> None:
    prf.register()
    other = tink.new_keyset_handle(TEMPLATES[INDEX])
    key_file.write_bytes(tink.json_proto_keyset_format.serialize(other, secret_key_access.TOKEN).encode())
    assert refusal(key_file) == "DAICHO_KEY_FILE: holds no key (daicho keys make)"


def test_a_successor_opens_what_either_sealed_and_seals_under_the_new_key_alone(tmp_path: Path) -> None:
    old, new = own_number_key(tmp_path / "old"), own_number_key(tmp_path / "new")
    both = Successor(new, old)
    assert both.decrypt(old.encrypt(b"a", b"b"), b"b") == b"a"
    sealed = both.encrypt(b"a", b"b")
    assert both.decrypt(sealed, b"b") == new.decrypt(sealed, b"b") == b"a"
    for wrong in (lambda: old.decrypt(sealed, b"b"), lambda: both.decrypt(sealed, b"c")):
        with pytest.raises(tink.TinkError):
            wrong()


@pytest.mark.holds("D-05")
def test_a_key_does_not_print(key_file: Path) -> None:
    key = read_number_key(key_file)
    printed = f"{key!r} {key} {Successor(key, key)!r}"
    secret = key_file.read_text("ascii")
    assert not [part for part in secret.split('"') if len(part) > 30 and "googleapis" not in part and part in printed]
