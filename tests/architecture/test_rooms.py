"""Four rooms; the arrows only go inward; every room and every corner has its sign.

The arrows themselves are import-linter's to check (`make check`).
"""

from __future__ import annotations

import ast
import tomllib
from pathlib import PurePosixPath

from tests.architecture.source import ROOMS, modules, read, tracked_files

NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "misc"}


def test_import_linter_holds_every_room_to_its_arrows() -> None:
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    assert layers == ["api", "authz | persistence", "domain"]
    held = {room for contract in contracts for room in contract.get("source_modules", [])}
    assert held == set(ROOMS)


def test_every_package_has_its_sign() -> None:
    packages = {PurePosixPath(module.path).parent for module in modules(*ROOMS, "tests")}
    signs = {
        PurePosixPath(module.path).parent: ast.get_docstring(module.tree)
        for module in modules(*ROOMS, "tests")
        if module.path.endswith("/__init__.py")
    }
    assert [str(package) for package in sorted(packages) if not signs.get(package)] == []


def test_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    names = [PurePosixPath(name) for name in tracked_files()]
    found = [str(name) for name in names if {*name.parts[:-1], name.stem} & NAMES_THAT_SAY_NOTHING]
    assert found == []
