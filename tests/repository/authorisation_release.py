"""Who may roll out programs of loudspeakers; with the rest of the table, whole."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from nguon.organisations.tests.cast import AT
from nguon.releases.models import Release
from nguon.releases.states import ReleaseState
from tests.repository.authorisation import R, Row, Scene, page
from tests.repository.authorisation_duty import TABLE as OTHERS

ADMIN = frozenset({R.ADMINISTRATOR})


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


TABLE = [
    *OTHERS,
    page("console:releases"),
    Row("console:release", frozenset(R), names=ready),
    Row(
        "console:release_act",
        ADMIN,
        names=ready,
        posts=lambda scene: {"act": "withdraw", "reason": "x"},
    ),
]
