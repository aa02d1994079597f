"""The HTTP server: takes its address before anything is set up, tells where it is, and stops when it is asked to."""

from __future__ import annotations

import errno
import gc
import shlex
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import click
import uvicorn

from api.app import Material, build_app
from api.cli.places import Place
from api.pages.install_assets import is_installed
from persistence.home import StartRefused

KEEP_ALIVE_SECONDS = 15
GRACE_SECONDS = 10
"""So long a request that is being answered may take when the server is to stop."""

CURL = """\
From a shell / コマンドから:
  curl -sS {url}/graphql -H 'Daicho-Purpose: local_tax' -H 'Content-Type: application/json' \\
    -H "Authorization: Bearer $({token})" \\
    -d '{{"query": "{{ residents(where: {{nameKana: \\"サトウ\\", currentAddress: \\"苫小牧市\\"}}, first: 3) \
{{ nodes {{ fullName dateOfBirth individualNumber }} }} }}"}}'
"""


class AskedToStop(SystemExit):
    """A signal: who asked gets the status that shells give, unless the server was running and has stopped in order."""


def stop_when_asked() -> None:
    """Meet Ctrl-C, SIGTERM and the end of the terminal by leaving in order, so that what was started is stopped too."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    signal.signal(signal.SIGHUP, lambda _number, _frame: signal.raise_signal(signal.SIGTERM))


def _stop(number: int, _frame: FrameType | None) -> None:
    raise AskedToStop(128 + number)


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens: a host, and the sockets that hold its port."""

    host: str
    sockets: Sequence[socket.socket]

    @property
    def url(self) -> str:
        """The address for a browser."""
        port = self.sockets[0].getsockname()[1]
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{port}"


def take_address(host: str, port: int) -> Address:
    """Bind the port on all addresses of the host; nobody is answered yet. Port 0 is any free one.

    Raises `StartRefused` when that is not possible.
    """
    sockets: list[socket.socket] = []
    try:
        for family, *_, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE):
            taken_port = sockets[0].getsockname()[1] if sockets else port
            sockets += _bound(family, (where[0], taken_port, *where[2:]))
    except OSError as error:
        raise _address_refused(host, port, error) from error
    if not sockets:
        raise _address_refused(host, port, OSError(errno.EADDRNOTAVAIL, "no such address"))
    return Address(host, sockets)


def _bound(family: socket.AddressFamily, where: tuple[object, ...]) -> list[socket.socket]:
    """The socket; none where the name stands for an address that this machine does not have (::1 without IPv6)."""
    taken = socket.socket(family)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        taken.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    try:
        taken.bind(where)
    except OSError as error:
        taken.close()
        if error.errno != errno.EADDRNOTAVAIL:
            raise
        return []
    return [taken]


def _address_refused(host: str, port: int, error: OSError) -> StartRefused:
    why = error.strerror or type(error).__name__
    return StartRefused(
        f"Cannot listen on {host}, port {port}: {why}. Name another port: --port",
        f"{host} のポート {port} で待ち受けできません（{why}）。--port で別のポートを指定してください。",
    )


class Server(uvicorn.Server):
    """uvicorn, which says where it is once it serves."""

    def __init__(self, at: Place, material: Material, address: Address) -> None:
        self._app = build_app(at.settings, material)
        config = uvicorn.Config(
            self._app,
            lifespan="on",
            loop="uvloop",
            http="httptools",
            access_log=False,  # who looked at what stands in the ledger; an access log would only hold addresses
            log_config=None,
            server_header=False,
            proxy_headers=False,  # no header of the client says who or where it is
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        super().__init__(config)
        self._address = address
        self._at = at

    def serve_until_asked(self) -> None:
        """Serve until a signal asks to stop, which is no failure."""
        with suppress(AskedToStop):
            self.run(sockets=list(self._address.sockets))

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then tell."""
        await super().startup(sockets)
        # What is alive now stays alive: the collector need not look at it again and again.
        gc.collect()
        gc.freeze()
        click.echo(banner(self._at, self._address.url))
        sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop; requests that are being answered have their grace, but not for tables that take half a minute."""
        await self._app.state.policy_tables.stop()
        await super().shutdown(sockets)


def banner(at: Place, url: str) -> str:
    """Where daicho is; in the demonstration, how to ask it something."""
    lines = ["", f"daicho serves at / 接続先: {url}/graphql"]
    if at.demo:
        without_npm = "" if is_installed() else "  (not installed: make install, with npm / 未導入)"
        command = shlex.join([str(Path(sys.argv[0]).absolute()), "token", "--as", "tax-clerk"])
        token = f"DAICHO_HOME={shlex.quote(str(at.home))} {command}"
        lines += [f"GraphiQL: {url}/graphiql{without_npm}", CURL.format(url=url, token=token)]
    return "\n".join(lines)
