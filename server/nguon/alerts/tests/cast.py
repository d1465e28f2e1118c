"""Templates and alerts of the tests, and both signers without their sockets."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from nguon.accounts.models import User
from nguon.alerts import actions
from nguon.alerts.models import Alert, Template
from nguon.alerts.states import Hazard, Kind, Level
from nguon.audio.models import Rendering
from nguon.audio.states import State as Spoken
from nguon.bulletins.tests.cast import Newsroom, sound
from nguon.deliveries.tests.test_with_the_signer import SameTransaction
from nguon.kernel.clock import to_epoch
from nguon.organisations.queries import labels
from nguon.organisations.tests.cast import AT
from nguon_protocol.documents import Policy
from nguon_signer.ceremony import make_store
from nguon_signer.client import SignerRefused
from nguon_signer.errors import Refused
from nguon_signer.opened import SECOND, Opened, open_store
from nguon_signer.second import OpenSecond, Second, open_second
from nguon_signer.service import Service


class Both:
    """The signer with the second signer beside it; `at` is their clock."""

    def __init__(self, opened: Opened, second: OpenSecond) -> None:
        """This function will begin at the time of the cast."""
        self.at = AT
        self.opened = opened
        other = Second(second, SameTransaction(), self._now)
        self.service = Service(opened, SameTransaction(), self._now, second=other)

    def _now(self) -> float:
        return self.at.timestamp()

    def call(self, op: str, **fields: Any) -> dict[str, Any]:
        """This function will answer as the socket's client does."""
        try:
            return self.service.handle({"op": op, **fields})
        except Refused as refused:
            raise SignerRefused(refused.reason, refused.message) from refused


@contextmanager
def both_signers(folder: Path) -> Iterator[Both]:
    """This function will make a store of both signers and open it."""
    make_store(folder / "store", policy=Policy(), at=to_epoch(AT), demo=True)
    opened, second = open_store(folder / "store"), open_second(folder / "store" / SECOND)
    yield Both(opened, second)
    second.close()
    opened.close()


def template(room: Newsroom, slug: str = "storm", **changes: Any) -> Template:
    """This function will make an approved template of the province's: lan's, approved by tuan."""
    values: dict[str, Any] = {
        "title": "Bão khẩn cấp",
        "text": f"Bão đang vào đất liền ({slug}).",
        "hazard": Hazard.STORM,
        "level": Level.URGENT,
        "offsets": [0],
        "repeat": 1,
        **changes,
    }
    known = Template.objects.filter(slug=slug, ended_at__isnull=True).first()
    if known is not None:
        return known
    values.setdefault("media", sound(values["text"], 8).media)
    return Template.objects.create(
        slug=slug,
        place=room.people.places.province,
        area=room.people.places.province.area,
        author=room.people.lan,
        made_at=AT,
        approved_by=room.people.tuan,
        approved_at=AT,
        **values,
    )


def proposed(room: Newsroom, *targets: str, by: User | None = None, **changes: Any) -> Alert:
    """This function will have tuan lay down an alert for the commune, of a template made for it."""
    made = changes.pop("template", None) or template(room)
    wish = actions.Wish(
        **{"kind": Kind.REAL, "targets": targets or (room.commune,), "template": made.pk, **changes}
    )
    alert = actions.propose(wish=wish, by=by or room.people.tuan, at=AT)
    spoken = {"state": Spoken.DONE, "media": sound("nhắc lại", 12).media}
    Rendering.objects.filter(pk__in=[alert.first_id, alert.again_id]).update(**spoken)
    return actions.settle(alert=alert, at=AT)


def signed(room: Newsroom, alert: Alert, by: User, at: datetime = AT) -> Alert:
    """This function will put one person's signature under an alert."""
    return actions.sign(
        alert_id=alert.pk, content_sha256=alert.content_sha256, typed=name_of(alert), by=by, at=at
    )


def name_of(alert: Alert) -> str:
    """This function will return the name that is to be typed for an alert."""
    first = sorted(alert.targets.values_list("area", flat=True))[0]
    return labels([first])[first]


def sounding(room: Newsroom, *targets: str, **changes: Any) -> Alert:
    """This function will make an alert that tuan and minh have signed."""
    alert = proposed(room, *targets, **changes)
    signed(room, alert, room.people.tuan)
    return signed(room, alert, room.people.minh)
