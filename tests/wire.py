"""A pytest plugin: daicho behind uvicorn, as `daicho serve` has it, on a socket of its own.

def test_something(wire):
    answer = wire.ask("tax-clerk", "{ me { displayName } }")   # all that the fixture `service` can, over HTTP
    answer = raw(wire, b"GET / HTTP/1.1\\r\\n\\r\\n")              # bytes as nobody's library would send them
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn

from api import app as application
from api.app import build_app
from tests.postgres import Databases
from tests.serving import NOON, Service, serve, with_village


@pytest.fixture(scope="module")
def wire(databases: Databases) -> Iterator[Service]:
    """daicho with the village on a loopback address, its clock standing still; one for all tests of a module."""
    url = databases.create(with_village)
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setattr(application, "now", lambda: NOON)
        yield serve(url, stack, over_a_socket)
    databases.drop(url)


async def over_a_socket(service: Service, stack: ExitStack) -> None:
    """Start uvicorn in a thread, on any free port, and lead the service's client to it."""
    server = uvicorn.Server(
        uvicorn.Config(
            build_app(service.settings, service.material),
            port=0,
            loop="uvloop",
            http="httptools",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
        )
    )
    logging.getLogger("uvicorn.access").disabled = True  # as api.logging_setup does
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    stack.callback(_stop, server, thread)
    while not server.started and thread.is_alive():
        time.sleep(0.01)  # noqa: ASYNC251 - nothing else runs on this loop yet
    port = server.servers[0].sockets[0].getsockname()[1]
    service.client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}")
    stack.callback(lambda: service.run(service.client.aclose()))


def _stop(server: uvicorn.Server, thread: threading.Thread) -> None:
    server.should_exit = True
    thread.join(timeout=10)


def head(service: Service, caller: str, length: int, **headers: str) -> bytes:
    """The head of a POST /graphql of this caller, with a body of this length."""
    named = {"host": "127.0.0.1", **service.headers(caller, **headers), "content-length": str(length)}
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"POST /graphql HTTP/1.1\r\n{lines}\r\n".encode()


def connect(service: Service) -> socket.socket:
    """A connection to the service; the caller closes it."""
    return socket.create_connection(("127.0.0.1", urlsplit(str(service.client.base_url)).port or 0), timeout=10)


def raw(service: Service, request: bytes) -> tuple[int, Mapping[str, str], bytes]:
    """Send these bytes and no more; status, headers (names in lower case) and body of the answer."""
    with connect(service) as line, line.makefile("rb") as file:
        line.sendall(request)
        status = int(file.readline().split(b" ")[1])
        lines = iter(lambda: file.readline().decode("latin-1").strip(), "")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        return status, headers, file.read(int(headers.get("content-length", 0)))
