"""A day of the market, made from stored minute bars or from a seed."""
