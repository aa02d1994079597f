"""How the graph is made, and what can be asked in it, one file a subject.

Resolvers ask the desk and nothing else; leaves read from a disclosure and do no I/O. Called by the composition root.
"""
