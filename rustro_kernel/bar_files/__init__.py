"""Bars as files bring them: any usual format and column name, read into arrays.

One reader with two users: the simulator plays a file and refuses a bad one, the import sieves it.
`raw.read` is the way in.
"""
