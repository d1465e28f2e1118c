"""Django's management commands, run in this process."""

import os
import sys

from django.core.management import execute_from_command_line, get_commands

from config.words import tr

NO_SUCH_COMMAND = 78  # EX_CONFIG of sysexits.h


def run_command(arguments: list[str]) -> int:
    """This function will run one management command (name, options) and return its exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    name = arguments[0] if arguments else "help"
    if not name.startswith("-") and name not in {"help", *get_commands()}:
        sys.stderr.write(tr("no_such_command", name=name) + "\n")
        return NO_SUCH_COMMAND
    try:
        execute_from_command_line(["nguon", *arguments])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
