"""Lines to PostgreSQL for tests: they can be cut, count every round trip, and keep all that is said on them."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

from tests.persistence.ledgers import connected

END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def end_connections(url: str) -> None:
    """End every connection to this database, as a server does that restarts."""
    async with connected(url) as connection:
        await connection.execute(END_OTHERS)


class Line:
    """The way to a server: a socket of its own that leads to the server's, or nowhere."""

    def __init__(self, folder: str, server: tuple[str, int | None]) -> None:
        self._socket = Path(folder) / ".s.PGSQL.5432"
        self._server = server
        self._listening: asyncio.Server | None = None
        self._calls: set[asyncio.Task[None]] = set()
        self.round_trips = 0
        self.heard = bytearray()

    async def open(self) -> None:
        """Lead to the server."""
        self._listening = await asyncio.start_unix_server(self._answer, self._socket)

    async def cut(self) -> None:
        """Lead nowhere, and end every call."""
        if self._listening:
            self._listening.close()
        self._socket.unlink(missing_ok=True)
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)
        self._calls.clear()

    def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._calls.add(asyncio.create_task(self._call(reader, writer)))

    async def _call(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        host, port = self._server
        opening = asyncio.open_unix_connection(host) if port is None else asyncio.open_connection(host, port)
        from_server, to_server = await opening
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass(from_server, to_client))
                both.create_task(self._pass(from_client, to_server, counts=True))
        finally:
            to_client.transport.abort()
            to_server.transport.abort()

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, counts: bool = False) -> None:
        while data := await source.read(65_536):
            self.heard += data
            self.round_trips += counts  # a driver that waits for its answers sends one packet for each
            target.write(data)
        target.close()


@asynccontextmanager
async def line_to(url: str) -> AsyncIterator[tuple[str, Line]]:
    """A URL that leads to the same database over a line, and the line."""
    parts = urlsplit(url)
    with tempfile.TemporaryDirectory() as folder:
        line = Line(folder, await _server_of(url))
        await line.open()
        user = parts.netloc.rpartition("@")[0]
        try:
            yield f"postgresql://{user}@{parts.path}?host={quote(folder)}&port=5432", line
        finally:
            await line.cut()


async def _server_of(url: str) -> tuple[str, int | None]:
    """The server's own socket, or its host and port where the URL names one."""
    parts = urlsplit(url)
    if parts.hostname:
        return parts.hostname, parts.port or 5432
    async with connected(url) as connection:
        folders = await connection.fetchval("SHOW unix_socket_directories")
        port = await connection.fetchval("SHOW port")
    return f"{folders.split(',')[0]}/.s.PGSQL.{port}", None
