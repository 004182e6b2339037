"""Strategies of one's own: typed in a cell, kept in a file, loaded where nobody is.

`source` finds the text of what was typed, `standalone` makes a file of it that needs nothing from
the notebook, `file` saves and loads such files, and `chosen` says which strategy a configuration
means.
"""
