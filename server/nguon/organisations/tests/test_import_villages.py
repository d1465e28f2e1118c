"""actions.import_villages: row by row, all or nothing."""

import unicodedata

import pytest

from nguon.journal.queries import facts_of
from nguon.organisations.actions import import_villages
from nguon.organisations.models import Place
from nguon.organisations.states import Kind
from nguon.organisations.tests.cast import AT, SmallMap, small_map

pytestmark = pytest.mark.django_db


@pytest.fixture
def places() -> SmallMap:
    return small_map()


def test_villages_lie_in_their_commune_in_vietnamese_order(places: SmallMap) -> None:
    assert [village.name for village in places.villages][:3] == ["Bãi Đá", "Chằm Mới", "Đồi Ngô"]
    assert {village.area.rpartition(".")[0] for village in places.villages} == {places.commune.area}


def test_the_heading_may_stand_in_any_order_with_semicolons_and_a_mark(places: SmallMap) -> None:
    text = "\ufeffTên;Loại;Ghi chú;Mã xã\r\n Mới ;thôn;;20044\r\n;;;\r\n"
    assert import_villages(text=text, by=None, at=AT).created == 1
    assert Place.objects.get(name="Mới").label == "Thôn Mới, xã A Lưới 1"


def test_what_is_there_already_is_left_alone_in_any_form(places: SmallMap) -> None:
    text = unicodedata.normalize("NFD", "Mã xã,Loại,Tên\n07444,THÔN,  ĐÔNG   THỊNH \n")
    report = import_villages(text=text, by=None, at=AT)
    assert (report.created, report.unchanged, report.errors) == (0, 1, [])


def test_each_bad_row_gets_its_sentence_and_nothing_is_imported(places: SmallMap) -> None:
    rows = [
        "20044,Thôn,Tốt",
        "99999,Thôn,Mã lạ",
        "24,Thôn,Mã của tỉnh",
        "20044,Quận,Loại lạ",
        "20044,Thôn,",
        '20044,Thôn,"=HYPERLINK(""x"")"',
        "20044,Thôn",
        "20044,thôn,TỐT",
        "20044,Thôn,a\u202eb",
        "20044,Thôn," + "x" * 101,
        "\x00,Thôn,\x00",
    ]
    before = Place.objects.count()
    report = import_villages(text="\n".join(["Mã xã,Loại,Tên", *rows]), by=None, at=AT)
    assert [error.line for error in report.errors] == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert "99999" in report.errors[0].text
    assert "2" in report.errors[6].text
    assert (report.created, Place.objects.count()) == (0, before)


@pytest.mark.parametrize(
    "text", ["", "\n", "Mã,Tên\n1,2\n", "\x00\x00", 'Mã xã,Loại,Tên\n"a,b\n', "PK\x03\x04"]
)
def test_a_file_that_is_no_table_is_one_sentence(text: str) -> None:
    report = import_villages(text=text, by=None, at=AT)
    assert [error.line for error in report.errors] == [1]
    assert report.created == 0


def test_a_dry_run_tells_without_doing(places: SmallMap) -> None:
    before = len(facts_of("place:vn"))
    report = import_villages(text="Mã xã,Loại,Tên\n20044,Bản,Mới\n", by=None, at=AT, dry_run=True)
    assert (report.rows, report.created, report.unchanged) == (1, 0, 0)
    assert not Place.objects.filter(kind=Kind.VILLAGE, name="Mới").exists()
    assert len(facts_of("place:vn")) == before
