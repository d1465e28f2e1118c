"""For commands of `nguon` that work on the running installation."""

from pathlib import Path

from config.commands import run_command
from config.instance import use_running


def manage(arguments: list[str], data: str = "") -> int:
    """This function will run a management command in this process on the installation that runs on the data
    folder, and return its exit status; StartError when none runs."""
    use_running(Path(data) if data else None)
    return run_command(arguments)
