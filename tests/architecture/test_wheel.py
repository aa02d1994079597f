"""The wheel holds the whole service and nothing beside it, and is built without a network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.architecture.source import ROOMS, ROOT, tracked_files

ASSETS = ROOT / "api" / "pages" / "assets"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own interpreter, fixed words
    (built,) = target.glob("daicho-*.whl")
    return ZipFile(built)


def test_the_wheel_holds_the_policy(wheel: ZipFile) -> None:
    assert wheel.read("policies.polar") == (ROOT / "policies.polar").read_bytes()


def test_the_wheel_holds_every_file_of_the_four_rooms(wheel: ZipFile) -> None:
    wanted = {name for name in tracked_files() if Path(name).parts[0] in ROOMS}
    assert wanted - set(wheel.namelist()) == set()


def test_the_wheel_holds_the_assets_that_were_installed(wheel: ZipFile) -> None:
    wanted = {file.relative_to(ROOT).as_posix() for file in ASSETS.rglob("*") if file.is_file()}
    assert wanted - set(wheel.namelist()) == set()


def test_the_wheel_holds_nothing_beside_the_service(wheel: ZipFile) -> None:
    tops = {name.split("/", 1)[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {*ROOMS, "policies.polar"}


def test_the_wheel_brings_the_command_and_the_licence(wheel: ZipFile) -> None:
    (entry_points,) = [name for name in wheel.namelist() if name.endswith(".dist-info/entry_points.txt")]
    assert "daicho = api.cli.main:main" in wheel.read(entry_points).decode()
    assert any(name.endswith("licenses/LICENSE") for name in wheel.namelist())
