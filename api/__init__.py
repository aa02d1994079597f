"""Every wire: what others call and what we call.

Belongs here: the composition root, settings, authentication, the graph, the pages, the links to counterparts, the
command line. Does not: rules of the register or of who may see what. May import every room; no room imports it.
"""
