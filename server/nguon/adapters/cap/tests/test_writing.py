"""What is written is read again as what it was."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.adapters.cap import model as cap
from nguon.adapters.cap.checking import read
from nguon.adapters.cap.writing import written

WORDS = (
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")), max_size=30)
    .map(lambda text: text.strip("\ufeff").strip())
    .filter(lambda text: "\uffff" not in text and "\ufffe" not in text)
)
NAMES = st.from_regex(r"[A-Za-z0-9@._-]{1,20}", fullmatch=True)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
SENT = st.builds(
    lambda at, zone: at.astimezone(zone),
    st.integers(631_152_000, 3_786_912_000).map(lambda second: datetime.fromtimestamp(second, UTC)),
    ZONES,
)
DEGREES = st.tuples(
    st.integers(-90_000_000, 90_000_000).map(lambda n: n / 1e6),
    st.integers(-180_000_000, 180_000_000).map(lambda n: n / 1e6),
)
POLYGONS = st.lists(DEGREES, min_size=3, max_size=6).map(lambda points: (*points, points[0]))
NAMED = st.builds(cap.Named, name=NAMES, value=WORDS.filter(bool))


def _tuples(of: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(of, max_size=2).map(tuple)


AREAS = st.builds(
    cap.Area,
    desc=WORDS.filter(bool),
    polygons=_tuples(POLYGONS),
    circles=_tuples(st.builds(cap.Circle, DEGREES, st.integers(0, 10**7).map(lambda n: n / 1e3))),
    geocodes=_tuples(NAMED),
    altitude=st.none() | st.decimals(0, 999, places=2),
    ceiling=st.none(),
)
RESOURCES = st.builds(
    cap.Resource,
    desc=WORDS,
    mime=st.just("image/png"),
    size=st.none() | st.integers(0, 10**9),
    uri=st.just("https://a.example/b.png"),
    inline=st.just(""),
    digest=st.sampled_from(["", "0" * 40]),
)
INFOS = st.builds(
    cap.Info,
    event=WORDS.filter(bool),
    categories=st.just(("Met",)),
    urgency=st.sampled_from(["Immediate", "Past", "Unknown"]),
    severity=st.sampled_from(["Extreme", "Minor"]),
    certainty=st.sampled_from(["Observed", "Likely"]),
    language=st.sampled_from(["vi-VN", "en-US", "tay"]),
    responses=_tuples(st.sampled_from(["Shelter", "AllClear"])),
    audience=WORDS,
    codes=_tuples(NAMED),
    effective=st.none(),
    onset=st.none(),
    expires=st.none(),
    sender_name=WORDS,
    headline=WORDS,
    description=WORDS,
    instruction=WORDS,
    web=st.just(""),
    contact=WORDS,
    parameters=_tuples(NAMED),
    resources=_tuples(RESOURCES),
    areas=_tuples(AREAS),
)
BARE = WORDS.map(lambda text: text.replace('"', "")).filter(bool)


@st.composite
def messages(draw: st.DrawFn) -> cap.Message:
    """Any message that the standard allows."""
    sent = draw(SENT)
    kind = draw(st.sampled_from(cap.Kind))
    earlier = st.integers(1, 10**6).map(lambda seconds: sent - timedelta(seconds=seconds))
    keys = st.builds(cap.Key, NAMES.map("s".__add__), NAMES.map("i".__add__), earlier)
    infos = []
    for info in draw(st.lists(INFOS, max_size=2)):
        hours = draw(st.none() | st.integers(1, 100))
        if hours:
            times = {"onset": sent + timedelta(hours=hours), "expires": sent + timedelta(hours=2 * hours)}
            info = cap.Info(**{name: getattr(info, name) for name in info.__slots__} | times)
        infos.append(info)
    return cap.Message(
        identifier="0" + draw(NAMES),
        sender="0" + draw(NAMES),
        sent=sent,
        status=draw(st.sampled_from(cap.Status)),
        kind=kind,
        scope=cap.Scope.PRIVATE if draw(st.booleans()) else cap.Scope.PUBLIC,
        source=draw(WORDS),
        addresses=tuple(draw(st.lists(BARE, min_size=1, max_size=2))),
        codes=draw(_tuples(WORDS)),  # type: ignore[arg-type]
        note=draw(WORDS),
        references=tuple(draw(st.lists(keys, min_size=kind != cap.Kind.ALERT, max_size=2))),
        incidents=tuple(draw(st.lists(BARE, max_size=2))),
        infos=tuple(infos),
    )


@settings(max_examples=40)
@given(messages())
def test_reading_what_was_written_gives_the_same(message: cap.Message) -> None:
    reading = read(written(message))
    assert reading.valid, reading.faults
    assert reading.message == message


def test_utc_is_written_as_the_standard_asks() -> None:
    message = cap.Message(
        "1", "a", datetime(2026, 1, 1, tzinfo=UTC), cap.Status.TEST, cap.Kind.ALERT, cap.Scope.PUBLIC
    )
    assert b"<sent>2026-01-01T00:00:00-00:00</sent>" in written(message)
