"""The child of `telling.Person`: `python -m tests.faults.person`, one JSON question and answer a line."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402  after the set-up
from django.db import close_old_connections, connection  # noqa: E402

from nguon.accounts.queries import user_named  # noqa: E402
from nguon.console import saying  # noqa: E402
from nguon.console.management.commands.say import target_named  # noqa: E402
from nguon.devices import actions as fleet  # noqa: E402
from nguon.devices.models import Device  # noqa: E402
from nguon.kernel.clock import now  # noqa: E402
from nguon.ui.outage import outage_of  # noqa: E402


def say(text: str, targets: list[str], at: float | None) -> str:
    words = saying.Words(
        title=text[:60],
        text=text,
        targets=tuple(target_named(name) for name in targets),
        starts_at=datetime.fromtimestamp(at, UTC) if at else None,
    )
    revision = saying.write(words, user_named("lan"), 20)
    saying.approve(revision, user_named("minh"))
    return str(revision.bulletin_id)


def enrol(folders: list[str]) -> None:
    call_command("approve_claims", *folders, "--seconds", "240", stdout=sys.stderr)


def revoke(device: str) -> None:
    found = Device.objects.get(pk=device)
    fleet.revoke(device=found, last_receipt=10**9, reason="Hết thử", by=user_named("tuan"), at=now())


def relay(file: str) -> None:
    call_command("relay", file, stdout=sys.stderr)


ABLE: dict[str, Callable[..., Any]] = {"say": say, "enrol": enrol, "revoke": revoke, "relay": relay}


def main() -> None:
    for line in sys.stdin:
        question = json.loads(line)
        if question["do"] == "end":
            return
        close_old_connections()  # the database may have been killed since
        try:
            answer = {"done": ABLE[question.pop("do")](**question)}
        except Exception as error:  # whatever a person would be shown
            outage = outage_of(error)
            answer = {"error": str(outage.sentence) if outage else f"{type(error).__name__}: {error}"}
            connection.close()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
