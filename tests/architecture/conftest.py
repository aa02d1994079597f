"""The tests of the building end with a line of its sizes."""

import pytest

from tests.architecture.sizes import sizes_of_the_rooms


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the sizes of the four rooms."""
    terminalreporter.section("sizes of the four rooms")
    terminalreporter.write_line(str(sizes_of_the_rooms()))
