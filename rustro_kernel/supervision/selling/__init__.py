"""Selling what a session holds when no session can: a broker client of its own, and nothing else.

`ours` (what belongs to the session), `rounds` (what is done in this second) and `prices` decide and
touch nothing; `seller` asks the broker, and `sell` puts it together. There is no engine, no stream
and no strategy here: what has gone wrong with those must not go wrong with this.
"""
