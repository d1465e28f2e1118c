"""Who may do what with rules of approval and bulletins from above; with the rest of the table, whole."""

from datetime import timedelta
from typing import Any

from nguon.broadcasts.models import Clash
from nguon.bulletins.models import ReviewRule, Revision
from nguon.bulletins.tests.cast import Newsroom
from nguon.organisations.tests.cast import AT
from nguon.supply.tests.cast import clash, offered
from tests.repository.authorisation import ADMIN, NOBODY, TODAY, R, Row, Scene, page
from tests.repository.authorisation_bridges import TABLE as OTHERS

TOMORROW = TODAY + timedelta(days=1)
FROM_ABOVE = "Từ tỉnh"
PLACING = frozenset({R.WRITER, R.APPROVER, R.OPERATOR})


def ruled(room: Newsroom) -> ReviewRule:
    """A rule of the commune."""
    place, by = room.people.places.commune, room.people.binh
    made = ReviewRule.objects.first()
    return made or ReviewRule.objects.create(place=place, area=place.area, hours=2, by=by, made_at=AT)


def supplied(scene: Scene) -> dict[str, Any]:
    """Something from the province for the commune."""
    made = Revision.objects.filter(title=FROM_ABOVE).first() or offered(scene.room, title=FROM_ABOVE)
    return {"revision_id": made.pk}


def ordered(scene: Scene) -> dict[str, Any]:
    """It met something of the commune's own."""
    return {"clash_id": (Clash.objects.first() or clash(scene.room)).pk}


TABLE = [
    *OTHERS,
    page("console:review_rules"),
    Row(
        "console:review_rule_add",
        ADMIN,
        posts=lambda scene: {"noi": scene.room.commune, "gio": "2"},
    ),
    Row(
        "console:review_rule_end",
        ADMIN,
        names=lambda scene: {"rule_id": ruled(scene.room).pk},
        posts=lambda scene: {},
    ),
    page("console:supply"),
    Row(
        "console:supply_take",
        PLACING,
        names=supplied,
        posts=lambda scene: {"xa": scene.room.commune, "ngay": TOMORROW, "gio": "17:00"},
    ),
    Row(
        "console:supply_decline",
        PLACING,
        names=supplied,
        posts=lambda scene: {"xa": scene.room.commune, "ly-do": "x"},
    ),
    Row("console:supply_usage", NOBODY, names=supplied),  # who stands above the commune
    Row("console:supply_remind", NOBODY, names=supplied, posts=lambda scene: {}),
    Row(
        "console:supply_order",
        PLACING,
        names=ordered,
        posts=lambda scene: {"xa": scene.room.commune, "chon": "after"},
    ),
]
