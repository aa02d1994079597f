"""The checkout as text and syntax trees: what the tests of the building read."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("api", "authz", "domain", "persistence")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """A Python file: `path` from the checkout's root, with slashes, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text, self.path)

    @cached_property
    def lines(self) -> list[str]:
        """Its lines; line 1 is at position 0."""
        return self.text.splitlines()

    @property
    def room(self) -> str:
        """The first folder of its path."""
        return self.path.split("/", 1)[0]

    def functions(self) -> Iterator[Function]:
        """Every function and method, nested ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def imports(self) -> Iterator[tuple[int, str]]:
        """Line and full name of everything imported absolutely: `a` for `import a`, `a.b` for `from a import b`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


@cache
def tracked_files() -> tuple[str, ...]:
    """Every file that git tracks or would track, by its path from the root."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - fixed words
    return tuple(sorted(name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()))


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Every tracked Python file below the folders."""
    names = [name for name in tracked_files() if name.endswith(".py") and name.split("/", 1)[0] in folders]
    return tuple(Module(name, (ROOT / name).read_text("utf-8")) for name in names)


def read(name: str) -> str:
    """A file of the checkout as text."""
    return (ROOT / name).read_text("utf-8")
