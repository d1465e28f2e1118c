"""Two people, one hash: from the proposal to documents that loudspeakers obey, and what is refused."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from nguon.accounts.states import Role
from nguon.accounts.tests.cast import person
from nguon.alerts import actions, errors, queries, rules
from nguon.alerts.actions.seeding import seeds
from nguon.alerts.models import Alert, Signature
from nguon.alerts.states import TURNS, Ending, Hazard, Heard, Kind, Level, State
from nguon.alerts.tests.cast import Both, both_signers, name_of, proposed, signed, sounding, template
from nguon.audio.models import Media
from nguon.bulletins.tests.cast import Newsroom, newsroom, sound
from nguon.deliveries.actions import AT_ONCE, sign_many
from nguon.deliveries.actions.signing import Ring
from nguon.deliveries.models import Document, Receipt, ReleasedMedia, SigningTask
from nguon.deliveries.states import TaskState
from nguon.deliveries.tests.test_with_the_signer import SameTransaction
from nguon.devices.tests.cast import loudspeaker
from nguon.kernel.clock import to_epoch
from nguon.kernel.text import fold
from nguon.organisations.tests.cast import AT
from nguon_protocol import relay
from nguon_protocol.acceptance import Accepted
from nguon_protocol.documents import Drill, Urgent
from nguon_protocol.envelope import parse
from nguon_signer.service import Service

pytestmark = pytest.mark.django_db


@pytest.fixture
def signer(tmp_path: Path) -> Iterator[Both]:
    with both_signers(tmp_path) as both:
        yield both


@pytest.fixture
def room() -> Newsroom:
    return newsroom()


def sign_all(signer: Both) -> list[Ring]:
    found: list[Ring] = []
    while (rings := sign_many(signer=signer, at=signer.at, kinds=AT_ONCE)) is not None:
        found += rings
    return found


def refusals() -> list[str]:
    return list(SigningTask.objects.filter(state=TaskState.REFUSED).values_list("reason", flat=True))


def actions_of(rings: list[Ring]) -> list[str]:
    return [relay.read(one.envelope).action for one in rings if one.envelope]


def test_two_people_and_the_loudspeakers_obey(room: Newsroom, signer: Both) -> None:
    alert = proposed(room)
    assert (alert.state, alert.loudspeakers) == (State.READY, 2)
    assert signed(room, alert, room.people.tuan).state == State.WAITING
    assert sign_all(signer) == []
    assert signed(room, alert, room.people.minh).state == State.SOUNDING
    (ring,) = sign_all(signer)
    assert ring.envelope is not None
    judged = relay.judge(ring.envelope, signer.opened.root, to_epoch(AT))
    assert isinstance(judged, Accepted)
    assert judged.holders == {"server", "second"}
    assert ReleasedMedia.objects.filter(pk=alert.media_id).exists()
    kept = [relay.read(one.envelope).action for one in Document.objects.filter(task=None).order_by("v")]
    assert kept == ["cancel", "correct", "correct"]


def test_one_person_is_never_both(room: Newsroom, signer: Both) -> None:
    alert = signed(room, proposed(room), room.people.tuan)
    with pytest.raises(errors.SamePerson):
        signed(room, alert, room.people.tuan)
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.create(alert=alert, part=2, by=room.people.tuan, at=AT, content_sha256="")
    assert sign_all(signer) == []


def test_the_signer_refuses_what_is_signed_by_half(room: Newsroom, signer: Both) -> None:
    alert = sounding(room)
    Signature.objects.filter(alert=alert, part=2).delete()
    assert sign_all(signer) == []
    assert refusals() == ["half"]
    actions.tend(at=AT)
    alert.refresh_from_db()
    assert alert.ending == Ending.REFUSED


def test_another_word_than_the_signed_one_is_refused(room: Newsroom, signer: Both) -> None:
    alert = sounding(room)
    type(alert).objects.filter(pk=alert.pk).update(title="Chạy đi")
    assert sign_all(signer) == []
    assert refusals() == ["content"]


def test_a_signature_grows_cold(room: Newsroom, signer: Both) -> None:
    alert = signed(room, proposed(room), room.people.tuan)
    with pytest.raises(errors.TooLate):
        signed(room, alert, room.people.minh, AT + timedelta(minutes=11))
    signed(room, alert, room.people.minh)
    signer.at = AT + timedelta(minutes=11)
    assert sign_all(signer) == []
    assert refusals() == ["late"]


def test_an_area_that_grew_is_looked_at_again(room: Newsroom) -> None:
    alert = signed(room, proposed(room), room.people.tuan)
    loudspeaker("Loa mới", room.people.places.villages[0])
    with pytest.raises(errors.AreaGrew, match="2 lên 3"):
        signed(room, alert, room.people.minh)
    alert.refresh_from_db()
    assert alert.ending == Ending.GREW
    again = actions.propose_again(alert=alert, by=room.people.minh, at=AT)
    assert (again.loudspeakers, again.state) == (3, State.READY)


def test_the_places_name_is_typed(room: Newsroom) -> None:
    alert = proposed(room)
    with pytest.raises(errors.WrongName):
        actions.sign(
            alert_id=alert.pk, content_sha256=alert.content_sha256, typed="có", by=room.people.tuan, at=AT
        )
    typed = f"  {fold(name_of(alert).split(',')[0]).upper().replace(' ', '   ')} "  # no marks, odd blanks
    actions.sign(
        alert_id=alert.pk, content_sha256=alert.content_sha256, typed=typed, by=room.people.tuan, at=AT
    )


def test_who_is_not_there_signs_nothing(room: Newsroom) -> None:
    with pytest.raises(errors.NotOnDuty):
        proposed(room, by=room.people.hue)
    alert = signed(room, proposed(room), room.people.tuan)
    with pytest.raises(errors.NotOnDuty):
        signed(room, alert, room.people.lan)


@pytest.mark.parametrize(
    ("ending", "action"),
    [(Ending.CANCELLED, "cancel"), (Ending.FALSE, "correct"), (Ending.ALL_CLEAR, "correct")],
)
def test_one_press_ends_it_with_what_it_was_born_with(
    room: Newsroom, signer: Both, ending: Ending, action: str
) -> None:
    alert = sounding(room)
    (born,) = sign_all(signer)
    actions.end(alert_id=alert.pk, ending=ending, by=room.people.minh, at=AT)
    rings = [ring for ring in sign_all(signer) if ring.envelope]
    assert actions_of(rings) == [action]
    assert rings[0].envelope is not None
    assert born.envelope is not None
    end, begun = relay.read(rings[0].envelope), relay.read(born.envelope)
    assert getattr(end, "of", None) == begun.id
    if ending != Ending.ALL_CLEAR:
        named = {"cancel": "cancel", "correct": "correction"}[action]
        assert parse(rings[0].envelope).sha256 == getattr(begun, named)


def test_the_end_of_a_long_alert_speaks_of_its_newest_sounding_alone(room: Newsroom, signer: Both) -> None:
    alert = sounding(room, template=template(room, "storm-news", every_s=7200, lasts_s=43_200))
    sign_all(signer)
    signer.at = AT + timedelta(hours=2)
    actions.tend(at=signer.at)
    assert actions_of(sign_all(signer)) == ["play"]
    signer.at += timedelta(minutes=90)  # long over, and the next one is half an hour away
    actions.end(alert_id=alert.pk, ending=Ending.FALSE, by=room.people.minh, at=signer.at)
    assert actions_of(sign_all(signer)) == ["correct"]
    with CaptureQueriesContext(connection) as asked:
        actions.tend(at=signer.at + timedelta(minutes=5))
    assert not [one for one in asked if "FOR UPDATE" in one["sql"] and "document" in one["sql"]]


def test_an_officer_of_one_commune_ends_nothing_of_another(room: Newsroom, signer: Both) -> None:
    places = room.people.places
    alert = proposed(room, places.commune.area, places.ward.area)
    only_there = person("hoa", "Phạm Thị Hoa", (Role.DUTY, places.ward))
    with pytest.raises(errors.NotOnDuty, match=str(places.commune)):
        actions.end(alert_id=alert.pk, ending=Ending.CANCELLED, by=only_there, at=AT)
    assert actions.end(alert_id=alert.pk, ending="dropped", by=room.people.minh, at=AT).state == State.ENDED


def test_a_cancel_wins_over_what_is_still_being_signed(room: Newsroom, signer: Both) -> None:
    alert = sounding(room)
    task = SigningTask.objects.get()
    given = signer.call("urgents", step=str(task.subject), targets=[task.target])
    actions.end(alert_id=alert.pk, ending=Ending.CANCELLED, by=room.people.tuan, at=AT)
    assert sign_all(signer) == []

    class Late:
        def call(self, op: str, **fields: object) -> dict[str, object]:
            return given if op == "urgents" else signer.call(op, **fields)

    SigningTask.objects.update(state=TaskState.PENDING)
    assert actions_of(sign_many(signer=Late(), at=AT, kinds=AT_ONCE) or []) == ["play"]
    actions.tend(at=AT)
    assert actions_of(sign_all(signer)) == ["cancel"]


def test_asked_twice_it_is_the_same_document(room: Newsroom, signer: Both) -> None:
    sounding(room)
    task = SigningTask.objects.get()
    one, two = (
        signer.call("urgents", step=str(task.subject), targets=[task.target])["answers"][task.target]
        for _ in range(2)
    )
    assert one["document"] == two["document"]
    assert [end["sha256"] for end in one["ends"]] == [end["sha256"] for end in two["ends"]]


def test_a_drill_is_another_document_without_the_siren(room: Newsroom, signer: Both) -> None:
    alert = proposed(room, kind=Kind.DRILL)
    assert signed(room, alert, room.people.tuan).state == State.SOUNDING
    (ring,) = sign_all(signer)
    assert ring.envelope is not None
    drill = Drill.parse(parse(ring.envelope).payload)
    assert drill.sounds[0] == "drill"
    assert "siren" not in drill.sounds


def test_one_officer_alone_reaches_one_commune_without_the_siren(room: Newsroom, signer: Both) -> None:
    made = template(room)
    with pytest.raises(errors.GlassTooWide):
        proposed(room, room.people.places.province.area, kind=Kind.GLASS, template=made)
    alert = signed(room, proposed(room, kind=Kind.GLASS, template=made), room.people.tuan)
    assert alert.state == State.SOUNDING
    (ring,) = sign_all(signer)
    assert ring.envelope is not None
    document = relay.read(ring.envelope)
    assert getattr(document, "sounds", ()) == ("attention",)
    assert (getattr(document, "dur_ms", 0) or 0) <= 60_000
    with pytest.raises(errors.OneAtATime):
        signed(room, proposed(room, kind=Kind.GLASS, template=made), room.people.tuan)


def test_a_second_officer_has_what_one_began_alone_sound_whole(room: Newsroom, signer: Both) -> None:
    alert = proposed(room, kind=Kind.GLASS, template=template(room, repeat=2))
    signed(room, alert, room.people.tuan)
    (alone,) = sign_all(signer)
    assert alone.envelope is not None
    with pytest.raises(errors.NotOnDuty):
        signed(room, alert, room.people.lan)
    signed(room, alert, room.people.tuan)  # again, by the same person: nothing more
    assert (sign_all(signer), alert.steps.count()) == ([], 1)
    signer.at = AT + timedelta(seconds=20)
    assert signed(room, alert, room.people.minh, signer.at).state == State.SOUNDING
    said = [relay.read(ring.envelope) for ring in sign_all(signer) if ring.envelope]
    cut, whole = sorted(said, key=lambda document: document.action)
    assert isinstance(whole, Urgent)
    assert (whole.sounds, whole.repeat, whole.action) == (("siren", "attention"), 2, "play")
    assert getattr(cut, "of", None) == relay.read(alone.envelope).id
    third = person("hoa", "Đỗ Thị Hoa", (Role.DUTY, room.people.places.commune))
    with pytest.raises(errors.AlreadyOver):
        signed(room, alert, third)
    newer = proposed(room, kind=Kind.GLASS, template=template(room, "storm-2"), by=third)
    signed(room, newer, third)
    alert.refresh_from_db()
    assert alert.state == State.SOUNDING  # it is of two people now
    sign_all(signer)
    actions.end(alert_id=alert.pk, ending=Ending.FALSE, by=room.people.minh, at=signer.at)
    assert "correct" in actions_of(sign_all(signer))


def test_without_the_second_word_the_signers_keep_the_siren_silent(room: Newsroom, signer: Both) -> None:
    alert = proposed(room, kind=Kind.GLASS)
    signed(room, alert, room.people.tuan)
    sign_all(signer)
    signed(room, alert, room.people.minh)
    Signature.objects.filter(alert=alert, part=2).delete()  # somebody owns the database
    assert "play" not in actions_of(sign_all(signer))
    assert refusals() == ["half"]


def test_who_only_approves_starts_nothing_alone(room: Newsroom) -> None:
    for kind in (Kind.GLASS, Kind.DRILL):
        alert = proposed(room, kind=kind)
        with pytest.raises(errors.NobodyOnDuty):
            signed(room, alert, room.people.minh)


def test_neither_machine_alone_is_obeyed(room: Newsroom, signer: Both) -> None:
    sounding(room)
    (ring,) = sign_all(signer)
    assert ring.envelope is not None
    whole = json.loads(ring.envelope)
    keys = signer.opened.root.keys
    for holder in ("server", "second"):
        alone = [one for one in whole["signatures"] if keys[one["keyid"]].holder == holder]
        text = json.dumps({**whole, "signatures": alone})
        judged = relay.judge(text, signer.opened.root, to_epoch(AT))
        assert (len(alone), getattr(judged, "reason", "")) == (2, "threshold")


class Away:
    """A second signer that cannot be reached, or is broken in a way that nobody thought of."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def call(self, op: str, **fields: object) -> dict[str, Any]:
        raise self.error


