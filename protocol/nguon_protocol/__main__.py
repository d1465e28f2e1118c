"""python -m nguon_protocol: the command nguon-protocol."""

import sys

from nguon_protocol.cli import main

sys.exit(main())
