"""What a caller gets over the wire: the graph, signing in, limits, errors, pages, the command line."""
