"""What must be so of the ledger's proof after a kill: the tree is that of the entries, and what left is of the tree."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import asyncpg

from api.checkpoint_keys import ed25519_verify, ledger_keys, verifier_of
from api.checkpoint_places import checkpoints_in, cut_off_in
from domain.errors import InvalidValue, Refusal
from domain.ledger.checkpoints import Checkpoint, read_checkpoint, require_continuation
from domain.ledger.tree import Frontier, leaf_hash
from domain.ledger.verification import verify_export
from persistence.ledger_tree import StoredTree
from tests.commands import Daicho
from tests.village import CODE

ENTRIES = "SELECT entry FROM ledger_entries WHERE position >= $1 ORDER BY position"
LEAVES = "SELECT count(*) FROM ledger_nodes WHERE level = 0"
SIGNED = "SELECT size FROM ledger_checkpoints"
TAKEN = "SELECT size FROM ledger_takings WHERE place = $1"


@dataclass
class Proofs:
    """Looks at the tree, and at the file of checkpoints, again and again; of what entries there are, it remembers."""

    file: Path
    key_file: Path
    _leaves: list[bytes] = field(default_factory=list)

    def newest(self) -> bytes:
        """What was handed out last."""
        return checkpoints_in(self.file.read_bytes())[-1]

    def opened(self, note: bytes) -> Checkpoint:
        """A checkpoint that the ledger's key has signed. Raises `InvalidValue`."""
        return read_checkpoint(note, verifier_of(ledger_keys(self.key_file, [CODE])[CODE]), ed25519_verify).checkpoint

    def findings(self, url: str, reached: int = 0) -> list[str]:
        """What is wrong, where the keeper has been by when there were so many entries."""
        return asyncio.run(self._findings(url, reached))

    async def _findings(self, url: str, reached: int) -> list[str]:
        handed_out, found = self._handed_out()
        connection = await asyncpg.connect(url)
        try:
            tree = StoredTree(connection, CODE)
            async with tree.unhurried():
                rows = await connection.fetch(ENTRIES, len(self._leaves))
                self._leaves += [leaf_hash(row["entry"]) for row in rows]
                found += await self._of_tree(tree, reached)
                found += await self._of_checkpoints(tree, handed_out)
                signed = {row["size"] for row in await connection.fetch(SIGNED)}
                taken = {row["size"] for row in await connection.fetch(TAKEN, self.file.as_uri())}
        finally:
            await connection.close()
        if not {one.size for one in handed_out} <= signed:
            found.append("a checkpoint is outside, and not in the database")
        if not taken <= {one.size for one in self._handed_out()[0]}:
            found.append("a checkpoint counts as kept, and is not in the file")
        return found

    def _handed_out(self) -> tuple[list[Checkpoint], list[str]]:
        """What the file holds, in the order of its sizes, and what is wrong with it."""
        content = self.file.read_bytes()
        is_whole = not cut_off_in(content) and content.endswith(b"\n")
        found = [] if is_whole else ["a line of the checkpoints is torn"]
        try:
            notes = [self.opened(note) for note in checkpoints_in(content)]
        except InvalidValue:
            return [], [*found, "a checkpoint is not the ledger's"]
        return sorted(notes, key=lambda one: one.size), found

    async def _of_tree(self, tree: StoredTree, reached: int) -> list[str]:
        frontier = await tree.frontier()
        wrong = {
            "the tree has not come to entries that were there before the keeper": frontier.size < reached,
            "the tree is not that of the entries": frontier.root != self._root(frontier.size),
            "the tree has not one leaf for each entry": await tree.connection.fetchval(LEAVES) != frontier.size,
            "the stored hashes do not lead to the tree's root": await _bends(tree, frontier),
        }
        return [what for what, is_so in wrong.items() if is_so]

    async def _of_checkpoints(self, tree: StoredTree, handed_out: Sequence[Checkpoint]) -> list[str]:
        found = []
        if any(one.root != self._root(one.size) for one in handed_out):
            found.append("a checkpoint is not of the entries")
        for old, new in pairwise(handed_out):
            try:
                require_continuation(old, new, await tree.consistency_proof(old.size, new.size))
            except (Refusal, LookupError):
                found.append("a checkpoint does not continue the one before")
                break
        return found

    def _root(self, size: int) -> bytes | None:
        """That of the first entries; none where there are not so many."""
        return Frontier().extend(self._leaves[:size]).frontier.root if size <= len(self._leaves) else None


async def _bends(tree: StoredTree, frontier: Frontier) -> bool:
    try:
        await tree.require_unbent(frontier, ())
    except Refusal:
        return True
    return False


def exported(daicho: Daicho, proofs: Proofs, kept: bytes) -> Iterator[str]:
    """What is wrong with an export made now, for who holds only a checkpoint that was kept before."""
    file = daicho.home.with_name("export.jsonl")
    file.unlink(missing_ok=True)
    done = daicho.command("ledger", "export", str(file))
    if done.status:
        yield f"no export can be made: {done.err}"
        return
    try:
        with file.open("rb") as lines:
            verify_export(lines, [proofs.opened(kept)], proofs.opened)
    except InvalidValue as fault:
        yield f"an export does not verify: {fault.message}"
