"""What the embedded server refuses to run with, rule by rule."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from persistence.home import StartRefused
from persistence.narrowness import (
    SETTINGS,
    SIGN_IN_RULE,
    check_settings,
    check_sign_in_rules,
    check_socket_folder,
)

pytestmark = pytest.mark.holds("M04")

WIDER = (
    "",
    "local all all trust",
    "local all all peer",
    f"{SIGN_IN_RULE}\nhost all all 0.0.0.0/0 scram-sha-256",
    f"{SIGN_IN_RULE}\nlocal replication all scram-sha-256",
    f"local all nobody trust\n{SIGN_IN_RULE}",
    f"include others.conf\n{SIGN_IN_RULE}",
    f"local all nobody \\\n trust\n{SIGN_IN_RULE}",
)


@pytest.mark.parametrize("rules", WIDER)
def test_rules_that_let_in_anybody_else_are_refused(tmp_path: Path, rules: str) -> None:
    file = tmp_path / "rules.conf"
    file.write_text(rules)

    with pytest.raises(StartRefused, match="these rules and no other"):
        check_sign_in_rules(file)


def test_missing_rules_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match="these rules and no other"):
        check_sign_in_rules(tmp_path / "rules.conf")


def test_comments_and_spaces_change_nothing_about_the_one_rule(tmp_path: Path) -> None:
    file = tmp_path / "rules.conf"
    file.write_text(f"# words\n\n  {SIGN_IN_RULE.replace(' ', '   ')} # more words\n")

    check_sign_in_rules(file)


@pytest.mark.parametrize("mode", [0o710, 0o701, 0o777, 0o740])
def test_a_socket_folder_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    tmp_path.chmod(mode)

    with pytest.raises(StartRefused, match="open to other accounts"):
        check_socket_folder(tmp_path, os.geteuid())


def test_a_socket_folder_of_another_account_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match="must belong to uid"):
        check_socket_folder(tmp_path, os.geteuid() + 1)


def test_a_link_in_the_place_of_the_socket_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)

    with pytest.raises(StartRefused):
        check_socket_folder(tmp_path / "link", os.geteuid())


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_each_required_setting_is_asked_for_by_name(name: str) -> None:
    with pytest.raises(StartRefused, match=rf"{name} = '{SETTINGS[name]}'"):
        check_settings({**SETTINGS, name: "other"}, SETTINGS)


def test_a_setting_that_the_server_does_not_know_is_refused() -> None:
    with pytest.raises(StartRefused):
        check_settings({}, SETTINGS)


def test_the_required_settings_are_accepted_beside_others() -> None:
    check_settings({**SETTINGS, "jit": "off"}, SETTINGS)
