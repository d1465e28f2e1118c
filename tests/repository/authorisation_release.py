"""Who may roll out programs of loudspeakers; with the rest of the table, whole."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from nguon.health.models import Maintenance
from nguon.organisations.tests.cast import AT
from nguon.releases.models import Release
from nguon.releases.states import ReleaseState
from tests.repository.authorisation import TODAY, R, Row, Scene, page
from tests.repository.authorisation_duty import TABLE as OTHERS

ADMIN = frozenset({R.ADMINISTRATOR})
ANSWERING = frozenset({R.OPERATOR, R.TECHNICIAN, R.ADMINISTRATOR, R.DUTY})


def ready(scene: Scene) -> dict[str, Any]:
    """A program for the loudspeakers of the commune."""
    made, _new = Release.objects.get_or_create(
        area=scene.room.commune,
        document="d" * 64,
        defaults={
            "model": "m", "number": 1, "version": "1.0", "bundle": "b" * 64, "size": 1,
            "state": ReleaseState.READY, "by": scene.room.people.binh, "at": AT,
        },
    )  # fmt: skip
    return {"release_id": made.pk}


def files(scene: Scene) -> dict[str, Any]:
    """Files that nobody signed: what is refused for its content was let in."""
    return {
        "area": scene.room.commune,
        "envelope": SimpleUploadedFile("ky.json", b"{}"),
        "bundle": SimpleUploadedFile("b.zip", b"x"),
    }


def announced(scene: Scene) -> dict[str, Any]:
    """Work on the commune's loudspeakers."""
    made = Maintenance.objects.filter(reason="Thay cột").first() or Maintenance.objects.create(
        area=scene.room.commune,
        starts_at=AT,
        ends_at=AT + timedelta(hours=1),
        reason="Thay cột",
        responsible=scene.room.people.tuan,
        by=scene.room.people.tuan,
        at=AT,
    )
    return {"maintenance_id": made.pk}


TABLE = [
    *OTHERS,
    page("console:maintenance"),
    Row(
        "console:maintenance",
        ANSWERING,
        posts=lambda scene: {
            "noi": scene.room.commune,
            "starts_at": f"{TODAY}T10:00",
            "ends_at": f"{TODAY}T11:00",
            "reason": "x",
            "responsible": str(scene.room.people.tuan.pk),
        },
    ),
    Row("console:maintenance_end", ANSWERING, names=announced, posts=lambda scene: {}),
    page("console:releases"),
    Row("console:release", frozenset(R), names=ready),
    Row(
        "console:release_act",
        ADMIN,
        names=ready,
        posts=lambda scene: {"act": "withdraw", "reason": "x"},
    ),
]
