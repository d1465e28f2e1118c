"""Who may do what with alerts and drills; with the rest of the table, whole."""

from typing import Any

from nguon.alerts import actions
from nguon.alerts.models import Alert, Template
from nguon.alerts.states import Kind, State
from nguon.alerts.tests.cast import name_of, proposed, template
from nguon.audio.models import Media
from nguon.audio.queries import media_path
from nguon.organisations.tests.cast import AT
from tests.repository.authorisation import ALL, R, Row, Scene, page
from tests.repository.authorisation_production import TABLE as OTHERS

SIGNING = frozenset({R.DUTY, R.APPROVER})


def _heard(media: Media | None) -> None:
    assert media is not None
    path = media_path(media)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"sound")


def used(scene: Scene) -> dict[str, Any]:
    """An approved template of the commune's province."""
    made = template(scene.room)
    _heard(made.media)
    return {"template_id": made.pk}


def drafted(scene: Scene) -> dict[str, Any]:
    """One of the commune's own that nobody has approved."""
    known = Template.objects.filter(slug="nhap").first()
    commune = scene.room.people.places.commune
    made = known or Template.objects.create(
        slug="nhap", title="Nháp", text="x", place=commune, area=commune.area, author=scene.mai, made_at=AT,
        media=template(scene.room).media,
    )  # fmt: skip
    return {"template_id": made.pk}


def ready(scene: Scene) -> dict[str, Any]:
    """An alert of the commune that nobody has signed."""
    made = Alert.objects.filter(state=State.READY).first() or proposed(scene.room)
    _heard(made.media)
    return {"alert_id": made.pk}


def alone(scene: Scene) -> dict[str, Any]:
    """An alert that one officer made alone."""
    made = Alert.objects.filter(kind=Kind.GLASS).first()
    if made is None:
        made = proposed(scene.room, kind=Kind.GLASS)
        actions.sign(
            alert_id=made.pk,
            content_sha256=made.content_sha256,
            typed=name_of(made),
            by=scene.room.people.tuan,
            at=AT,
        )
    return {"alert_id": made.pk}


def signing(scene: Scene) -> dict[str, Any]:
    made = Alert.objects.get(pk=ready(scene)["alert_id"])
    return {"content": made.content_sha256, "ten": name_of(made)}


def words(scene: Scene) -> dict[str, Any]:
    return {"title": "Lời khác", "text": "Nước lên", "targets": scene.room.commune}


TABLE = [
    *OTHERS,
    page("console:urgent"),
    page("console:drills"),
    Row("console:urgent_new", SIGNING, anywhere=True),
    Row("console:urgent_new", SIGNING, posts=words),
    Row("console:drill_new", SIGNING, posts=words),
    Row("console:urgent_template", SIGNING, names=used),
    Row("console:drill_template", SIGNING, names=used),
    Row("console:alert", ALL, names=ready),
    Row("console:alert_state", ALL, names=ready),
    Row("console:alert_sound", ALL, names=ready),
    Row("console:alert_sign", SIGNING, names=ready, posts=signing),
    Row("console:alert_end", SIGNING, names=ready, posts=lambda scene: {"ly-do": "cancelled"}),
    Row("console:alert_again", SIGNING, names=ready, posts=lambda scene: {}),
    Row("console:alert_review", SIGNING, names=alone, posts=lambda scene: {"nhan-xet": "x"}),
    Row("console:alert_report", ALL, names=alone),
    Row("console:alert_templates", SIGNING, anywhere=True),
    Row("console:alert_template_seed", SIGNING, posts=lambda scene: {"noi": scene.room.commune}),
    Row(
        "console:alert_template_make",
        SIGNING,
        posts=lambda scene: {"noi": scene.room.commune, "title": "Mới", "text": "x"},
    ),
    Row("console:alert_template_sound", SIGNING, names=used),
    Row("console:alert_template_approve", SIGNING, names=drafted, posts=lambda scene: {}),
    Row("console:alert_template_end", SIGNING, names=drafted, posts=lambda scene: {}),
]
