"""The `daicho` command. A command's module is imported when it is asked for: a token need not wait for the service."""

from __future__ import annotations

import logging
import resource
from importlib import import_module
from keyword import iskeyword

import click

from api import logging_setup

COMMANDS = {
    "serve": "api.cli.serving",
    "token": "api.cli.token",
    "migrate": "api.cli.migrate",
    "import": "api.cli.importing",
    "status": "api.cli.status",
    "ledger": "api.cli.ledger",
    "terminals": "api.cli.terminals",
    "grants": "api.cli.grants",
    "policy": "api.cli.policy",
    "releases": "api.cli.releases",
    "jobs": "api.cli.jobs",
    "codes": "api.cli.codes",
    "certifiers": "api.cli.certifiers",
    "certificates": "api.cli.certificates",
    "keys": "api.cli.keys",
    "backup": "api.cli.backup",
    "restore": "api.cli.restore",
    "self-check": "api.cli.self_check",
}
"""Each command and the module that has it under its name."""


class Commands(click.Group):
    """The commands of `COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, as the help lists them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of them, imported now."""
        if cmd_name not in COMMANDS:
            return None
        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(COMMANDS[cmd_name]), name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """daicho (台帳): a city's resident register behind one GraphQL schema. / 住民基本台帳サービス"""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold the keys, and records with them
    logging_setup.configure(logging.WARNING)
