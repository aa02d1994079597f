"""The key of the vaults' keys: one for the whole session, because databases are copied with what it encrypts."""

from __future__ import annotations

from pathlib import Path

import tink
from tink import aead, json_proto_keyset_format, secret_key_access

from api.checkpoint_keys import own_ledger_keys
from tests.village import CODE

aead.register()
_KEYSET = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
NUMBER_KEY = _KEYSET.primitive(aead.Aead)


def key_file(beside: Path) -> str:
    """A file with it beside a home, as DAICHO_KEY_FILE names one."""
    file = beside.with_name(f"{beside.name}-number-key.json")
    file.touch(mode=0o600)
    file.write_text(json_proto_keyset_format.serialize(_KEYSET, secret_key_access.TOKEN))
    return str(file)


def checkpoint_key_file(beside: Path) -> str:
    """A file beside a home with a key for the village's ledger, as DAICHO_CHECKPOINT_KEY_FILE names one."""
    file = beside.with_name(f"{beside.name}-checkpoint-keys")
    own_ledger_keys(file, [CODE])
    return str(file)
