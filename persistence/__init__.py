"""Where the register rests.

Belongs here: tables, one thin concrete repository a subject, the unit of work, the ledger store, migrations, the
embedded server. Does not: decisions about who may see what. Imports `domain`; called only by the composition root, the
command line and the loader of the demonstration.
"""
