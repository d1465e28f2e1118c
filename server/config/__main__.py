"""`python -m config COMMAND`: Django's own commands, on the running installation when there is one."""

import os
import sys

from django.core.management import execute_from_command_line, get_commands

from config.instance import adopt, running
from config.words import tr

NO_SUCH_COMMAND = 78  # EX_CONFIG of sysexits.h


def main(arguments: list[str]) -> int:
    """This function will run one management command and return the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if "DATABASE_URL" not in os.environ and (found := running()):
        adopt(found)
    if (
        len(arguments) > 1
        and not arguments[1].startswith("-")
        and arguments[1] not in {"help", *get_commands()}
    ):
        sys.stderr.write(tr("no_such_command", name=arguments[1]) + "\n")
        return NO_SUCH_COMMAND
    execute_from_command_line(arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
