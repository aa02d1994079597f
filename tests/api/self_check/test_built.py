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
    "api/pages/reviewer/index.html",
    "api/pages/reviewer/static/matrix.js",
    "api/printing/templates/seal.svg",
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


@pytest.mark.parametrize("name", ["api/__pycache__/app.cpython-311.pyc", "api/pages/assets/installed.txt"])
def test_what_is_compiled_or_installed_does_not(place: Path, name: str) -> None:
    before = fingerprint(place)
    (place / name).parent.mkdir()
    (place / name).write_bytes(b"made")
    assert fingerprint(place) == before
