"""The operations that the reviewers' page sends, read from its own script."""

from __future__ import annotations

import re
from pathlib import Path

import api.pages

SCRIPT = Path(api.pages.__file__).parent / "reviewer" / "static" / "questions.js"
QUESTIONS = dict(re.findall(r"export const (\w+) = `(.*?)`;", SCRIPT.read_text("utf-8"), re.DOTALL))
"""By the name that the script gives each."""
