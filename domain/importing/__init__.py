"""The file format in which a whole register arrives, `daicho-residents/1`: one line a resident.

Belongs here: what a line may say, how it becomes a resident with her versions and measures or the reasons why not, the
format as a JSON Schema. Does not: reading files, writing tables.
"""

FORMAT = "daicho-residents/1"
"""What each line names as its `format`; a later version gets another number."""
