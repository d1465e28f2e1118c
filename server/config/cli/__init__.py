"""The command `nguon`.  Each subcommand is a module of its own, imported only when it is asked for."""

import sys
from importlib import import_module

from config.words import tr

# name -> (module with a typer app called `app`, slug of its one-line help in sentences.toml)
COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("config.cli.up", "help_up"),
    "init": ("config.cli.init", "help_init"),
}


def usage() -> str:
    """This function will return the list of commands."""
    lines = [f"  {name:<10} {tr(slug)}" for name, (_, slug) in COMMANDS.items()]
    return "\n".join([tr("usage"), "", *lines, "", tr("usage_more")])


def main(arguments: list[str] | None = None) -> None:
    """This function will run one subcommand and end the process with its status."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] in {"--help", "-h", "help"}:
        sys.stdout.write(usage() + "\n")
        sys.exit(0 if given else 2)
    if given[0] not in COMMANDS:
        sys.stderr.write(tr("unknown_command", name=given[0]) + "\n")
        sys.exit(2)
    module, _ = COMMANDS[given[0]]
    app = import_module(module).app
    app(args=given[1:], prog_name=f"nguon {given[0]}")
