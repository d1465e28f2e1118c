"""`nguon journal`: whether the chain of facts is whole, and the heads that the signer has signed."""

from pathlib import Path
from typing import Annotated

import typer

from config.cli.offline import ask
from config.words import tr

app = typer.Typer(add_completion=False, no_args_is_help=True)
Data = Annotated[Path | None, typer.Option("--data", help=tr("help_data"))]
Json = Annotated[bool, typer.Option("--json", help=tr("help_json"))]
Folder = Annotated[Path | None, typer.Option("--heads", help=tr("help_journal_folder"))]
To = Annotated[Path | None, typer.Option("--to", help=tr("help_journal_folder"))]


@app.command(help=tr("help_journal_verify"))
def verify(data: Data = None, json: Json = False, heads: Folder = None) -> None:
    """This function will run `nguon journal verify`: the head, or the first bad row and status 1."""
    raise typer.Exit(_ask("verify", data, json, heads))


@app.command(help=tr("help_journal_heads"))
def heads(data: Data = None, json: Json = False) -> None:
    """This function will run `nguon journal heads`: each signed head with its row and hash."""
    raise typer.Exit(_ask("heads", data, json, None))


@app.command(help=tr("help_journal_export"))
def export(data: Data = None, json: Json = False, to: To = None) -> None:
    """This function will run `nguon journal export`: the heads as files, to be kept elsewhere."""
    raise typer.Exit(_ask("export", data, json, to))


def _ask(what: str, data: Path | None, json: bool, folder: Path | None) -> int:
    named = ["--heads", str(folder.absolute())] if folder else []
    return ask(["journal", what, *(["--json"] if json else []), *named], data)
