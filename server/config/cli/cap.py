"""`nguon cap check`: whether a CAP message is valid, and what it would mean here."""

import os
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from config.cli.offline import ask
from config.errors import StartError
from config.folder import DataFolder
from config.instance import data_folder, running
from config.words import english, tr

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def cap() -> None:
    """This function will keep `check` a word of its own."""


@app.command(help=tr("help_cap_check"))
def check(
    file: Annotated[Path, typer.Argument(help=tr("help_cap_file"))],
    data: Annotated[Path | None, typer.Option("--data", help=tr("help_data"))] = None,
    json: Annotated[bool, typer.Option("--json", help=tr("help_json"))] = False,
) -> None:
    """This function will run `nguon cap check`: status 0 only if the message is valid. Without an
    installation it says all but where, and who decides."""
    words = ["cap", "check", str(file), *(["--json"] if json else [])]
    if running(data) is None and DataFolder(data_folder(data)).found() is None:
        raise typer.Exit(_alone([*words, "--no-map"]))
    raise typer.Exit(ask(words, data))


def _alone(words: list[str]) -> int:
    """The command without a database."""
    os.environ.setdefault("NGUON_LANGUAGE", "en" if english() else "vi")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    management = import_module("django.core.management")
    import_module("django").setup()
    try:
        management.call_command(*words)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except management.CommandError as failure:
        raise StartError(str(failure)) from failure
    return 0
