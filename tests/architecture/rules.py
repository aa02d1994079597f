"""The house's own lint rules: each a function from a module to its findings, `path:line: what is wrong`.

They say what ruff and mypy cannot: what one room may not do, and that an exception to a rule carries its reason.
test_rules.py shows each one a snippet that breaks it.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Callable, Iterator

from tests.architecture.source import Function, Module

Findings = Iterator[str]
Rule = Callable[[Module], Findings]

LIBRARIES_OF_A_ROOM = {
    "domain": {"domain", "jaconv", "orjson", "regex"},
    "authz": {"authz", "domain", "oso"},
}
"""What a room may import beside the standard library."""

# fmt: off
OUTSIDE_WORLD = frozenset({
    "asyncio", "http", "io", "logging", "multiprocessing", "os", "pathlib", "shutil", "socket", "sqlite3", "ssl",
    "subprocess", "tempfile", "threading",
})
# fmt: on
"""Parts of the standard library that reach out of the process, or depend on it."""

CLOCKS_AND_CHANCE = re.compile(
    r"datetime\.(datetime\.(now|utcnow|today)|date\.today)"
    r"|time\.(time|time_ns|monotonic|monotonic_ns|perf_counter|localtime|gmtime)"
    r"|uuid\.uuid[1-8]|os\.urandom|(random|secrets)\.\w+"
)

BROAD = frozenset({"Exception", "BaseException"})

SWITCHED_OFF = re.compile(
    r"#\s*(?:(?:ruff:\s*)?noqa(?P<noqa>:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?"
    r"|type:\s*ignore(?P<ignore>\[[\w, -]+\])?)(?![\w\[])"
)
TWO_WORDS = re.compile(r"\w{2,}\W+\w{2,}")


def imports_only_its_libraries(module: Module) -> Findings:
    """The pure rooms import the standard library, the rooms further in, and the few libraries named here."""
    allowed = LIBRARIES_OF_A_ROOM.get(module.room)
    for line, name in module.imports():
        top = name.split(".", 1)[0]
        if allowed is not None and top not in allowed and top not in sys.stdlib_module_names:
            yield f"{module.path}:{line}: {module.room} imports {top}"


def reaches_for_nothing_outside(module: Module) -> Findings:
    """The domain does no I/O: it neither opens files nor imports what could."""
    if module.room != "domain":
        return
    for line, name in module.imports():
        if name.split(".", 1)[0] in OUTSIDE_WORLD:
            yield f"{module.path}:{line}: imports {name}"
    for line, name in _names_used(module):
        if name in {"open", "input"}:
            yield f"{module.path}:{line}: uses {name}"


def takes_time_and_chance_as_arguments(module: Module) -> Findings:
    """The pure rooms have no clock, no chance and no ids of their own."""
    if module.room not in LIBRARIES_OF_A_ROOM:
        return
    for line, name in _names_used(module):
        if CLOCKS_AND_CHANCE.fullmatch(name):
            yield f"{module.path}:{line}: uses {name}"


def leaves_oso_to_the_policy(module: Module) -> Findings:
    """authz/policy.py is the only import of oso."""
    for line, name in module.imports():
        if name.split(".", 1)[0] in {"oso", "polar"} and module.path != "authz/policy.py":
            yield f"{module.path}:{line}: imports {name}"


def prints_only_at_the_command_line(module: Module) -> Findings:
    """Nothing writes to standard output but the command line."""
    if module.path.startswith("api/cli/"):
        return
    for line, name in _names_used(module):
        if name == "print":
            yield f"{module.path}:{line}: prints"


def catches_narrowly(module: Module) -> Findings:
    """A bare or broad `except` says why on its line, and none of any kind only passes."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        comment = module.lines[node.lineno - 1].partition("#")[2]
        if _is_broad(node.type) and not _has_reason(f"#{comment}"):
            yield f"{module.path}:{node.lineno}: a broad except without its reason"
        if all(_does_nothing(statement) for statement in node.body):
            yield f"{module.path}:{node.lineno}: an except that only passes"


def suppresses_narrowly(module: Module) -> Findings:
    """`suppress(Exception)` is a broad except too."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or not ast.unparse(node.func).endswith("suppress"):
            continue
        if any(_is_broad(argument) for argument in node.args):
            yield f"{module.path}:{node.lineno}: a broad suppress"


def explains_each_exception(module: Module) -> Findings:
    """What switches a rule off (`# noqa`, `# type: ignore`) names the rule and gives the reason on the same line."""
    for line, comment in _comments(module):
        switch = SWITCHED_OFF.search(comment)
        if switch is None:
            continue
        if not (switch["noqa"] or switch["ignore"]):
            yield f"{module.path}:{line}: switches off every rule: {comment}"
        elif not _has_reason(comment):
            yield f"{module.path}:{line}: gives no reason: {comment}"


def documents_what_is_public(module: Module) -> Findings:
    """Public classes, functions and methods have a docstring."""
    public = _public(module.tree.body)
    methods = [method for node in public if isinstance(node, ast.ClassDef) for method in _public(node.body)]
    for node in [*public, *methods]:
        if not ast.get_docstring(node):
            yield f"{module.path}:{node.lineno}: {node.name} has no docstring"


RULES: tuple[Rule, ...] = (
    imports_only_its_libraries,
    reaches_for_nothing_outside,
    takes_time_and_chance_as_arguments,
    leaves_oso_to_the_policy,
    prints_only_at_the_command_line,
    catches_narrowly,
    suppresses_narrowly,
    explains_each_exception,
    documents_what_is_public,
)


def _names_used(module: Module) -> Iterator[tuple[int, str]]:
    """Line and full name of every name and attribute, with what it was imported as undone."""
    imported = _imported_names(module.tree)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name | ast.Attribute):
            first, *rest = ast.unparse(node).split(".")
            yield node.lineno, ".".join([imported.get(first, first), *rest])


def _imported_names(tree: ast.Module) -> dict[str, str]:
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _comments(module: Module) -> Iterator[tuple[int, str]]:
    tokens = tokenize.generate_tokens(io.StringIO(module.text).readline)
    return ((token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT)


def _has_reason(comment: str) -> bool:
    return TWO_WORDS.search(SWITCHED_OFF.sub("", comment)) is not None


def _is_broad(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(_is_broad(each) for each in caught.elts)
    return caught is None or ast.unparse(caught) in BROAD


def _does_nothing(statement: ast.stmt) -> bool:
    is_ellipsis = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return is_ellipsis or isinstance(statement, ast.Pass)


def _public(body: list[ast.stmt]) -> list[ast.ClassDef | Function]:
    return [node for node in body if isinstance(node, ast.ClassDef | Function) and _is_public(node)]


def _is_public(node: ast.ClassDef | Function) -> bool:
    decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
    is_second_part = any(name.endswith((".setter", "overload")) for name in decorators)
    return not node.name.startswith("_") and not is_second_part
