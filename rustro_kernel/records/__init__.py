"""What is kept of a run: inputs, ticks, the ledger, and everything folded from them."""
