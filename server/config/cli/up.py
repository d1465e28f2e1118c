"""`nguon up`: start everything on one data folder, run the demo when the folder is a demo."""

from pathlib import Path
from typing import Annotated

import typer

from config.instance import data_folder
from config.supervisor.show import Show
from config.supervisor.up import Options
from config.supervisor.up import up as run
from config.words import tr

app = typer.Typer(add_completion=False)


@app.command(help=tr("help_up"))
def up(
    data: Annotated[Path | None, typer.Option(help=tr("help_data"))] = None,
    host: Annotated[str, typer.Option(help=tr("help_host"))] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(min=1, max=65535, help=tr("help_port"))] = None,
    once: Annotated[bool, typer.Option("--once", help=tr("help_once"))] = False,
    no_demo_speakers: Annotated[
        bool, typer.Option("--no-demo-speakers", help=tr("help_no_speakers"))
    ] = False,
    no_demo_bridge: Annotated[bool, typer.Option("--no-demo-bridge", help=tr("help_no_bridge"))] = False,
    tls_cert: Annotated[Path | None, typer.Option(help=tr("help_tls_cert"))] = None,
    tls_key: Annotated[Path | None, typer.Option(help=tr("help_tls_key"))] = None,
    timeout: Annotated[float, typer.Option(min=1, help=tr("help_timeout"))] = 300,
) -> None:
    """This function will run `nguon up` and end with its status."""
    options = Options(
        data_folder(data), host, port, once, not no_demo_speakers, not no_demo_bridge, timeout, tls_cert,
        tls_key,
    )  # fmt: skip
    raise typer.Exit(run(options, Show()))
