"""The map compared with a list of one's own: every difference is told, the map stays as it is."""

import csv
import io
import unicodedata

import pytest

from nguon.organisations.actions.own_lists import compare_list
from nguon.organisations.actions.table_kinds import TableReport, table_kind
from nguon.organisations.models import Place, SourceOddity
from nguon.organisations.tests.cast import AT, SmallMap, small_map

pytestmark = pytest.mark.django_db
HEADING = ["Mã", "Tên", "Loại", "Mã cấp trên"]


@pytest.fixture
def places() -> SmallMap:
    return small_map()


def compared(*rows: list[str], areas: list[str] | None = None, keep: bool = False) -> TableReport:
    text = io.StringIO()
    csv.writer(text).writerows([HEADING, *rows])
    kind = table_kind("units")
    assert kind is not None
    table = kind.read(text.getvalue().encode())
    return compare_list(table=table, areas=areas, by=None, at=AT, dry_run=not keep)


def told(report: TableReport) -> set[tuple[int, str]]:
    return {(note.line, note.text) for note in report.notes}


def test_a_list_that_agrees_in_any_spelling_of_excel(places: SmallMap) -> None:
    nfd = unicodedata.normalize("NFD", " Lục  Nam ")
    rows = (
        ["7444", nfd, "Xã", "24"],
        ["09169", "PHƯỜNG VŨ NINH", "", ""],
        ["20044", "Xã A Lưới 1", "Xã", "46"],
    )
    report = compared(*rows)
    assert (report.rows, report.unchanged, report.notes, report.errors) == (3, 3, [], [])


def test_every_difference_is_told_and_none_dropped(places: SmallMap) -> None:
    report = compared(
        ["07444", "Lục Nam", "Phường", "46"],
        ["19999", "Mới", "Xã", "24"],
        ["20044", "A Lưới 1", "Xã", "46"],
        ["20044", "A Lưới 1", "Xã", "46"],
        ["", "Không mã", "", ""],
        keep=True,
    )
    assert told(report) == {
        (2, "Tên khác với bản đồ đang dùng: 07444 Phường Lục Nam / Xã Lục Nam"),
        (2, "Đơn vị cấp trên khác với bản đồ đang dùng: 07444 Thành phố Huế / Tỉnh Bắc Ninh"),
        (3, "Nguồn nêu mà bản đồ không có: 19999 Xã Mới"),
        (4, "Một mã có hai đơn vị: 20044 A Lưới 1"),
        (5, "Một mã có hai đơn vị: 20044 A Lưới 1"),
        (6, "Đơn vị không có mã: Không mã"),
        (0, "Có trên bản đồ mà nguồn không nêu: 09169 Phường Vũ Ninh"),
    }
    kept = SourceOddity.objects.filter(system="own:vn")
    assert set(kept.values_list("kind", flat=True)) == {
        "name-differs", "parent-differs", "not-on-map", "code-twice", "no-code", "not-in-source",
    }  # fmt: skip
    assert str(Place.objects.get(pk=places.commune.pk)) == "Xã Lục Nam"
    rest = ["09169", "Vũ Ninh", "Phường", "24"], ["20044", "A Lưới 1", "", "46"]
    compared(["07444", "Lục Nam", "Xã", "24"], *rest, keep=True)
    assert not kept.exists()


def test_one_sees_to_the_own_areas_and_the_rest_is_said(places: SmallMap) -> None:
    rows = ["07444", "Lục Nam", "Xã", "24"], ["20044", "X", "Xã", "46"], ["24", "Bắc Ninh", "Tỉnh", ""]
    report = compared(*rows, areas=[places.province.area])
    assert told(report) == {
        (3, "20044 Xã A Lưới 1 ngoài địa bàn bạn quản trị, không so."),
        (0, "Có trên bản đồ mà nguồn không nêu: 09169 Phường Vũ Ninh"),
    }


def test_what_cannot_be_read_refuses_the_whole_list(places: SmallMap) -> None:
    report = compared(["=A1", "Lục Nam", "", ""], ["07444", "01/07/2025", "", ""], keep=True)
    assert [error.line for error in report.errors] == [2, 3]
    assert not SourceOddity.objects.filter(system__startswith="own:").exists()
