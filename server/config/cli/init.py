"""`nguon init`: a real installation, its first administrator, its own keys."""

import enum
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from config.instance import data_folder
from config.supervisor.install import Order, install
from config.supervisor.show import Show
from config.words import tr

app = typer.Typer(add_completion=False)


class Role(enum.StrEnum):
    """The two roles of an installation."""

    PROVINCE = "province"
    CENTRE = "centre"


def _password() -> str:
    given = os.environ.get("NGUON_ADMIN_PASSWORD", "")
    if given or not sys.stdin.isatty():
        return given
    asked: str = typer.prompt(
        tr("ask_password"), default="", show_default=False, hide_input=True, confirmation_prompt=True
    )
    return asked


@app.command(help=tr("help_init"))
def init(
    role: Annotated[Role, typer.Option(help=tr("help_role"))],
    area: Annotated[str, typer.Option(help=tr("help_area"))],
    admin: Annotated[str, typer.Option(help=tr("help_admin"))],
    data: Annotated[Path | None, typer.Option(help=tr("help_data"))] = None,
    name: Annotated[str, typer.Option(help=tr("help_name"))] = "",
) -> None:
    """This function will run `nguon init` and end with its status."""
    order = Order(data_folder(data), role.value, area, admin, name, _password())
    raise typer.Exit(install(order, Show()))
