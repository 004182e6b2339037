"""Indicators: TA-Lib parity, streaming equals array, refusals."""
