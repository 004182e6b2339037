"""Telling a person elsewhere: what is told, how often, and the channels it goes through.

Whoever tells never waits and never fails: each channel has a queue that is bounded and a thread of
its own, so that one that is dead, or never answers, keeps nobody waiting but itself.
"""
