"""`python -m nguon_device`: the same as the command `nguon-device`."""

import sys

from nguon_device.cli import main

sys.exit(main())
