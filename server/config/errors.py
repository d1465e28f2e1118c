"""What can go wrong when Nguồn is started, told to the person at the terminal in one sentence."""


class StartError(Exception):
    """An expected failure of a command: its text is one sentence that says what to do next."""
