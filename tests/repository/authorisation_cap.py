"""Who may do what with alerts of other systems; with the rest of the table, whole."""

from datetime import timedelta
from typing import Any

from nguon.cap.models import Authorisation, Received, Sender
from nguon.cap.tests.cast import come, warning
from nguon.organisations.tests.cast import AT
from tests.repository.authorisation import ADMIN, ALL, TODAY, R, Row, Scene, page
from tests.repository.authorisation_alerts import TABLE as OTHERS


def pinned(scene: Scene) -> Sender:
    """The weather service, pinned in the commune."""
    place = scene.room.people.places.commune
    known = Sender.objects.filter(area=place.area).first()
    return known or Sender.objects.create(
        name="Đài", sender="canhbao@kttv.example", place=place, area=place.area, token_sha256="0" * 64,
        made_by=scene.room.people.binh, made_at=AT,
    )  # fmt: skip


def received(scene: Scene) -> dict[str, Any]:
    """A warning for the commune."""
    known = Received.objects.first()
    return {"message_id": (known or come(pinned(scene), warning(), AT).received).pk}


def authorised(scene: Scene) -> dict[str, Any]:
    """Floods of the weather service are prepared in the commune."""
    sender, people = pinned(scene), scene.room.people
    made, _new = Authorisation.objects.get_or_create(
        sender=sender, hazard="flood", area=sender.area, ended_at=None,
        defaults={
            "place": sender.place, "officer": people.tuan, "first_day": TODAY,
            "last_day": TODAY + timedelta(days=9), "by": people.binh, "at": AT,
        },
    )  # fmt: skip
    return {"grant_id": made.pk}


TABLE = [
    *OTHERS,
    page("console:cap"),
    page("console:cap_senders"),
    Row(
        "console:cap_senders",
        ADMIN,
        posts=lambda scene: {"name": "x", "sender": "x@y", "area": scene.room.commune},
    ),
    Row(
        "console:cap_sender_end",
        ADMIN,
        names=lambda scene: {"sender_id": pinned(scene).pk},
        posts=lambda scene: {},
    ),
    Row(
        "console:cap_authorise",
        ADMIN,
        posts=lambda scene: {
            "sender_id": pinned(scene).pk, "hazard": "storm", "area": scene.room.commune,
            "officer": scene.room.people.tuan.pk, "first_day": TODAY, "last_day": TODAY,
        },
    ),
    Row("console:cap_authorise_end", ADMIN, names=authorised, posts=lambda scene: {}),
    Row("console:cap_message", ALL, names=received),
    Row("console:cap_source", ALL, names=received),
    Row(
        "console:cap_decide",
        frozenset({R.DUTY}),
        names=received,
        posts=lambda scene: {"noi": scene.room.commune, "quyet-dinh": "ignore", "ly-do": "x"},
    ),
]  # fmt: skip
