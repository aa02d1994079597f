"""What every test has: the `holds` marker, pytest's own tester, and property tests that repeat exactly."""

from hypothesis import settings

pytest_plugins = ["tests.holds", "tests.postgres", "tests.serving", "tests.commands", "tests.wire", "pytester"]

# The same examples on every run, and no limit by the clock: two cores may be busy with something else.
settings.register_profile("daicho", derandomize=True, deadline=None)
settings.load_profile("daicho")
