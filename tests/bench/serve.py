"""A build that is not the product, served like it: `python -m tests.bench.serve obvious|unsafe PORT`.

The home is named in DAICHO_HOME, where daicho has made its city, its keys and its database.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from api import logging_setup
from api.app import now
from api.development_issuer import DevelopmentIssuer
from api.graphql.sealing import load_sealer
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
    if build == "unsafe":
        return build_unsafe(database_url, load_sealer(home / "cursor-keyset.json"))
    return build_obvious(database_url, Policy.load(), DevelopmentIssuer(home, demo=True, loopback=True), now)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
