"""`nguon media`: whether the sounds on the disk are still whole."""

from pathlib import Path
from typing import Annotated

import typer

from config.cli.offline import ask
from config.words import tr

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def media() -> None:
    """This function will keep `check` a word of its own: more will come beside it."""


@app.command(help=tr("help_media_check"))
def check(
    data: Annotated[Path | None, typer.Option("--data", help=tr("help_data"))] = None,
    json: Annotated[bool, typer.Option("--json", help=tr("help_json"))] = False,
) -> None:
    """This function will run `nguon media check`: status 0 only if every file is whole."""
    raise typer.Exit(ask(["media", "check", *(["--json"] if json else [])], data))
