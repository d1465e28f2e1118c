"""Stations: one a commune, from a form or a file, and one after communes were merged."""

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from openpyxl import Workbook

from nguon.accounts.tests.cast import People, people
from nguon.journal.models import Entry
from nguon.kernel.clock import local
from nguon.kernel.text import fold
from nguon.organisations.actions import LineProblem, Moves, TableReport, table_kind
from nguon.organisations.models import Place
from nguon.organisations.tests.cast import AT
from nguon.stations import actions, errors, queries
from nguon.stations.actions import HEADINGS
from nguon.stations.following import CommuneStations, Villages
from nguon.stations.models import Station

pytestmark = pytest.mark.django_db
TODAY = local(AT).date()
GOOD = {"Mã xã": "07444", "Công nghệ": "CNTT-VT", "Tình trạng": "Tốt"}


@pytest.fixture
def cast() -> People:
    return people()


def cells(**more: str) -> dict[str, str]:
    told = {**dict.fromkeys(HEADINGS, ""), **GOOD, **more}
    return {fold(name): value for name, value in told.items()}


def brought(cast: People, *rows: dict[str, Any], **more: Any) -> TableReport:
    kind = table_kind("stations")
    assert kind is not None
    made, out = Workbook(), io.BytesIO()
    made.active.append(list(HEADINGS))
    for row in rows:
        made.active.append([row.get(name) for name in HEADINGS])
    made.save(out)
    given: dict[str, Any] = {
        "areas": [cast.places.province.area],
        "by": cast.binh,
        "at": AT,
        "dry_run": False,
    }
    return kind.bring(table=kind.read(out.getvalue()), **given | more)


def test_a_station_with_villages_and_licences_is_added_changed_and_ended(cast: People) -> None:
    fm = {
        "Công nghệ": "FM",
        "Số giấy phép FM": "1/GP; 2/GP",
        "Hết hạn giấy phép": "31/12/2026; 1/7/2027",
        "Tần số (MHz)": "54,5; 60.25",
        "Thôn, tổ dân phố có loa": "tất cả",
    }
    made = actions.add_station(cells=cells(**fm), by=cast.binh, at=AT)
    assert str(made) == "Đài truyền thanh Xã Lục Nam"
    assert made.covered.count() == len(cast.places.villages) > 1
    assert [one.mhz for one in made.licences.order_by("number")] == [Decimal("54.50"), Decimal("60.25")]
    assert list(queries.licences_ending([made.area], before=date(2027, 1, 1))) == [made]
    with pytest.raises(errors.StationThere):
        actions.add_station(cells=cells(), by=cast.binh, at=AT)
    actions.change_station(station=made, cells=cells(**{"Tình trạng": "Hỏng"}), by=cast.binh, at=AT)
    told = Entry.objects.get(fact="station.changed").data["fields"]
    assert told == ["licences", "state", "technology", "villages"]
    assert queries.tallies(["vn"]) == {"it": 1, "broken": 1}
    with pytest.raises(errors.ReasonMissing):
        actions.end_station(station=made, reason=" ", by=cast.binh, at=AT)
    actions.end_station(station=made, reason="QĐ 1", by=cast.binh, at=AT)
    assert list(queries.stations_in(["vn"], ended=True)) == [made]
    actions.add_station(cells=cells(), by=cast.binh, at=AT)  # the commune may have another one now


def test_the_database_keeps_a_commune_at_one_station(cast: People) -> None:
    made = actions.add_station(cells=cells(), by=cast.binh, at=AT)
    made.pk = None
    made._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        Station.objects.create(
            name="B", place=made.place, area=made.area, technology="it", state="working", valid_from=TODAY
        )


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"Mã xã": "99999"}, "Không có xã, phường nào"),
        ({"Mã xã": "20044"}, "ngoài địa bàn"),
        ({"Công nghệ": "Vệ tinh"}, "Hãy ghi một trong: Có dây"),
        ({"Tình trạng": ""}, "Tình trạng “”"),
        ({"Năm đầu tư": "25"}, "bốn chữ số"),
        ({"Số cụm FM": "nhiều"}, "không phải số"),
        ({"Thôn, tổ dân phố có loa": "Thôn Lạ"}, "Không có “Thôn Lạ”"),
        ({"Số giấy phép FM": "1/GP"}, "đủ số, ngày hết hạn và tần số"),
        (
            {
                "Công nghệ": "FM",
                "Số giấy phép FM": "1",
                "Hết hạn giấy phép": "1/1/2027",
                "Tần số (MHz)": "98",
            },
            "ngoài băng 54–68 MHz",
        ),
        (
            {"Số giấy phép FM": "1", "Hết hạn giấy phép": "1/1/2027", "Tần số (MHz)": "60"},
            "chỉ dành cho đài FM",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence(cast: People, told: dict[str, str], sentence: str) -> None:
    with pytest.raises(LineProblem, match=sentence):
        actions.add_station(cells=cells(**told), by=cast.binh, at=AT)
    assert not Station.objects.exists()


def test_a_file_is_taken_over_whole_once_or_not_at_all(cast: People) -> None:
    ward = GOOD | {"Mã xã": "09169", "Công nghệ": "Có dây"}
    assert [one.line for one in brought(cast, GOOD, ward, GOOD).errors] == [4]
    assert not Station.objects.exists()
    assert brought(cast, GOOD, ward).created == 2
    again = brought(cast, GOOD, ward | {"Năm đầu tư": 2019})
    assert (again.created, again.unchanged) == (1, 1)
    kind = table_kind("stations")
    assert kind is not None
    assert kind.bring(table=kind.read(kind.template()), areas=None, by=None, at=AT, dry_run=True).errors == []


def merged(cast: People) -> Moves:
    commune, ward = cast.places.commune.area, cast.places.ward.area
    to = {commune: ward}
    for village in cast.places.villages:
        to[village.area] = f"{ward}.{village.pk}"
    return Moves(TODAY, to=to)


def test_merged_communes_have_one_station_that_knows_where_it_came_from(cast: People) -> None:
    wired = {"Công nghệ": "Có dây", "Tình trạng": "Xuống cấp", "Số cụm có dây": "4"}
    first = actions.add_station(
        cells=cells(**wired, **{"Thôn, tổ dân phố có loa": "tất cả"}), by=cast.binh, at=AT
    )
    Station.objects.update(valid_from=TODAY - timedelta(days=9))
    second = actions.add_station(cells=cells(**{"Mã xã": "09169"}), by=cast.binh, at=AT)
    moves = merged(cast)
    assert CommuneStations().count(moves.touched, AT) == 1
    assert Villages().follow(moves, by=None, at=AT) == len(cast.places.villages)
    assert CommuneStations().follow(moves, by=None, at=AT) == 1
    made = Station.objects.get(valid_to__isnull=True)
    assert (made.place, made.technology, made.state) == (cast.places.ward, "mixed", "degraded")
    assert made.wired_clusters == 4
    assert {step.origin for step in made.backward.all()} == {first, second}
    assert {one.area for one in made.covered.all()} == set(moves.to.values()) - {made.area}
    first.refresh_from_db()
    assert (first.area, first.valid_to) == (cast.places.commune.area, TODAY - timedelta(days=1))
    assert Entry.objects.get(fact="station.merged").data["count"] == 2


def test_a_station_goes_with_its_commune_when_no_other_is_there(cast: People) -> None:
    made = actions.add_station(cells=cells(), by=cast.binh, at=AT)
    CommuneStations().follow(merged(cast), by=None, at=AT)
    made.refresh_from_db()
    assert (made.place, made.valid_to) == (Place.objects.get(pk=cast.places.ward.pk), None)