@pytest.mark.parametrize("error", [OSError("gone"), TimeoutError(), RuntimeError("?")], ids=type)
def test_nothing_half_signed_leaves_while_the_second_signer_is_away(
    room: Newsroom, signer: Both, error: Exception
) -> None:
    sounding(room)
    away = Away(error)
    signer.service = Service(signer.opened, SameTransaction(), lambda: to_epoch(signer.at), second=away)
    with suppress(Exception):
        sign_all(signer)
    assert Document.objects.filter(type="urgent").count() == 0


def test_an_earlier_sounding_that_may_still_be_heard_is_ended_too(room: Newsroom, signer: Both) -> None:
    alert = sounding(room, template=template(room, "storm-news", every_s=7200, lasts_s=43_200))
    sign_all(signer)
    signer.at = AT + timedelta(hours=2)
    actions.tend(at=signer.at)
    sign_all(signer)
    Media.objects.filter(pk=alert.media_id).update(duration_ms=50 * 60_000)  # long words, several times
    Alert.objects.filter(pk=alert.pk).update(repeat=3)
    actions.end(alert_id=alert.pk, ending=Ending.FALSE, by=room.people.minh, at=signer.at)
    assert sorted(actions_of(sign_all(signer))) == ["cancel", "correct"]


def test_repeats_come_in_the_signed_rhythm_and_end_with_it(room: Newsroom, signer: Both) -> None:
    made = template(room, "tsunami", hazard="tsunami", offsets=[0, 300], every_s=1800, lasts_s=3600)
    alert = sounding(room, template=made)
    minutes = [rules.due_at(alert, number) for number in range(5)]
    assert [None if one is None else (one - AT).seconds // 60 for one in minutes] == [0, 5, 35, None, None]


@pytest.mark.parametrize("said", ["2026-12-31T23:58:30+07:00", "2028-02-28T23:58:30+07:00"])
def test_a_rhythm_goes_on_over_midnight_and_the_end_of_february(room: Newsroom, said: str) -> None:
    alert = sounding(room, template=template(room, "tsunami", offsets=[0, 300], every_s=3600, lasts_s=86_400))
    alert.signed_at = datetime.fromisoformat(said)
    due = [rules.due_at(alert, number) for number in range(25)]
    whole = [one for one in due if one is not None]
    assert len(whole) == 25
    assert {later - before for before, later in pairwise(whole[1:])} == {timedelta(hours=1)}
    assert rules.due_at(alert, 26) is None


def test_a_repeat_is_signed_when_it_is_due_and_not_before(room: Newsroom, signer: Both) -> None:
    alert = sounding(room, template=template(room, "tsunami", offsets=[0, 300], lasts_s=3600))
    assert actions_of(sign_all(signer)) == ["play"]
    actions.tend(at=AT + timedelta(minutes=4))
    assert sign_all(signer) == []
    signer.at = AT + timedelta(minutes=5)
    actions.tend(at=signer.at)
    (again,) = sign_all(signer)
    assert again.envelope is not None
    item = relay.read(again.envelope).item
    assert item is not None
    assert (item.media.sha256, item.media.sha256 == alert.media_id) == (alert.replay_id, False)
    actions.tend(at=AT + timedelta(hours=2))
    alert.refresh_from_db()
    assert alert.ending == Ending.TIME


def test_the_newer_word_on_one_thing_replaces_the_older(room: Newsroom, signer: Both) -> None:
    old = sounding(room)
    sign_all(signer)
    new = sounding(room, template=template(room, "storm-2"))
    old.refresh_from_db()
    assert (old.ending, new.state) == (Ending.REPLACED, State.SOUNDING)
    assert sorted(actions_of(sign_all(signer))) == ["cancel", "play"]


@pytest.mark.parametrize(("level", "said"), [(3, ["cancel", "play"]), (1, ["play"])])
def test_which_of_two_hazards_goes_first_is_as_the_table_says(
    room: Newsroom, signer: Both, level: int, said: list[str]
) -> None:
    running = sounding(room)
    sign_all(signer)
    sounding(room, template=template(room, "fire", hazard="fire", level=level))
    running.refresh_from_db()
    assert running.state == State.SOUNDING
    assert sorted(actions_of(sign_all(signer))) == said
    assert set(TURNS) == {(a, b) for a in Level for b in Level}


@pytest.mark.parametrize(("hazard", "level"), [("storm", 2), ("fire", 3)])
def test_a_commune_silences_nothing_of_its_province(
    room: Newsroom, signer: Both, hazard: str, level: int
) -> None:
    province = room.people.places.province.area
    wide = proposed(room, province)
    signed(room, wide, room.people.tuan)
    signed(room, wide, person("hoa", "Đỗ Thị Hoa", (Role.APPROVER, room.people.places.province)))
    sign_all(signer)
    sounding(room, template=template(room, f"{hazard}-xa", hazard=hazard, level=level))
    wide.refresh_from_db()
    assert wide.state == State.SOUNDING
    assert actions_of(sign_all(signer)) == ["play"]  # nothing is taken back anywhere


def test_what_one_officer_makes_alone_ends_nothing_that_two_have_signed(room: Newsroom, signer: Both) -> None:
    running = sounding(room)
    alone = proposed(room, template=template(room, "storm-glass"), kind=Kind.GLASS)
    signed(room, alone, room.people.tuan)
    running.refresh_from_db()
    assert (running.state, running.replaced_by) == (State.SOUNDING, None)


def test_each_loudspeaker_is_in_one_named_state(room: Newsroom, signer: Both) -> None:
    alert = sounding(room)
    sign_all(signer)
    first, second = room.fleet.first.device, room.fleet.second.device
    type(first).objects.update(online=True)
    hearing = queries.hearing_of(alert, AT + timedelta(seconds=5))
    assert (hearing.total, hearing.by_state[Heard.UNKNOWN]) == (2, 2)
    sha256 = Document.objects.get(task__kind="urgent").pk
    for n, event in enumerate(("accepted", "started", "played"), start=1):
        Receipt.objects.create(
            device=first, n=n, sha256=f"{n:064}", event=event, document=sha256, at=AT, clock="SYNCED",
            received_at=AT + timedelta(seconds=n), envelope="",
        )  # fmt: skip
    late = queries.hearing_of(alert, AT + timedelta(seconds=61))
    states = {line.device: line.heard for line in late.lines}
    assert states == {first.pk: Heard.PLAYED, second.pk: Heard.UNREACHABLE}
    assert [line.device for line in queries.not_reached(late)] == [second.pk]


def test_two_people_make_a_template(room: Newsroom) -> None:
    words = actions.Words(slug="lu", title="Lũ", text="Nước lên.")
    place = room.people.places.province
    made = actions.make_template(
        words=words, place=place, by=room.people.tuan, at=AT, media_id=sound("lu").media_id
    )
    with pytest.raises(errors.OwnTemplate):
        actions.approve_template(template_id=made.pk, by=room.people.tuan, at=AT)
    with pytest.raises(errors.TemplateUnknown):
        proposed(room, template=made)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(made).objects.filter(pk=made.pk).update(approved_by=made.author, approved_at=AT)


def test_the_seeds_hold_the_rhythms_of_the_law() -> None:
    found = {words.slug: words for words in seeds()}
    assert {words.hazard for words in found.values()} >= set(Hazard) - {Hazard.OTHER}
    tsunami = found["tsunami"]
    assert (tsunami.offsets, tsunami.every_s) == ((0, 300, 600), 1800)
    assert found["storm-news"].every_s == 7200
    named = {"flood-news": (7200, 24), "storm-urgent": (3600, 12), "flood-urgent": (3600, 12),
             "landslide": (3600, 6), "tsunami": (1800, 24), "tsunami-3": (1200, 24)}  # fmt: skip
    for slug, (every_s, hours) in named.items():
        assert (found[slug].every_s, found[slug].lasts_s) == (every_s, 3600 * hours), slug
    assert all(found[slug].repeat * len(found[slug].offsets) >= 2 for slug in named)  # at once, twice
    epidemic = found["epidemic"]
    assert epidemic.lasts_s // epidemic.every_s + 1 == 3  # times a day
