"""`python -m config COMMAND`: Django's own commands, on the running installation when there is one."""

import os
import sys

from config.commands import run_command
from config.instance import adopt, running

if __name__ == "__main__":
    if "DATABASE_URL" not in os.environ and (found := running()):
        adopt(found)
    sys.exit(run_command(sys.argv[1:]))
