"""The ledger's tree, proofs, notes and verification."""
