"""The `daicho` command, one file a group of commands.

A command acts as a system caller and stands in the ledger like any other, refused ones too. With the composition root
it may build what `persistence` offers; nothing but the demonstration's loader and tests import it.
"""
