"""`nguon trust`: whoever sits at the signer's machine vouches for the first administrator's security key."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from config.engines.process import PYTHON
from config.errors import StartError
from config.folder import DataFolder
from config.instance import use_running
from config.words import tr

app = typer.Typer(add_completion=False)


@app.command(help=tr("help_trust"))
def trust(
    user: Annotated[str, typer.Option(help=tr("help_trust_user"))],
    words: Annotated[str, typer.Option(help=tr("help_trust_words"))] = "",
    data: Annotated[Path | None, typer.Option(help=tr("help_data"))] = None,
) -> None:
    """This function will hand the person's newest key to the signer's store, when the words agree."""
    found = use_running(data)
    given = words or str(typer.prompt(tr("ask_words")))
    asked = [*PYTHON, "-m", "config", "passkey_card", user]
    card = subprocess.run(asked, capture_output=True, text=True, check=False)
    if card.returncode != 0:
        raise StartError((card.stderr.strip() or "?").splitlines()[-1])
    store = DataFolder(Path(found.data)).signer
    command = [*PYTHON, "-m", "nguon_signer", "passkey", "trust", "--store", str(store), "--words", given]
    done = subprocess.run(command, input=card.stdout, capture_output=True, text=True, check=False)
    sys.stdout.write(done.stdout)
    sys.stderr.write(done.stderr)
    raise typer.Exit(done.returncode)
