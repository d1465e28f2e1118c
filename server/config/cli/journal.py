"""`nguon journal`: whether the chain of facts is whole."""

from pathlib import Path
from typing import Annotated

import typer

from config.cli.offline import ask
from config.words import tr

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def journal() -> None:
    """This function will keep `verify` a word of its own: more will come beside it."""


@app.command(help=tr("help_journal_verify"))
def verify(
    data: Annotated[Path | None, typer.Option("--data", help=tr("help_data"))] = None,
    json: Annotated[bool, typer.Option("--json", help=tr("help_json"))] = False,
) -> None:
    """This function will run `nguon journal verify`: the head, or the first bad row and status 1."""
    raise typer.Exit(ask(["journal", "verify", *(["--json"] if json else [])], data))
