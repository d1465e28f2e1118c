"""`nguon mail`: whether notices would go out by e-mail as it is configured."""

from pathlib import Path
from typing import Annotated

import typer

from config.cli.offline import ask
from config.words import tr

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def mail() -> None:
    """This function will keep `check` a word of its own."""


@app.command(help=tr("help_mail_check"))
def check(
    to: Annotated[str, typer.Option(help=tr("help_mail_to"))] = "",
    data: Annotated[Path | None, typer.Option("--data", help=tr("help_data"))] = None,
    json: Annotated[bool, typer.Option("--json", help=tr("help_json"))] = False,
) -> None:
    """This function will run `nguon mail check`: status 0 only if letters would go out."""
    words = [*(["--to", to] if to else []), *(["--json"] if json else [])]
    raise typer.Exit(ask(["mail", "check", *words], data))
