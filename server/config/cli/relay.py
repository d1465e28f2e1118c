"""`nguon relay FILE`: what duty officers signed themselves, carried to the loudspeakers word for word."""

from pathlib import Path
from typing import Annotated

import typer

from config.cli.offline import ask
from config.words import tr


def relay(
    file: Annotated[Path, typer.Argument(help=tr("help_relay_file"))],
    data: Annotated[Path | None, typer.Option("--data", help=tr("help_data"))] = None,
    json: Annotated[bool, typer.Option("--json", help=tr("help_json"))] = False,
) -> None:
    """This function will run `nguon relay FILE`: status 1 and one sentence when no loudspeaker would obey."""
    raise typer.Exit(ask(["relay", str(file.absolute()), *(["--json"] if json else [])], data))
