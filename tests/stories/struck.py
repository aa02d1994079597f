"""`python -m tests.stories.struck MODULE:NAME N …`: the `daicho` command, killed as something is called the Nth time.

It kills itself by SIGKILL, before any of it is done: no cleaning up, no last words.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from functools import reduce
from importlib import import_module
from itertools import count
from typing import Any


def strike(moment: str, nth: int) -> None:
    """Put something deadly in the place of what `MODULE:NAME` names."""
    module, _, name = moment.partition(":")
    *path, last = name.split(".")
    owner: Any = reduce(getattr, path, import_module(module))
    setattr(owner, last, _deadly(getattr(owner, last), nth))


def _deadly(original: Callable[..., Any], nth: int) -> Callable[..., Any]:
    calls = count(1)

    def called(*given: Any, **named: Any) -> Any:
        if next(calls) == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*given, **named)

    return called


if __name__ == "__main__":
    from api.cli.main import main

    strike(sys.argv[1], int(sys.argv[2]))
    sys.argv[:] = ["daicho", *sys.argv[3:]]
    main()
