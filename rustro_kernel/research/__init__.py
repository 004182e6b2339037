"""Research: backtests, their figures, and what keeps them honest. Never part of the live path."""
