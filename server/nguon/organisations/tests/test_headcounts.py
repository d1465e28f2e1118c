"""How many people: entered or brought as a table, added up over areas as it was known on a day."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from nguon.journal.models import Entry
from nguon.organisations import actions, queries
from nguon.organisations.actions import (
    NewPlace,
    Part,
    Plan,
    TableReport,
    confirm_change,
    draft_change,
    table_kind,
)
from nguon.organisations.actions.headcounts import SLUG
from nguon.organisations.errors import BadHeadcount
from nguon.organisations.models import Headcount, Place
from nguon.organisations.states import ChangeKind
from nguon.organisations.tests.cast import AT, SmallMap, small_map

pytestmark = pytest.mark.django_db
HEADING = "Mã;Thôn;Số người;Số hộ;Ngày;Nguồn"
DAY = AT.date() - timedelta(days=30)
MERGED, AFTER = date(2026, 5, 1), datetime(2026, 6, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def here() -> SmallMap:
    return small_map()


def counted(place: Place, people: int, day: date = DAY, source: str = "Công an xã") -> Headcount:
    return actions.add_headcount(
        place=place, people=people, households=None, counted_on=day, source=source, by=None, at=AT
    )


def total(*areas: str) -> tuple[int, int]:
    found = queries.people_in(areas, at=AT)
    return found.people, len(found.missing)


def test_each_place_counts_once_by_its_own_figure_or_by_its_parts(here: SmallMap) -> None:
    commune, (first, second, *_rest) = here.commune, here.villages
    assert total(commune.area) == (0, 1)
    counted(first, 300)
    assert total(first.area, second.area) == (300, 1)
    counted(commune, 8000)
    assert total(commune.area, first.area) == (8000, 0)
    assert total(here.province.area)[0] == 8000


def test_newer_figures_of_all_parts_go_before_an_older_whole(here: SmallMap) -> None:
    inside = [*Place.objects.filter(parent=here.commune)]
    counted(here.commune, 8000, DAY - timedelta(days=400))
    for place in inside:
        counted(place, 100)
    assert total(here.commune.area) == (100 * len(inside), 0)
    counted(here.commune, 9000, DAY + timedelta(days=1))
    assert total(here.commune.area) == (9000, 0)


def test_a_correction_goes_before_and_the_past_stays_as_it_was_known(here: SmallMap) -> None:
    counted(here.commune, 8000)
    later = AT + timedelta(hours=1)
    actions.add_headcount(
        place=here.commune, people=8100, households=2000, counted_on=DAY, source="Thống kê", by=None, at=later
    )
    assert total(here.commune.area) == (8000, 0)
    found = queries.people_in([here.commune.area], at=later)
    assert (found.people, found.sources, found.oldest) == (8100, ("Thống kê",), DAY)
    assert Entry.objects.filter(fact="place.counted").count() == 2


@pytest.mark.parametrize(
    ("people", "households", "days", "source"),
    [
        (-1, None, 0, "x"),
        (10, 11, 0, "x"),
        (10, None, 60, "x"),
        (10, None, 0, "  "),
        (30_000_000, None, 0, "x"),
    ],
)
def test_what_cannot_be_is_refused(
    here: SmallMap, people: int, households: int | None, days: int, source: str
) -> None:
    with pytest.raises(BadHeadcount):
        actions.add_headcount(
            place=here.commune, people=people, households=households, counted_on=DAY + timedelta(days=days),
            source=source, by=None, at=AT,
        )  # fmt: skip


def brought(text: str, areas: list[str] | None = None) -> TableReport:
    kind = table_kind(SLUG)
    assert kind is not None
    return kind.bring(table=kind.read(text.encode()), areas=areas, by=None, at=AT, dry_run=False)


def test_a_table_is_taken_whole_and_twice_is_once(here: SmallMap) -> None:
    village = here.villages[0]
    lines = ["7444;;8.450;2110;01/02/2026;Công an", f"07444;{village};640;;01/02/2026;Trưởng thôn"]
    text = "\n".join([HEADING, *lines])
    report = brought(text)
    assert (report.errors, report.created) == ([], 2)
    assert (brought(text).created, Headcount.objects.count()) == (0, 2)
    assert total(here.commune.area) == (8450, 0)


@pytest.mark.parametrize(
    "line",
    ["99999;;1;;01/02/2026;x", "07444;Thôn Không Có;1;;01/02/2026;x", "07444;;nhiều;;01/02/2026;x",
     "07444;;5;6;01/02/2026;x", "07444;;5;;31/02/2026;x", "07444;;5;;01/04/2096;x",
     "07444;;1.45;;01/02/2026;x"],
)  # fmt: skip
def test_one_bad_line_and_nothing_is_taken(here: SmallMap, line: str) -> None:
    report = brought(f"{HEADING}\n07444;;8450;;01/02/2026;Công an\n{line}\n")
    assert [error.line for error in report.errors] == [3]
    assert Headcount.objects.count() == 0


def test_nobody_counts_where_another_administers(here: SmallMap) -> None:
    report = brought("Mã;Số người;Ngày;Nguồn\n07444;8450;01/02/2026;Công an\n", [here.ward.area])
    assert len(report.errors) == 1


def changed(plan: Plan) -> Place:
    """Change the map on a day that is over; the first place that begins, or the one that goes on."""
    effect = confirm_change(
        change_id=draft_change(plan=plan, act="1/NQ", by=None, at=AFTER).pk, by=None, at=AFTER
    )
    return Place.objects.get(pk=effect.begins[0].pk if effect.begins else plan.into or 0)


@pytest.mark.parametrize("into", [False, True])
def test_what_was_merged_counts_together_until_it_is_counted_anew(here: SmallMap, into: bool) -> None:
    counted(here.commune, 8000)
    counted(here.ward, 5000)
    both, new = (here.commune.pk, here.ward.pk), NewPlace("Phường", "Lục Nam mới", "09999")
    kept = here.ward.pk if into else None
    one = changed(Plan(ChangeKind.MERGE, MERGED, places=both, new=None if into else new, into=kept))
    now = queries.people_in([one.area], at=AFTER)
    assert (now.people, now.missing, now.oldest) == (13_000, (), DAY)
    assert queries.people_in([here.province.area], at=AFTER).people == 13_000
    actions.add_headcount(
        place=one, people=12_500, households=None, counted_on=MERGED, source="Xã mới", by=None, at=AFTER
    )
    assert queries.people_in([one.area], at=AFTER).people == 12_500
    assert queries.people_in([here.ward.area], at=AT).people == 5000  # as it was on that day


def test_of_what_was_divided_or_half_known_nothing_is_guessed(here: SmallMap) -> None:
    counted(here.commune, 8000)
    parts = (
        Part(place=here.commune.pk, share=Decimal("0.7")),
        Part(new=NewPlace("Xã", "Lục Bắc", "07445"), share=Decimal("0.3")),
    )
    new = changed(Plan(ChangeKind.SPLIT, MERGED, places=(here.commune.pk,), parts=parts))
    for area in (here.commune.area, new.area):
        found = queries.people_in([area], at=AFTER)
        assert (found.people, found.missing) == (0, (area,))
