"""What keeps a machine that trades every day in order: logs, backups, room on the disk.

Nothing here may hurt trading: a full disk costs log lines, never a session.
"""
