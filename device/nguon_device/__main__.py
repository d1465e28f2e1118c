"""`python -m nguon_device` is `nguon-device`."""

import sys

from nguon_device.cli import main

if __name__ == "__main__":
    sys.exit(main())
