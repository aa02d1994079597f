"""What is true of the register itself, with no store and no wire."""
