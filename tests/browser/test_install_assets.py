"""How GraphiQL's assets get in place, with stand-ins for npm that need no network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.pages.install_assets import (
    FONT,
    FONT_LICENCE,
    LICENCES,
    PINNED,
    SCRIPTS,
    STAMP,
    STYLESHEET,
    install,
    is_installed,
    without_fonts,
    without_source_map,
)

FETCHES = "\n".join(
    f"mkdir -p node_modules/$(dirname {path}) && echo fetched > node_modules/{path}"
    for path in (*SCRIPTS.values(), STYLESHEET, FONT, FONT_LICENCE)
)


def npm_that(does: str, folder: Path) -> str:
    """A command that stands in for npm."""
    command = folder / "npm"
    command.write_text(f"#!/bin/sh\n{does}\n", "utf-8")
    command.chmod(0o755)
    return str(command)


@pytest.fixture
def assets(tmp_path: Path) -> Path:
    """Where to install; nothing is there yet."""
    return tmp_path / "assets"


def test_what_npm_fetches_is_put_in_place_with_every_licence(tmp_path: Path, assets: Path) -> None:
    licence = "mkdir -p node_modules/react && echo 'the licence of React' > node_modules/react/LICENSE"
    told = install(npm_that(f"{FETCHES}\n{licence}", tmp_path), assets, assets.parent / "press")
    assert "GraphiQL is installed" in told
    assert {path.name for path in assets.iterdir()} == {*SCRIPTS, "graphiql.css", LICENCES, STAMP}
    assert "react 18.3.1 (MIT)\n\nthe licence of React" in (assets / LICENCES).read_text("utf-8")


def test_the_font_of_documents_goes_to_the_press_with_its_licence(tmp_path: Path, assets: Path) -> None:
    install(npm_that(FETCHES, tmp_path), assets, assets.parent / "press")
    assert {path.name for path in (assets.parent / "press").iterdir()} == {Path(FONT).name, LICENCES}


def test_a_second_run_fetches_nothing(tmp_path: Path, assets: Path) -> None:
    install(npm_that(FETCHES, tmp_path), assets, assets.parent / "press")
    told = install(npm_that("exit 1", tmp_path), assets, assets.parent / "press")
    assert "GraphiQL is in place" in told


def test_assets_of_another_version_are_fetched_anew(tmp_path: Path, assets: Path) -> None:
    install(npm_that(FETCHES, tmp_path), assets, assets.parent / "press")
    (assets / STAMP).write_text("another", "utf-8")
    (assets / "left-over.js").write_text("", "utf-8")
    assert "GraphiQL is installed" in install(npm_that(FETCHES, tmp_path), assets, assets.parent / "press")
    assert not (assets / "left-over.js").exists()


def test_without_npm_nothing_is_installed_and_both_languages_say_so(assets: Path) -> None:
    told = install(None, assets, assets.parent / "press")
    assert "npm was not found" in told
    assert "npm が見つかりません" in told
    assert not assets.exists()


def test_when_npm_fails_its_own_words_are_told(tmp_path: Path, assets: Path) -> None:
    told = install(npm_that("echo registry unreachable >&2; exit 1", tmp_path), assets, assets.parent / "press")
    assert "registry unreachable" in told
    assert "Everything else works" in told
    assert not is_installed(assets)


def test_npm_that_fails_without_a_word_is_no_success(tmp_path: Path, assets: Path) -> None:
    assert "npm ended with 3" in install(npm_that("exit 3", tmp_path), assets, assets.parent / "press")
    assert not is_installed(assets)


def test_the_lock_pins_every_package_and_names_no_address() -> None:
    packages = json.loads((PINNED / "package-lock.json").read_text("utf-8"))["packages"]
    fetched = [package for path, package in packages.items() if path]
    assert fetched
    assert all(package["integrity"].startswith("sha512-") for package in fetched)
    assert not any("resolved" in package for package in fetched)


def test_embedded_fonts_and_pointers_to_source_maps_are_left_out() -> None:
    assert without_fonts("a{b:c}@font-face{src:url(data:font/woff2;base64,AA==)}d{e:f}") == "a{b:c}d{e:f}"
    assert without_source_map("run();\n//# sourceMappingURL=index.umd.js.map") == "run();\n"
