"""Runs without a browser: the session's notebook, executed by papermill."""
