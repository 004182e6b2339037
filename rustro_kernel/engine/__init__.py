"""The pure engine: numbered inputs in, events and effects out.

`engine.py` routes, `world.py` is what every part is handed, `state.py` is all there is to store.
The way of a tick: `quotes` -> `bars` -> `boundary` -> `analysis`, `technical`, `entries` ->
`intents` -> (broker) -> `fills` -> `positions` -> `exits`.
"""
