"""自己点検: what the city's assessment asks of daicho, and what the tests last said of it.

Belongs here: the criteria (the assessment's measures and functions, and the attack and fault cases) as data, the
results of the tests that name them, and the report made of both. Does not: tests, and anything that reads the register.
Called by the command line; the tests read the same criteria and write the results.
"""
