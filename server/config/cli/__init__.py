"""The command `nguon`.  Each subcommand is a module of its own, imported only when it is asked for."""

import sys
from importlib import import_module
from io import TextIOWrapper
from types import ModuleType
from typing import Any

from config.errors import StartError
from config.words import tr

# name -> (module, slug of its one-line help in sentences.toml).  The module holds either a typer app called
# `app` (for a command with subcommands) or one function called as the command.
COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("config.cli.up", "help_up"),
    "init": ("config.cli.init", "help_init"),
    "say": ("config.cli.say", "help_say"),
    "relay": ("config.cli.relay", "help_relay"),
    "trust": ("config.cli.trust", "help_trust"),
    "places": ("config.cli.places", "help_places"),
    "journal": ("config.cli.journal", "help_journal"),
    "media": ("config.cli.media", "help_media"),
    "sso": ("config.cli.sso", "help_sso"),
    "mail": ("config.cli.mail", "help_mail"),
    "push": ("config.cli.push", "help_push"),
    "speech": ("config.cli.speech", "help_speech"),
    "cap": ("config.cli.cap", "help_cap"),
    "voices": ("config.cli.voices", "help_voices"),
}


def usage() -> str:
    """This function will return the list of commands."""
    lines = [f"  {name:<10} {tr(slug)}" for name, (_, slug) in COMMANDS.items()]
    return "\n".join([tr("usage"), "", *lines, "", tr("usage_more")])


def _app(module: ModuleType, name: str) -> Any:
    if hasattr(module, "app"):
        return module.app
    typer: Any = import_module("typer")  # not above: `nguon --help` does without
    app = typer.Typer(add_completion=False)
    app.command(name)(getattr(module, name))
    return app


def main(arguments: list[str] | None = None) -> None:
    """This function will run one subcommand and end the process with its status; an expected failure is one
    sentence and status 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Vietnamese letters shows a ? for each
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] in {"--help", "-h", "help"}:
        sys.stdout.write(usage() + "\n")
        sys.exit(0 if given else 2)
    name = given[0]
    if name not in COMMANDS:
        sys.stderr.write(tr("unknown_command", name=name) + "\n")
        sys.exit(2)
    try:
        app = _app(import_module(COMMANDS[name][0]), name)
        sys.exit(app(args=given[1:], prog_name=f"nguon {name}", standalone_mode=False))
    except StartError as failure:
        sys.stderr.write(f"{failure}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if (told := _misused(error, name)) is None:
            raise
        sys.stderr.write(told)
        sys.exit(2)


def _misused(error: Exception, name: str) -> str | None:
    """What to say when the command was not written as it should be; None for any other error.

    typer brings its own copy of click, whose classes have no public name: they are known by what they hold.
    """
    kind = type(error).__name__
    if not hasattr(error, "format_message"):
        return tr("given_up") + "\n" if kind == "Abort" else None
    if kind == "NoArgsIsHelpError":
        return ""  # its help is on the screen
    context = getattr(error, "ctx", None)
    command = context.command_path if context else f"nguon {name}"
    if kind == "MissingParameter":
        reason = tr("usage_missing", name=", ".join(getattr(error, "param").opts))  # noqa: B009 - any error
    elif kind == "NoSuchOption":
        reason = tr("usage_no_option", name=getattr(error, "option_name"))  # noqa: B009
    elif getattr(error, "message", "").startswith("No such command"):
        reason = tr("usage_no_command", name=getattr(error, "message").split("'")[1])  # noqa: B009
    else:
        reason = error.format_message().rstrip(".")
    return tr("usage_wrong", reason=reason, command=command) + "\n"
