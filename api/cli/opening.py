"""What a place's settings lead to: the store, started where it is ours, and the keys, made where they may be."""

from __future__ import annotations

from api.app import Material
from api.cli.places import Place, issuer_in
from api.graphql.sealing import load_sealer
from api.keys import own_key, read_key
from api.settings import missing
from persistence import embedded


def material(at: Place) -> Material:
    """What the services are opened with. Raises `SettingsError`, `StartRefused`."""
    key = _ledger_key(at)
    sealer = load_sealer(at.settings.cursor_key_file or at.home / "cursor-keyset.json")
    issuer = issuer_in(at.home) if at.demo else None
    return Material(at.settings.database_url or embedded.start(at.home).url, key, sealer, issuer)


def _ledger_key(at: Place) -> bytes:
    """The key of the searched values' hashes; only the demonstration makes its own."""
    if at.settings.ledger_key_file is not None:
        return read_key(at.settings.ledger_key_file, "DAICHO_LEDGER_KEY_FILE")
    if not at.demo:
        raise missing("DAICHO_LEDGER_KEY_FILE")
    return own_key(at.home / "ledger.key", "DAICHO_LEDGER_KEY_FILE")
