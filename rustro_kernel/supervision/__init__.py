"""Unattended: starts each day's session, watches that it works, and acts when it does not.

`agenda` (which day is next), `watch` (is this session working) and `policy` (what to do about it)
decide and touch nothing; `selling` holds what is sold when nobody else can, with the same division.
`serve` and what it is made of do processes, clocks and sockets.

The session is a child process in a process group of its own. If the supervisor is killed, the
session goes on; a supervisor started again finds it by its lock and watches on. Under systemd the
session is killed with the supervisor (`KillMode=mixed`), and the restarted one recovers it.
"""
