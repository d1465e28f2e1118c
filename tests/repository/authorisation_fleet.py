"""Who may do what with stations and poles; with the rest of the table, whole."""

from typing import Any

from nguon.devices.models import Photo, Registered
from nguon.organisations.tests.cast import AT
from nguon.stations.models import Station
from tests.repository.authorisation import KEEPING, NOBODY, R, Row, Scene, page
from tests.repository.authorisation_health import TABLE as OTHERS

HEADING = frozenset({R.OPERATOR, R.ADMINISTRATOR})
TOLD = {"cong_nghe": "it", "tinh_trang": "working"}


def station(scene: Scene) -> dict[str, Any]:
    place = scene.room.people.places.commune
    row, _new = Station.objects.get_or_create(
        place=place,
        area=place.area,
        valid_to=None,
        defaults={"name": "Đài xã", "technology": "it", "state": "working", "valid_from": AT.date()},
    )
    return {"station_id": row.pk}


def line(scene: Scene) -> Registered:
    row, _new = Registered.objects.get_or_create(
        serial="COT-1",
        defaults={
            "name": "Loa cột",
            "place": scene.room.people.places.commune,
            "area": scene.room.commune,
            "made_at": AT,
        },
    )
    return row


def pole(scene: Scene) -> dict[str, Any]:
    return {"line_id": line(scene).pk}


def photo(scene: Scene) -> dict[str, Any]:
    known = {"sha256": "cd" * 32, "mime": "image/jpeg", "taken_at": AT}
    row, _new = Photo.objects.get_or_create(line=line(scene), defaults=known)
    return {"photo_id": row.pk}


TABLE = [
    *OTHERS,
    page("console:broadcasters"),
    page("console:broadcasters_written"),
    Row("console:broadcaster", frozenset(R), names=station),
    Row("console:broadcaster_add", HEADING, anywhere=True),
    Row("console:broadcaster_change", HEADING, names=station),
    Row("console:broadcaster_change", HEADING, names=station, posts=lambda scene: TOLD),
    Row("console:broadcaster_end", HEADING, names=station, posts=lambda scene: {"reason": "Nhập xã"}),
    Row("console:labels", KEEPING, anywhere=True),
    Row("console:pole", frozenset(R), names=pole),
    Row("console:photo_add", NOBODY, names=pole, posts=lambda scene: {}),  # nothing that is no picture
    Row("console:photo", NOBODY, names=photo),  # its file is on no disk here
    Row("console:photo_remove", KEEPING, names=photo, posts=lambda scene: {}),
]
