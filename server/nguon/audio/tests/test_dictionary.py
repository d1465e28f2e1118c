"""The dictionary: from a place down, dated, told in the journal, brought as a table, following the map."""

from datetime import timedelta

import pytest

from nguon.accounts.tests.cast import People, people
from nguon.audio import actions, errors, queries
from nguon.audio.actions.dictionary_table import HEADINGS, import_dictionary
from nguon.audio.following import Manners, Readings
from nguon.audio.models import Pronunciation
from nguon.journal.models import Entry
from nguon.kernel.text import fold
from nguon.organisations.actions import Moves, Table
from nguon.organisations.actions.tables import Row
from nguon.organisations.models import Place
from nguon.organisations.tests.cast import AT

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)


@pytest.fixture
def cast() -> People:
    return people()


def teach(cast: People, word: str, reading: str, place: Place | None = None) -> Pronunciation:
    where = place or cast.places.commune
    by = cast.binh if where == cast.places.province else cast.lan
    return actions.add_pronunciation(word=word, reading=reading, place=where, by=by, at=AT)


def test_an_entry_counts_for_its_area_and_below(cast: People) -> None:
    teach(cast, "XKQ", "tỉnh", cast.places.province)
    teach(cast, "OCB", "ô xê bê", cast.places.province)
    teach(cast, "XKQ", "xã")
    village = cast.places.villages[0].area
    assert queries.overrides_for(village) == {"XKQ": "xã", "OCB": "ô xê bê"}
    assert queries.overrides_for(cast.places.ward.area) == {"XKQ": "tỉnh", "OCB": "ô xê bê"}
    assert queries.overrides_for(cast.places.other_commune.area) == {}


def test_a_new_reading_ends_the_old_one_and_the_journal_tells(cast: People) -> None:
    first, second = teach(cast, "XKQ", "một"), teach(cast, "XKQ", "hai")
    first.refresh_from_db()
    assert (first.ended_at, first.ended_by) == (AT, cast.lan)
    assert teach(cast, "XKQ", "hai") == second
    told = Entry.objects.filter(fact="pronunciation.added").order_by("sequence")
    assert [(one.data["before"], one.data["reading"]) for one in told] == [("", "một"), ("một", "hai")]
    actions.end_pronunciation(entry_id=second.pk, by=cast.minh, at=LATER)
    assert queries.overrides_for(cast.places.commune.area) == {}
    assert Entry.objects.get(fact="pronunciation.ended").data["word"] == "XKQ"
    with pytest.raises(errors.PronunciationEnded):
        actions.end_pronunciation(entry_id=second.pk, by=cast.minh, at=LATER)


@pytest.mark.parametrize(
    ("word", "reading", "error"),
    [
        ("", "x", errors.WordWrong),
        ("…", "x", errors.WordWrong),
        ("a" * 61, "x", errors.WordWrong),
        ("XKQ", "", errors.ReadingWrong),
        ("XKQ", "số 1", errors.ReadingWrong),
        ("XKQ", "a<b", errors.ReadingWrong),
        ("XKQ", "a" * 201, errors.ReadingWrong),
    ],
)
def test_wrong_words_are_refused(
    cast: People, word: str, reading: str, error: type[errors.WordWrong]
) -> None:
    with pytest.raises(error):
        teach(cast, word, reading)
    assert not Pronunciation.objects.exists()


def test_nobody_teaches_another_place(cast: People) -> None:
    for by in (cast.hue, cast.tuan):
        with pytest.raises(errors.NotYourDictionary):
            actions.add_pronunciation(word="X", reading="x", place=cast.places.commune, by=by, at=AT)
    entry = teach(cast, "XKQ", "một")
    with pytest.raises(errors.NotYourDictionary):
        actions.end_pronunciation(entry_id=entry.pk, by=cast.hue, at=AT)
    with pytest.raises(errors.NotYourDictionary):
        actions.set_area_manner(place=cast.places.commune, manner=actions.Manner(), by=cast.hue, at=AT)


def test_the_nearest_manner_counts_and_the_newest_of_it(cast: People) -> None:
    assert queries.manner_of(cast.places.commune.area) is None
    for place, by, pause in (
        (cast.places.province, cast.binh, 500),
        (cast.places.commune, cast.lan, 1000),
        (cast.places.commune, cast.lan, 1500),
    ):
        manner = actions.Manner(pause_ms=pause)
        actions.set_area_manner(place=place, manner=manner, by=by, at=AT + timedelta(seconds=pause))
    near, far = (queries.manner_of(place.area) for place in (cast.places.villages[0], cast.places.ward))
    assert near
    assert far
    assert (near.pause_ms, far.pause_ms) == (1500, 500)


def table(*lines: tuple[str, str, str]) -> Table:
    keys = [fold(heading) for heading in HEADINGS]
    return Table(
        rows=[Row(number, dict(zip(keys, line, strict=True))) for number, line in enumerate(lines, 2)]
    )


def test_a_table_is_brought_whole(cast: People) -> None:
    teach(cast, "XKQ", "một")
    lines = table(("XKQ", "một", "7444"), ("OCB", "ô xê bê", "07444"))
    areas = [cast.places.commune.area]
    looked = import_dictionary(table=lines, areas=areas, by=cast.lan, at=AT, dry_run=True)
    assert (looked.rows, looked.unchanged, looked.created) == (2, 1, 0)
    done = import_dictionary(table=lines, areas=areas, by=cast.lan, at=AT, dry_run=False)
    assert (done.created, done.errors) == (1, [])
    assert queries.overrides_for(areas[0]) == {"XKQ": "một", "OCB": "ô xê bê"}


def test_a_table_with_a_wrong_line_brings_nothing(cast: People) -> None:
    lines = table(
        ("OCB", "ô xê bê", "07444"),
        ("A1", "số 1", "07444"),
        ("B", "bê", "99999"),
        ("C", "xê", "20044"),
        ("OCB", "khác", "07444"),
    )
    done = import_dictionary(table=lines, areas=[cast.places.commune.area], by=cast.lan, at=AT, dry_run=False)
    assert [error.line for error in done.errors] == [3, 4, 5, 6]
    assert not Pronunciation.objects.exists()


def test_the_dictionary_follows_the_map(cast: People) -> None:
    entry = teach(cast, "XKQ", "một")
    actions.set_area_manner(place=cast.places.commune, manner=actions.Manner(), by=cast.lan, at=AT)
    commune, ward = cast.places.commune.area, cast.places.ward.area
    moves = Moves(AT.date(), to={commune: ward})
    for follower in (Readings(), Manners()):
        assert follower.count([commune], AT) == 1
        assert follower.follow(moves, by=cast.binh, at=AT) == 1
    entry.refresh_from_db()
    assert (entry.area, entry.place) == (ward, cast.places.ward)
    assert queries.manner_of(ward)
