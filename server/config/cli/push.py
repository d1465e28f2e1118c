"""`nguon push`: whether browsers would be told at once as it is configured."""

from pathlib import Path
from typing import Annotated

import typer

from config.cli.offline import ask
from config.words import tr

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def push() -> None:
    """This function will keep `check` a word of its own."""


@app.command(help=tr("help_push_check"))
def check(
    to: Annotated[str, typer.Option(help=tr("help_push_to"))] = "",
    data: Annotated[Path | None, typer.Option("--data", help=tr("help_data"))] = None,
    json: Annotated[bool, typer.Option("--json", help=tr("help_json"))] = False,
) -> None:
    """This function will run `nguon push check`: status 0 only if browsers would be told."""
    words = [*(["--to", to] if to else []), *(["--json"] if json else [])]
    raise typer.Exit(ask(["push", "check", *words], data))
