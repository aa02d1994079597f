"""The wheel holds the whole service and nothing beside it, and is built without a network."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from api.self_check.built import RESULTS, fingerprint
from tests.architecture.source import ROOMS, ROOT, tracked_files

ASSETS = (ROOT / "api" / "pages" / "assets", ROOT / "api" / "printing" / "assets")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    return build(ROOT, tmp_path_factory.mktemp("wheel"))


def build(checkout: Path, target: Path) -> ZipFile:
    """The wheel of a checkout, built into the folder `target`."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(command, cwd=checkout, check=True, capture_output=True)  # noqa: S603 - our own interpreter
    (built,) = target.glob("daicho-*.whl")
    return ZipFile(built)


def test_the_wheel_holds_the_policy(wheel: ZipFile) -> None:
    for name in ("policies.polar", "authz/policy_table.toml", "authz/policy_matrix.csv"):
        assert wheel.read(name) == (ROOT / name).read_bytes()


def test_the_wheel_holds_every_file_of_the_four_rooms(wheel: ZipFile) -> None:
    wanted = {name for name in tracked_files() if Path(name).parts[0] in ROOMS}
    assert wanted - set(wheel.namelist()) == set()


def test_the_wheel_holds_the_assets_that_were_installed(wheel: ZipFile) -> None:
    wanted = {file.relative_to(ROOT).as_posix() for folder in ASSETS for file in folder.rglob("*") if file.is_file()}
    assert wanted - set(wheel.namelist()) == set()


def test_the_wheel_holds_nothing_beside_the_service(wheel: ZipFile) -> None:
    tops = {name.split("/", 1)[0] for name in wheel.namelist()}
    ours = {top for top in tops if not top.endswith(".dist-info")} - {"holds.json"}
    assert ours == {*ROOMS, "policies.polar"}


def test_the_wheel_carries_what_the_tests_said_where_they_have_run(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "README.md", "LICENSE", "policies.polar"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "api").mkdir()
    (tmp_path / RESULTS.name).write_text("{}", "utf-8")
    assert build(tmp_path, tmp_path / "dist").read(RESULTS.name) == b"{}"


def test_what_is_installed_from_the_wheel_knows_itself_for_what_was_tested(wheel: ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    assert fingerprint(tmp_path) == fingerprint(ROOT)


def test_the_wheel_brings_the_command_and_the_licence(wheel: ZipFile) -> None:
    (entry_points,) = [name for name in wheel.namelist() if name.endswith(".dist-info/entry_points.txt")]
    assert "daicho = api.cli.main:main" in wheel.read(entry_points).decode()
    assert any(name.endswith("licenses/LICENSE") for name in wheel.namelist())
