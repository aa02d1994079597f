"""Everything that may happen to a register, at random and in any order: what must hold of it holds after every step."""
