"""Who may do what with boxes of other makers; with the rest of the table, whole."""

from typing import Any

from nguon.bridges.models import ForeignBox, Waiver
from nguon.organisations.tests.cast import AT
from tests.repository.authorisation import ADMIN, ALL, NOBODY, R, Row, Scene, page
from tests.repository.authorisation_newsroom import TABLE as OTHERS


def bridged(scene: Scene) -> dict[str, Any]:
    """A loudspeaker of the commune that is a bridge."""
    device = scene.room.fleet.second.device
    ForeignBox.objects.get_or_create(device=device, defaults={"seal_key": "ab" * 32})
    return {"device_id": device.pk}


def waived(scene: Scene) -> dict[str, Any]:
    """A waiver of the province."""
    people = scene.room.people
    place = people.places.commune
    made = Waiver.objects.first() or Waiver.objects.create(
        place=place, area=place.area, document="12/QĐ", made_by=people.binh, made_at=AT
    )
    return {"waiver_id": made.pk}


TABLE = [
    *OTHERS,
    page("console:foreign_boxes"),
    Row("console:foreign_box", ALL, names=bridged),
    Row("console:waive", NOBODY, posts=lambda scene: {"area": scene.room.commune, "document": "12/QĐ"}),
    Row(
        "console:foreign_box",
        frozenset({R.TECHNICIAN, R.ADMINISTRATOR}),
        names=bridged,
        posts=lambda scene: {"adapter": "relay", "address": "http://192.168.1.9"},
    ),
    Row(
        "console:waiver_end",
        ADMIN,
        names=waived,
        posts=lambda scene: {},
    ),
]
