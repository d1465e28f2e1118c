"""Who may tell loudspeakers what; with the rest of the table, whole."""

from typing import Any

from nguon.control.models import Calm
from tests.repository.authorisation import R, Row, Scene, page
from tests.repository.authorisation_cap import TABLE as OTHERS

CONTROLLING = frozenset({R.OPERATOR, R.TECHNICIAN, R.DUTY, R.ADMINISTRATOR})


def calm(scene: Scene) -> dict[str, Any]:
    usual = {
        "latitude": 21.3,
        "longitude": 106.4,
        "radius_m": 100,
        "volume": 30,
        "starts": "07:00",
        "ends": "17:00",
    }
    place = scene.room.people.places.commune
    row, _new = Calm.objects.get_or_create(
        name="Trường", place=place, area=place.area, kind="school", defaults=usual
    )
    return {"calm_id": row.pk}


TABLE = [
    *OTHERS,
    page("console:control"),
    Row(
        "console:control",
        CONTROLLING,
        posts=lambda scene: {"noi": scene.room.commune, "act": "volume", "volume": "60"},
    ),
    page("console:silent_drills"),
    Row("console:drill", CONTROLLING, posts=lambda scene: {"noi": scene.room.commune}),
    page("console:acoustics"),
    Row("console:acoustics", frozenset(R), query=lambda scene: {"xa": scene.room.commune}),
    Row(
        "console:calm_add",
        CONTROLLING,
        posts=lambda scene: {
            "xa": scene.room.commune,
            "name": "Trạm y tế",
            "kind": "hospital",
            "vi_do": "21,3",
            "kinh_do": "106,4",
            "radius": "200",
            "volume": "30",
            "starts": "07:00",
            "ends": "17:00",
        },
    ),
    Row("console:calm_remove", CONTROLLING, names=calm, posts=lambda scene: {}),
    Row("console:take_turns", frozenset(), posts=lambda scene: {"xa": scene.room.commune}),  # no poles here
]
