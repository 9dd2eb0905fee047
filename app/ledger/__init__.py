"""The ledger: one Merkle tree a station, signed checkpoints, proofs, and a verifier that needs nothing of ours."""
