"""A line to PostgreSQL that can fall silent: what happens when the server hears us and we no longer hear it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import asyncpg


class SilentLine:
    """Passes bytes on in both directions, but drops the server's answers from the one on that contains `last_heard`."""

    def __init__(self, server_socket: str) -> None:
        self._server_socket = server_socket
        self._calls: set[asyncio.Task[None]] = set()
        self.last_heard: bytes | None = None

    def connect(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        """Serve one client."""
        self._calls.add(asyncio.create_task(self._call(from_client, to_client)))

    async def hang_up(self) -> None:
        """Wait until every client and the server have gone."""
        await asyncio.gather(*self._calls)

    async def _call(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_unix_connection(self._server_socket)
        both = (self._ask(from_client, to_server), self._answer(from_server, to_client))
        await asyncio.gather(*both, return_exceptions=True)  # either side may break the line
        to_server.close()
        to_client.close()

    async def _ask(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65_536):
            target.write(data)
        target.write_eof()

    async def _answer(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        silent = False
        while data := await source.read(65_536):
            silent = silent or (self.last_heard is not None and self.last_heard in data)
            if not silent:
                target.write(data)
        target.close()


@asynccontextmanager
async def silent_line(database_url: str) -> AsyncIterator[tuple[str, SilentLine]]:
    """A URL that leads to the same database through a line, and the line."""
    line = SilentLine(await _socket_of(database_url))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ".s.PGSQL.5432"
        async with await asyncio.start_unix_server(line.connect, path):
            url = urlsplit(database_url)
            user = url.netloc.rpartition("@")[0]
            yield f"postgresql://{user}@{url.path}?host={quote(folder)}&port=5432", line
            await line.hang_up()


async def _socket_of(database_url: str) -> str:
    connection = await asyncpg.connect(database_url)
    try:
        folder = await connection.fetchval("SHOW unix_socket_directories")
        port = await connection.fetchval("SHOW port")
    finally:
        await connection.close()
    return f"{folder.split(',')[0]}/.s.PGSQL.{port}"
