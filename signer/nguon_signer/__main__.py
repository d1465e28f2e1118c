"""`python -m nguon_signer`: the same as the command `nguon-signer`."""

import sys

from nguon_signer.cli import main

sys.exit(main())
