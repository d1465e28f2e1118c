"""`python -m config COMMAND`: Django's own commands, on the running installation when there is one."""

import os
import sys

from django.core.management import execute_from_command_line

from config.instance import adopt, running
from config.words import english

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("NGUON_LANGUAGE", "en" if english() else "vi")
    if "DATABASE_URL" not in os.environ and (found := running()):
        adopt(found)
    execute_from_command_line(sys.argv)
