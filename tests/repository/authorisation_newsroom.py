"""Who may do what with campaigns, templates, programmes and files beside bulletins; with the rest, whole."""

from typing import Any

from nguon.broadcasts.actions import schedule
from nguon.bulletins.models import Attachment, Campaign, Template
from nguon.organisations.tests.cast import AT
from tests.repository.authorisation import ADMIN, ALL, NOBODY, SEEING, R, Row, Scene, page
from tests.repository.authorisation import TABLE as OTHERS

WRITING = frozenset({R.WRITER, R.ADMINISTRATOR})


def campaign(scene: Scene) -> dict[str, Any]:
    made, _new = Campaign.objects.get_or_create(
        title="Vệ sinh",
        place=scene.room.people.places.commune,
        area=scene.room.commune,
        defaults={"made_at": AT},
    )
    return {"campaign_id": made.pk}


def attachment(scene: Scene) -> dict[str, Any]:
    named = {"sha256": "ab" * 32, "filename": "a.pdf", "mime": "application/pdf", "size": 1}
    made, _new = Attachment.objects.get_or_create(revision=scene.draft, **named, defaults={"added_at": AT})
    return {"attachment_id": made.pk}


def template(scene: Scene) -> dict[str, Any]:
    made, _new = Template.objects.get_or_create(
        name="Họp",
        place=scene.room.people.places.commune,
        area=scene.room.commune,
        defaults={"made_at": AT, "made_by": scene.room.people.lan},
    )
    return {"template_id": made.pk}


def airing(scene: Scene) -> dict[str, Any]:
    return {"airing_id": schedule(revision=scene.aired, at=AT)[0].pk}


TABLE = [
    *OTHERS,
    page("console:export_start", names=lambda scene: {"kind": "bulletins"}, posts=lambda scene: {}),
    Row("console:attachment", NOBODY, names=attachment),  # of somebody else's draft
    page("console:templates"),
    Row(
        "console:template_begin",
        frozenset({R.WRITER}),
        anywhere=True,
        names=lambda scene: {"slug": "ngan-sach"},
        posts=lambda scene: {},
    ),
    Row("console:template_end", WRITING, names=template, posts=lambda scene: {}),
    Row(
        "console:template_keep",
        WRITING,
        names=lambda scene: {"bulletin_id": scene.aired.bulletin_id},
        posts=lambda scene: {"name": "Mẫu", "at": scene.room.commune},
    ),
    page("console:programme", query=lambda scene: {"xa": scene.room.commune}),
    Row(
        "console:programme_change",
        frozenset({R.WRITER, R.APPROVER, R.OPERATOR}),
        posts=lambda scene: {
            "act": "mo-phien",
            "xa": scene.room.commune,
            "gio": "17:00",
            "phut": "15",
            "thu": "0",
        },
    ),
    Row("console:airing", SEEING, names=airing),
    page("console:campaigns"),
    Row("console:campaign", ALL, names=campaign),
    Row("console:campaigns", ADMIN, posts=lambda scene: {"title": "Đợt một", "at": scene.room.commune}),
]
