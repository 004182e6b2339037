"""The control channel: a unix socket through which other processes watch and command a session.

`places` says where the socket is, `messages` and `status` what is said over it, `server` answers
on a thread of its own, and `client` asks. Nothing here decides: a command becomes an input like
every other one.
"""
