"""An officer's own voice, and templates in several languages: recorded, heard by another, played as one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nguon.accounts.models import User
from nguon.alerts import actions, errors
from nguon.alerts.models import Alert, Template
from nguon.alerts.states import Ending, Kind, State
from nguon.alerts.tests.cast import Both, both_signers, signed, template
from nguon.audio.errors import UploadUnknown
from nguon.audio.models import Joined, Rendering, Upload
from nguon.audio.states import State as Spoken
from nguon.bulletins.tests.cast import Newsroom, newsroom, sound
from nguon.deliveries.actions import AT_ONCE, sign_many
from nguon.deliveries.models import ReleasedMedia
from nguon.organisations.actions import add_headcount
from nguon.organisations.tests.cast import AT
from nguon_protocol import relay
from nguon_protocol.documents import Urgent

pytestmark = pytest.mark.django_db


@pytest.fixture
def signer(tmp_path: Path) -> Iterator[Both]:
    with both_signers(tmp_path) as both:
        yield both


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    monkeypatch.setattr("nguon.audio.store.fault_of", lambda sha256: "")  # no sound of these tests has a file
    return newsroom()


def recorded(by: User, name: str = "ghi.wav", seconds: int = 9, **state: str) -> Upload:
    values = {"state": Spoken.DONE, "media": sound(name, seconds).media, **state}
    return Upload.objects.create(by=by, filename=name, size=9, uploaded_at=AT, changed_at=AT, **values)


def spoken_alert(room: Newsroom, upload: Upload, **changes: object) -> Alert:
    wish = {"kind": Kind.REAL, "targets": (room.commune,), "title": "Vỡ đê", "upload": upload.pk, **changes}
    return actions.propose(wish=actions.Wish(**wish), by=room.people.tuan, at=AT)  # type: ignore[arg-type]


def test_siren_and_attention_come_from_the_device_and_the_voice_follows(room: Newsroom, signer: Both) -> None:
    upload = recorded(room.people.tuan, state=Spoken.RUNNING)
    heard, upload.media = upload.media, None
    upload.save()
    alert = spoken_alert(room, upload)
    assert alert.state == State.PREPARING
    upload.media, upload.state = heard, Spoken.DONE
    upload.save()
    alert = actions.settle(alert=alert, at=AT)
    signed(room, alert, room.people.tuan)
    signed(room, alert, room.people.minh)
    (ring,) = sign_many(signer=signer, at=AT, kinds=AT_ONCE) or []
    document = relay.read(ring.envelope or "")
    assert isinstance(document, Urgent)
    assert document.item is not None
    assert heard is not None
    assert (document.sounds, document.item.media.sha256) == (("siren", "attention"), heard.pk)


@pytest.mark.parametrize("why", ["broken", "long"])
def test_a_recording_that_cannot_be_used_ends_the_alert_before_anybody_signs(
    room: Newsroom, why: str
) -> None:
    broken = {"state": Spoken.FAILED, "media": None}
    upload = recorded(room.people.tuan, "dài", 601) if why == "long" else recorded(room.people.tuan, **broken)  # type: ignore[arg-type]
    assert spoken_alert(room, upload).ending == Ending.VOICE


def test_another_officer_lays_the_same_recording_down_again(room: Newsroom) -> None:
    alert = spoken_alert(room, recorded(room.people.tuan))
    again = actions.propose_again(alert=alert, by=room.people.minh, at=AT)
    assert (again.media_id, again.state) == (alert.media_id, State.READY)


def test_nothing_to_say_and_nobody_elses_recording(room: Newsroom) -> None:
    with pytest.raises(errors.NothingToSay):
        spoken_alert(room, recorded(room.people.tuan), title=" ")
    with pytest.raises(UploadUnknown):
        spoken_alert(room, recorded(room.people.minh, "khác"))


def of_the_commune(room: Newsroom, made: Template) -> None:
    place = room.people.places.commune
    rows = Template.objects.filter(pk=made.pk)
    rows.update(rendering=sound(made.text, 8), place=place, area=place.area)


def test_nobody_reads_a_book_as_an_alert(room: Newsroom) -> None:
    wish = actions.Wish(kind=Kind.REAL, targets=(room.commune,), title="Bão", text="Chạy ngay. " * 200)
    with pytest.raises(errors.TooLong, match="2199"):
        actions.propose(wish=wish, by=room.people.tuan, at=AT)
    made = template(room)
    of_the_commune(room, made)
    draft = in_tay(room, made)
    whole(seconds=601)
    with pytest.raises(errors.TemplateTooLong):
        actions.approve_template(template_id=draft.pk, by=room.people.minh, at=AT)


def in_tay(room: Newsroom, made: Template) -> Template:
    return actions.add_tongue(
        template_id=made.pk, language="tyz", upload_id=recorded(room.people.tuan, "tày", 7).pk,
        by=room.people.tuan, at=AT,
    )  # fmt: skip


def whole(seconds: int = 15) -> str:
    """The worker joins what was asked for."""
    media = sound("ghép", seconds).media
    Joined.objects.update(state=Spoken.DONE, media=media)
    assert media is not None
    return media.pk


def test_a_template_speaks_a_second_language_once_another_person_has_heard_it(room: Newsroom) -> None:
    made = template(room)
    of_the_commune(room, made)
    draft = in_tay(room, made)
    with pytest.raises(errors.TemplateSilent):
        actions.approve_template(template_id=draft.pk, by=room.people.minh, at=AT)
    assert Joined.objects.get().parts == [made.media_id, draft.tongues[0][1]]
    joined = whole()
    with pytest.raises(errors.OwnTemplate):
        actions.approve_template(template_id=draft.pk, by=room.people.tuan, at=AT)
    used = actions.approve_template(template_id=draft.pk, by=room.people.minh, at=AT)
    made.refresh_from_db()
    assert (used.media_id, made.ended_at) == (joined, AT)
    assert ReleasedMedia.objects.filter(pk=joined).exists()
    wish = actions.Wish(kind=Kind.REAL, targets=(room.commune,), template=used.pk)
    assert actions.propose(wish=wish, by=room.people.tuan, at=AT).media_id == joined


def test_what_is_filled_in_is_spoken_and_the_other_language_comes_after_it(room: Newsroom) -> None:
    made = template(room, "lu", extra="{sông} lên.")
    of_the_commune(room, made)
    used = actions.approve_template(template_id=in_tay(room, made).pk, by=room.people.minh, at=AT)
    wish = actions.Wish(
        kind=Kind.REAL, targets=(room.commune,), template=used.pk, blanks={"sông": "Sông Cầu"}
    )
    alert = actions.propose(wish=wish, by=room.people.tuan, at=AT)
    Rendering.objects.filter(pk__in=[alert.first_id]).update(state=Spoken.DONE, media=sound("đọc", 6).media)
    assert actions.settle(alert=alert, at=AT).state == State.PREPARING
    assert Joined.objects.get().parts == [sound("đọc", 6).media_id, used.tongues[0][1]]
    joined = whole()
    assert actions.settle(alert=alert, at=AT).media_id == joined


def test_a_language_is_one_of_the_list_and_not_vietnamese(room: Newsroom) -> None:
    made = template(room)
    for language in ("vie", "vi", "", "klingon"):
        with pytest.raises(errors.LanguageUnknown):
            actions.add_tongue(
                template_id=made.pk, language=language, upload_id=recorded(room.people.tuan, language).pk,
                by=room.people.tuan, at=AT,
            )  # fmt: skip


def test_two_people_sign_for_so_many_people(room: Newsroom) -> None:
    add_headcount(
        place=room.people.places.commune, people=8450, households=None, counted_on=AT.date(),
        source="Công an", by=None, at=AT,
    )  # fmt: skip
    alert = spoken_alert(room, recorded(room.people.tuan))
    assert alert.people == 8450
    Alert.objects.filter(pk=alert.pk).update(people=1)
    alert.refresh_from_db()
    with pytest.raises(errors.ContentChanged):
        signed(room, alert, room.people.tuan)
