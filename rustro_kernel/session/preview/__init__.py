"""What another setting would have done to the day so far.

`course` plays the recorded inputs to an engine with a paper broker of its own; `comparison` holds
two of them beside one another; `work` is the process they run in and `asked` starts it. So neither
the notebook's loop nor trading notices.
"""
