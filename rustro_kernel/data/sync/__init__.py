"""History from the broker into the bar store: what is missing is asked for, and nothing else.

`plan` finds the days to read, `book` remembers when which day was read, `judging` makes bars of
candles, `work` does one piece after the other, `report` says what came of it. Only 1m bars are
read: longer ones are made of them when they are wanted, exactly as a session makes its own.
"""
