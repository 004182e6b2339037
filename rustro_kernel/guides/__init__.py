"""Pages for people: what they ask longer than a docstring answers, and references made of the code.

`configuration.md`, `events.md`, `errors.md`, `commands.md` and `licences.md` are written by
``python -m rustro_kernel.guides.generate`` and held against the code by a test; the others are
written by hand, and the commands in them are run by a test.
"""
