"""`nguon places`: the maps of all days, looked through, asked, and brought in."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from config.cli.offline import ask
from config.errors import StartError
from config.words import tr

app = typer.Typer(add_completion=False, no_args_is_help=True)

Data = Annotated[Path | None, typer.Option("--data", help=tr("help_data"))]
Json = Annotated[bool, typer.Option("--json", help=tr("help_json"))]


@app.command(help=tr("help_places_check"))
def check(data: Data = None, json: Json = False) -> None:
    """This function will run `nguon places check`: status 1 when the maps do not hold together."""
    raise typer.Exit(ask(["places", "check", *(["--json"] if json else [])], data))


@app.command(help=tr("help_places_at"))
def at(
    date: Annotated[str, typer.Option(help=tr("help_places_date"))],
    area: Annotated[str, typer.Option(help=tr("help_places_area"))],
    data: Data = None,
    json: Json = False,
) -> None:
    """This function will run `nguon places at`: one place and what is around and in it on one day."""
    words = ["places", "at", "--date", _day(date), "--area", area]
    raise typer.Exit(ask([*words, *(["--json"] if json else [])], data))


@app.command("import", help=tr("help_places_import"))
def import_maps(data: Data = None, json: Json = False) -> None:
    """This function will run `nguon places import`: what is missing of both maps; again changes nothing."""
    raise typer.Exit(ask(["places", "import", *(["--json"] if json else [])], data))


def _day(text: str) -> str:
    """A day as people write it, as the machine does; refused before a database is started for it."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        with suppress(ValueError):
            return datetime.strptime(text.strip(), form).date().isoformat()  # noqa: DTZ007 - a day, no instant
    raise StartError(tr("bad_day", text=text))
