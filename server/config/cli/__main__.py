"""`python -m config.cli` is `nguon`."""

from config.cli import main

main()
