"""What daicho is made of has one hash, which changes with any of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.self_check.built import fingerprint

FILES = (
    "api/app.py",
    "authz/review/__init__.py",
    "domain/a.toml",
    "persistence/b.py",
    "policies.polar",
    "authz/policy_table.toml",
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, "utf-8")
    return tmp_path


@pytest.mark.parametrize("name", FILES)
def test_any_change_changes_it(place: Path, name: str) -> None:
    before = fingerprint(place)
    (place / name).write_text("changed", "utf-8")
    assert fingerprint(place) != before


def test_a_new_file_or_another_name_changes_it(place: Path) -> None:
    before = fingerprint(place)
    (place / "api" / "app.py").rename(place / "api" / "renamed.py")
    renamed = fingerprint(place)
    (place / "api" / "app.py").write_text("", "utf-8")
    assert len({before, renamed, fingerprint(place)}) == 3


def test_what_python_leaves_behind_does_not(place: Path) -> None:
    before = fingerprint(place)
    (place / "api" / "__pycache__").mkdir()
    (place / "api" / "__pycache__" / "app.cpython-311.pyc").write_bytes(b"compiled")
    assert fingerprint(place) == before
