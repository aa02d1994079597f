"""The house's own lint rules catch what they are for, let pass what they should, and find nothing in the house."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.architecture import rules
from tests.architecture.rules import RULES, Findings
from tests.architecture.source import ROOMS, Module, modules

SWITCH = "# no" + "qa"  # in two parts, so that ruff does not take these snippets' comments for this file's
IGNORE = "# type: ig" + "nore"


class Snippet(NamedTuple):
    rule: str
    path: str
    text: str


BROKEN = [
    Snippet("imports_only_its_libraries", "domain/it.py", "import requests"),
    Snippet("imports_only_its_libraries", "domain/it.py", "from authz.callers import Caller"),
    Snippet("imports_only_its_libraries", "authz/it.py", "def f():\n    import sqlalchemy"),
    Snippet("reaches_for_nothing_outside", "domain/it.py", "from pathlib import Path"),
    Snippet("reaches_for_nothing_outside", "domain/it.py", "text = open('it').read()"),
    Snippet("takes_time_and_chance_as_arguments", "domain/it.py", "from datetime import datetime\ndatetime.now()"),
    Snippet("takes_time_and_chance_as_arguments", "domain/it.py", "import datetime as dt\ndt.date.today()"),
    Snippet("takes_time_and_chance_as_arguments", "authz/it.py", "import time\ntime.time()"),
    Snippet("takes_time_and_chance_as_arguments", "authz/it.py", "from uuid import uuid4 as new\nmake(id=new)"),
    Snippet("takes_time_and_chance_as_arguments", "domain/it.py", "import random\nrandom.choice([1])"),
    Snippet("takes_time_and_chance_as_arguments", "domain/it.py", "from secrets import token_hex\ntoken_hex()"),
    Snippet("leaves_oso_to_the_policy", "authz/desk.py", "from oso import Oso"),
    Snippet("leaves_oso_to_the_policy", "api/app.py", "def f():\n    import polar.exceptions"),
    Snippet("prints_only_at_the_command_line", "api/app.py", "print('hello')"),
    Snippet("prints_only_at_the_command_line", "persistence/it.py", "write = print"),
    Snippet("catches_narrowly", "api/it.py", "try:\n    f()\nexcept:\n    g()"),
    Snippet("catches_narrowly", "api/it.py", "try:\n    f()\nexcept Exception:\n    g()"),
    Snippet("catches_narrowly", "api/it.py", f"try:\n    f()\nexcept Exception:  {SWITCH}: BLE001\n    g()"),
    Snippet("catches_narrowly", "api/it.py", "try:\n    f()\nexcept (ValueError, BaseException):\n    g()"),
    Snippet("catches_narrowly", "api/it.py", "try:\n    f()\nexcept ValueError:\n    pass"),
    Snippet("suppresses_narrowly", "api/it.py", "with contextlib.suppress(Exception):\n    f()"),
    Snippet("explains_each_exception", "api/it.py", f"import os  {SWITCH}"),
    Snippet("explains_each_exception", "api/it.py", f"import os  {SWITCH}: F401"),
    Snippet("explains_each_exception", "api/it.py", f"f()  {IGNORE}"),
    Snippet("explains_each_exception", "api/it.py", f"f()  {IGNORE}[arg-type]"),
    Snippet("documents_what_is_public", "api/it.py", "def f():\n    return 1"),
    Snippet(
        "documents_what_is_public", "api/it.py", "class A:\n    '''It.'''\n    async def f(self):\n        return 1"
    ),
]

SOUND = [
    Snippet(
        "imports_only_its_libraries", "domain/it.py", "import datetime\nimport regex\nfrom domain.items import Item"
    ),
    Snippet("imports_only_its_libraries", "persistence/it.py", "import sqlalchemy"),
    Snippet("reaches_for_nothing_outside", "persistence/it.py", "from pathlib import Path"),
    Snippet(
        "takes_time_and_chance_as_arguments", "domain/it.py", "from datetime import datetime\ndatetime(2020, 1, 1)"
    ),
    Snippet("takes_time_and_chance_as_arguments", "domain/it.py", "import datetime\ndatetime.time(1, 2)"),
    Snippet("takes_time_and_chance_as_arguments", "api/it.py", "import time\ntime.time()"),
    Snippet("leaves_oso_to_the_policy", "authz/policy.py", "from oso import Oso"),
    Snippet("prints_only_at_the_command_line", "api/cli/main.py", "print('hello')"),
    Snippet("catches_narrowly", "api/it.py", "try:\n    f()\nexcept ValueError:\n    g()"),
    Snippet(
        "catches_narrowly",
        "api/it.py",
        f"try:\n    f()\nexcept Exception:  {SWITCH}: BLE001 - oso's errors carry text, so none gets out\n    g()",
    ),
    Snippet("suppresses_narrowly", "api/it.py", "with contextlib.suppress(ValueError):\n    f()"),
    Snippet("explains_each_exception", "api/it.py", f"import os  {SWITCH}: F401, E402 - it registers itself"),
    Snippet("explains_each_exception", "api/it.py", f"f()  {IGNORE}[arg-type]  # its stubs are wrong"),
    Snippet("documents_what_is_public", "api/it.py", "def _f():\n    return 1\ndef f():\n    '''It.'''"),
]


def findings(snippet: Snippet) -> list[str]:
    """What the rule finds in the snippet."""
    rule: Findings = getattr(rules, snippet.rule)(Module(snippet.path, snippet.text))
    return list(rule)


@pytest.mark.parametrize("snippet", BROKEN, ids=lambda each: each.rule)
def test_a_rule_finds_what_breaks_it(snippet: Snippet) -> None:
    assert findings(snippet)


@pytest.mark.parametrize("snippet", SOUND, ids=lambda each: each.rule)
def test_a_rule_lets_pass_what_keeps_it(snippet: Snippet) -> None:
    assert findings(snippet) == []


def test_every_rule_has_a_snippet_that_breaks_it() -> None:
    assert {rule.__name__ for rule in RULES} == {snippet.rule for snippet in BROKEN}


@pytest.mark.parametrize("rule", RULES, ids=lambda each: each.__name__)
def test_the_house_keeps_the_rule(rule: rules.Rule) -> None:
    found = [finding for module in modules(*ROOMS) for finding in rule(module)]
    assert found == [], "\n" + "\n".join(found)


@pytest.mark.parametrize("rule", [rules.catches_narrowly, rules.suppresses_narrowly, rules.explains_each_exception])
def test_the_tests_keep_the_rules_for_exceptions_too(rule: rules.Rule) -> None:
    found = [finding for module in modules("tests") for finding in rule(module)]
    assert found == [], "\n" + "\n".join(found)
