"""The only floor that touches the world: drivers, the crank, composition, commands.

Start at `session.Session`. `synchronous` drives a simulated day as fast as it can on one thread;
`crank` and its neighbours drive a paced or live one over four threads. `hosting` has the control
socket answered on one more, which nothing waits for; `attached` is the handle at its other end.
"""
