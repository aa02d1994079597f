"""The self-check: what its report makes of criteria and results."""
