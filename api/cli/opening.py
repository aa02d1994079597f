"""What a place's settings lead to: the store, started where it is ours, and the keys, made where they may be."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tink import aead

from api.app import Material
from api.checkpoint_keys import ledger_keys, own_ledger_keys
from api.checkpoint_places import Outside, place_at
from api.cli.database_logins import kept_logins, read_logins
from api.cli.places import Place, issuer_in
from api.graphql.sealing import load_sealer
from api.keys import own_key, read_key
from api.ledger_keeper import Checkpointing
from api.number_key import own_number_key, read_number_key
from api.settings import SettingsError, Store, missing
from domain.errors import InvalidValue
from persistence import embedded
from persistence.archive import Archive
from persistence.logins import Logins
from persistence.migrating import migrate

_ARCHIVED = (
    "missing setting: DAICHO_ARCHIVE_DIR. This home is archived; to end that, remove its folder postgresql/spool",
    "設定がありません：DAICHO_ARCHIVE_DIR。アーカイブ中のホームです。やめるには postgresql/spool を削除してください",
)


def material(at: Place) -> Material:
    """What the services are opened with. Raises `SettingsError`, `StartRefused`."""
    key = _ledger_key(at)
    sealer = load_sealer(at.settings.cursor_key_file or at.home / "cursor-keyset.json")
    issuer = issuer_in(at.home) if at.demo else None
    return Material(_logins(at), key, sealer, number_key(at), issuer, at.home if at.demo else None)


def checkpointing(at: Place) -> Checkpointing:
    """What the ledger's proof is kept with; only the demonstration makes its own. Raises `SettingsError`."""
    chosen, codes = at.settings.checkpoints, at.settings.municipalities
    if not at.demo and (chosen.key_file is None or not chosen.places):
        raise missing("DAICHO_CHECKPOINT_KEY_FILE" if chosen.key_file is None else "DAICHO_CHECKPOINT_TO")
    own = own_ledger_keys(at.home / "checkpoint-keys", codes) if chosen.key_file is None else None
    keys = own or ledger_keys(chosen.key_file or at.home, codes)
    places = chosen.places or ((at.home / "checkpoints.jsonl").as_uri(),)
    return Checkpointing(keys, tuple(map(_place, places)), chosen.minutes)


def _place(address: str) -> Outside:
    try:
        return place_at(address)
    except (ValueError, InvalidValue):
        raise SettingsError(
            "DAICHO_CHECKPOINT_TO: each place is file:///…, syslog: or https://… (with #key)",
            "DAICHO_CHECKPOINT_TO：file:///…、syslog:、https://…（#鍵）のいずれかで指定してください",
        ) from None


def bring_up_to_date(store: Store, home: Path, municipality_codes: Iterable[str]) -> None:
    """The newest tables, and logins for these municipalities, with the owner's rights.

    Raises `SettingsError`, `StartRefused`.
    """
    url = owner_url(store, home)
    migrate(url, lambda: kept_logins(_roles_file(store, home), url, municipality_codes))


def owner_url(store: Store, home: Path) -> str:
    """With what rights tables are made, and copies of them all; the embedded server is started for it.

    Raises `SettingsError`, `StartRefused`.
    """
    if store.owner_url is None and not store.is_embedded:
        raise missing("DAICHO_DATABASE_URL")
    return store.owner_url or embedded.start(home).url


def _logins(at: Place) -> Logins:
    """What the service signs in as. A home may have been moved, and the embedded server with it."""
    store, codes = at.settings.store, at.settings.municipalities
    url = embedded.start(at.home, archive(at)).url if store.is_embedded else None
    logins = read_logins(_roles_file(store, at.home), codes)
    return logins if url is None else logins.moved_to(url)


def _roles_file(store: Store, home: Path) -> Path:
    return store.roles_file or home / "database-roles.json"


def archive(at: Place) -> Archive | None:
    """Where the embedded server's log goes, if anywhere. Raises `SettingsError` where it went and now would not."""
    folder = at.settings.archive_dir
    if folder is None and embedded.has_spool(at.home):
        raise SettingsError(*_ARCHIVED)
    return Archive(folder, number_key(at)) if folder is not None else None


def number_key(at: Place) -> aead.Aead:
    """The key of the vault's keys; only the demonstration makes its own."""
    path = at.settings.key_file
    if path is None and not at.demo:
        raise missing("DAICHO_KEY_FILE")
    own = at.home / "number-key.json"
    return read_number_key(path) if path is not None else own_number_key(own)


def _ledger_key(at: Place) -> bytes:
    """The key of the searched values' hashes; only the demonstration makes its own."""
    if at.settings.ledger_key_file is not None:
        return read_key(at.settings.ledger_key_file, "DAICHO_LEDGER_KEY_FILE")
    if not at.demo:
        raise missing("DAICHO_LEDGER_KEY_FILE")
    return own_key(at.home / "ledger.key", "DAICHO_LEDGER_KEY_FILE")
