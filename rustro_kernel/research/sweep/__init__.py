"""Thousands of parameter sets at once: compiled rules of the ADX strategy, equal to the engine's.

`Sweeper` plays sets, `layout` says what the compiled code is handed, `orders` and `day` are the
rules of `research.minutes` in compiled form. What those cannot express the engine itself plays.
"""
