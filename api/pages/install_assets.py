"""Puts GraphiQL's own assets and the font of printed documents in place.

`python -m api.pages.install_assets`, run by `make install`.

npm fetches what graphiql/package-lock.json pins into a scratch folder; of that, three scripts, one stylesheet and all
licences are copied into assets/, one font with its licence to the press; neither is committed. A second run finds them
and does nothing. Without npm it says so and ends well: everything but the page works, and documents can be printed once
DAICHO_FONT_FILES names a font.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

HERE = Path(__file__).parent
PINNED = HERE / "graphiql"
ASSETS = HERE / "assets"

SCRIPTS = {
    "react.js": "react/umd/react.production.min.js",
    "react-dom.js": "react-dom/umd/react-dom.production.min.js",
    "graphiql.js": "graphiql/graphiql.min.js",
}
STYLESHEET = "graphiql/graphiql.min.css"
PRESS = HERE.parent / "printing" / "assets"
FONT = "@expo-google-fonts/noto-serif-jp/400Regular/NotoSerifJP_400Regular.ttf"
FONT_LICENCE = "@expo-google-fonts/noto-serif-jp/LICENSE_FONT"
STAMP = "installed.txt"
LICENCES = "LICENCES.txt"

FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)

MISSING = """\
GraphiQL and the font of printed documents are not installed: {reason}
Everything else works. With Node and npm, run `make install` again to have the page at /graphiql and to print documents;
for these, naming fonts of your own in DAICHO_FONT_FILES is enough.
GraphiQL と証明書等の印刷用フォントはインストールされませんでした（{reason_ja}）。
ほかの機能はすべて使えます。Node と npm を用意して `make install` を再実行すると、/graphiql と証明書等の印刷が
使えるようになります。印刷は、DAICHO_FONT_FILES に手持ちのフォントを指定するだけでも使えます。
"""


def main() -> None:
    """Install what is not there yet, and say what was done."""
    click.echo(install(shutil.which("npm")), nl=False)


def install(npm: str | None, assets: Path = ASSETS, press: Path = PRESS) -> str:
    """Put the assets in place with this npm; returns what a person should read."""
    if is_installed(assets):
        return "GraphiQL is in place. / GraphiQL はインストール済みです。\n"
    if npm is None:
        return MISSING.format(reason="npm was not found.", reason_ja="npm が見つかりません")
    with tempfile.TemporaryDirectory() as scratch:
        failure = _fetch(npm, Path(scratch))
        if failure:
            return failure + MISSING.format(reason="npm failed.", reason_ja="npm が失敗しました")
        _put_font(Path(scratch), press)
        _replace(Path(scratch), assets)
    return "GraphiQL is installed. / GraphiQL をインストールしました。\n"


def is_installed(assets: Path = ASSETS) -> bool:
    """Whether the assets are there and are what this version pins."""
    stamp = assets / STAMP
    return stamp.is_file() and stamp.read_text("utf-8") == fingerprint()


def fingerprint() -> str:
    """What the assets follow from: the lock file and this module."""
    sources = (PINNED / "package-lock.json", Path(__file__))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def _fetch(npm: str, folder: Path) -> str:
    """Have npm fill `folder`; returns what it said and ended with when it failed, nothing when it did not."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(PINNED / name, folder / name)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    return f"{done.stderr}npm ended with {done.returncode}.\n" if done.returncode else ""


def _replace(fetched: Path, assets: Path) -> None:
    """Make `assets` anew; the stamp goes last, so that a broken run is no installation."""
    modules = fetched / "node_modules"
    shutil.rmtree(assets, ignore_errors=True)
    assets.mkdir(parents=True)
    for target, source in SCRIPTS.items():
        (assets / target).write_text(without_source_map((modules / source).read_text("utf-8")), "utf-8")
    (assets / "graphiql.css").write_text(without_fonts((modules / STYLESHEET).read_text("utf-8")), "utf-8")
    (assets / LICENCES).write_text("\n".join(_licences(fetched)), "utf-8")
    (assets / STAMP).write_text(fingerprint(), "utf-8")


def _put_font(fetched: Path, press: Path) -> None:
    modules = fetched / "node_modules"
    shutil.rmtree(press, ignore_errors=True)
    press.mkdir(parents=True)
    shutil.copy(modules / FONT, press / Path(FONT).name)
    shutil.copy(modules / FONT_LICENCE, press / LICENCES)


def without_source_map(script: str) -> str:
    """The script without its pointer to a map that is not shipped."""
    return SOURCE_MAP.sub("", script)


def without_fonts(stylesheet: str) -> str:
    """The stylesheet without its embedded fonts.

    They would need `font-src data:` in the page's policy and another licence in the wheel, and hold no Japanese.
    """
    return FONT_FACE.sub("", stylesheet)


def _licences(fetched: Path) -> Iterator[str]:
    """Name, version and licence text of every package that the lock names: GraphiQL's script bundles most of them."""
    packages = json.loads((fetched / "package-lock.json").read_text("utf-8"))["packages"]
    for path, package in packages.items():
        if path:
            name = path.rpartition("node_modules/")[2]
            yield f"{'=' * 80}\n{name} {package['version']} ({package.get('license', 'see its text')})\n"
            yield from (text.read_text("utf-8") for text in sorted((fetched / path).glob("LICEN[SC]E*")))


if __name__ == "__main__":
    main()
