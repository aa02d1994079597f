"""One file a step, numbered in their order; a step stays as it was when it ran."""
