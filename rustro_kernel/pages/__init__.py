"""Pages for people: one HTML file each, with its own style and pictures and nothing to load.

Everything here turns values into text and knows no run and no backtest. `Html` is markup that may
be put into a page; every other text is escaped where it enters.
"""
