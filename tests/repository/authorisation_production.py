"""Who may do what with the editorial plan; with the rest of the table, whole."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from nguon.organisations.tests.cast import AT
from nguon.production import actions
from nguon.production.actions import ItemFields
from nguon.production.models import Asset, Item
from tests.repository.authorisation import ADMIN, NOBODY, SEEING, TODAY, R, Row, Scene, page
from tests.repository.authorisation_fleet import TABLE as OTHERS

PLANNING = frozenset({R.WRITER, R.APPROVER})
MAKING = PLANNING | {R.OPERATOR, R.DUTY}
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def planned(scene: Scene) -> dict[str, Any]:
    """An idea in the commune's plan."""
    made = Item.objects.first() or actions.add(
        place=scene.room.people.places.commune,
        given=ItemFields(title="Ý tưởng"),
        by=scene.room.people.lan,
        at=AT,
    )
    return {"item_id": made.pk}


def written(scene: Scene) -> dict[str, Any]:
    """One with a script."""
    named = planned(scene)
    actions.write(item_id=named["item_id"], text="Kịch bản", seen=0, by=scene.room.people.lan, at=AT)
    return named


def sent(scene: Scene) -> dict[str, Any]:
    """A file for the commune's library."""
    return {"noi": scene.room.commune, "ten": "Lịch", "tep": SimpleUploadedFile("lich.pdf", PDF)}


def shared(scene: Scene) -> dict[str, Any]:
    """A file in it."""
    made = Asset.objects.filter(ended_at=None).first() or actions.share_file(
        file=SimpleUploadedFile("lich.pdf", PDF),
        name="Lịch tiêm",
        place=scene.room.people.places.commune,
        by=scene.room.people.lan,
        at=AT,
    )
    return {"asset_id": made.pk}


def into_the_plan(scene: Scene) -> dict[str, Any]:
    """What stands beside a script."""
    return {"vao": f"muc:{planned(scene)['item_id']}"}


def given(scene: Scene) -> dict[str, Any]:
    """A step given to somebody of the commune."""
    due = (TODAY + timedelta(days=9)).isoformat()
    return {"act": "giao", "buoc": "script", "nguoi": scene.room.people.lan.pk, "han": due}


TABLE = [
    *OTHERS,
    Row(
        "console:take_back",
        NOBODY,
        names=lambda scene: {"bulletin_id": scene.waiting.bulletin_id},
        posts=lambda scene: {},
    ),
    page("console:hours"),
    Row(
        "console:hours_change",
        ADMIN,
        posts=lambda scene: {"act": "khung", "noi": scene.room.commune, "phut": "15", "thu": "0"},
    ),
    page("console:library"),
    Row("console:library_share", PLANNING, posts=sent),
    Row("console:asset", MAKING, names=shared),
    Row("console:asset_end", PLANNING, names=shared, posts=lambda scene: {}),
    Row(
        "console:asset_take",
        MAKING,
        names=shared,
        posts=lambda scene: {"vao": f"muc:{planned(scene)['item_id']}"},
    ),
    page("console:production"),
    page("console:production_add"),
    Row(
        "console:production_add",
        PLANNING,
        posts=lambda scene: {
            "title": "Mới",
            "noi": scene.room.commune,
            "topic": "1",
            "content_type": "3",
        },
    ),
    Row("console:production_item", SEEING, names=planned),
    Row("console:production_change", SEEING, names=planned),
    Row("console:production_act", PLANNING, names=planned, posts=given),
    Row("console:production_draft", frozenset({R.WRITER}), names=written, posts=lambda scene: {}),
]
