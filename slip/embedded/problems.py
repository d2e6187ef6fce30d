"""What went wrong, in one sentence for the person at the keyboard."""


class Problem(Exception):
    """Something the person can act on. The message is one plain sentence; no traceback is shown with it."""
