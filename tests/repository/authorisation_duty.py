"""Who may do what with what alerts need: how many people there are, other languages; with the rest, whole."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from nguon.alerts.models import Template
from nguon.alerts.tests.cast import template
from nguon.organisations.tests.cast import AT
from tests.repository.authorisation import ADMIN, ALL, R, Row, Scene
from tests.repository.authorisation_alerts import SIGNING, alone
from tests.repository.authorisation_control import TABLE as OTHERS


def counted(scene: Scene) -> dict[str, Any]:
    return {"place_id": scene.room.people.places.commune.pk}


def figure(scene: Scene) -> dict[str, Any]:
    return {"nguoi": "8450", "dem": AT.date().isoformat(), "nguon": "Công an xã"}


def tongue(scene: Scene) -> dict[str, Any]:
    """A recording for an approved template of the commune's own."""
    place, people = scene.room.people.places.commune, scene.room.people
    made, _made = Template.objects.get_or_create(
        slug="xa",
        defaults={
            "title": "Xã", "text": "x", "place": place, "area": place.area, "author": scene.mai,
            "made_at": AT, "media": template(scene.room).media, "approved_by": people.tuan, "approved_at": AT,
        },
    )  # fmt: skip
    return {"mau": made.pk, "tieng": "tyz", "file": SimpleUploadedFile("tay.wav", b"RIFF")}


RECORDING = frozenset({R.WRITER, R.DUTY, R.APPROVER})  # bulletins, and alerts in the own voice

TABLE = [
    *OTHERS,
    Row("console:send", RECORDING, anywhere=True, posts=lambda scene: {"name": "a.wav"}),
    Row("console:alert_wall", ALL, names=alone),
    Row("console:alert_map", ALL, names=alone),
    Row("console:place_count", ADMIN, names=counted, posts=figure),
    Row("console:alert_template_tongue", SIGNING, posts=tongue),
]
