"""A build that is not the product, served like it: `python -m tests.bench.serve obvious|unsafe PORT`.

The home is named in DAICHO_HOME, where daicho has made its city, its keys and its database.
"""

from __future__ import annotations

import gc
import os
import secrets
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from api import logging_setup
from api.app import Material, now
from api.cli.database_logins import read_logins
from api.development_issuer import MUNICIPALITY_CODE, DevelopmentIssuer
from api.graphql.sealing import load_sealer
from api.keys import KEY_BYTES
from api.number_key import own_number_key
from authz.policy import Policy
from persistence import embedded
from tests.bench.obvious import build_obvious
from tests.bench.unsafe import build_unsafe


def main(build: str, port: int) -> None:
    """Serve until stopped."""
    home = Path(os.environ["DAICHO_HOME"])
    logging_setup.configure()
    app = _application(build, home, embedded.start(home).url)
    config = uvicorn.Config(
        app, port=port, loop="uvloop", http="httptools", access_log=False, log_config=None, server_header=False
    )
    gc.collect()
    gc.freeze()
    uvicorn.Server(config).run()


def _application(build: str, home: Path, database_url: str) -> Starlette:
    material = material_in(home, database_url)
    if build == "unsafe":
        return build_unsafe(material.logins, material.number_key, material.sealer)
    return build_obvious(database_url, material, Policy.load(), DevelopmentIssuer(home, demo=True, loopback=True), now)


def material_in(home: Path, database_url: str) -> Material:
    """What daicho has made in its home; the ledger's key is another, because nothing depends on it."""
    logins = read_logins(home / "database-roles.json", [MUNICIPALITY_CODE]).moved_to(database_url)
    sealer = load_sealer(home / "cursor-keyset.json")
    return Material(logins, secrets.token_bytes(KEY_BYTES), sealer, own_number_key(home / "number-key.json"))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
