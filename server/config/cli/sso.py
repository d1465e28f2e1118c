"""`nguon sso`: whether single sign-on would work as it is configured."""

from pathlib import Path
from typing import Annotated

import typer

from config.cli.offline import ask
from config.words import tr

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def sso() -> None:
    """This function will keep `check` a word of its own."""


@app.command(help=tr("help_sso_check"))
def check(
    data: Annotated[Path | None, typer.Option("--data", help=tr("help_data"))] = None,
    json: Annotated[bool, typer.Option("--json", help=tr("help_json"))] = False,
) -> None:
    """This function will run `nguon sso check`: status 0 only if people could sign in."""
    raise typer.Exit(ask(["sso", "check", *(["--json"] if json else [])], data))
