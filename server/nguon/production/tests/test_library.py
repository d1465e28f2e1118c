"""The shared library: who shares, who may take, and what becomes of it in a draft and beside a script."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from nguon.accounts.models import User
from nguon.accounts.states import Role
from nguon.accounts.tests.cast import person
from nguon.audio import actions as audio
from nguon.audio.actions.uploads import process_upload
from nguon.audio.queries import media_path
from nguon.audio.tests.sounds import tone, wav
from nguon.bulletins import actions as bulletins
from nguon.bulletins.errors import AttachmentTypeWrong, BulletinUnknown, NotYourDraft
from nguon.bulletins.models import Revision
from nguon.bulletins.tests.cast import Newsroom, approved, draft, newsroom
from nguon.kernel.errors import DomainError
from nguon.organisations.models import Place
from nguon.organisations.tests.cast import AT
from nguon.production import actions, errors, queries
from nguon.production.models import Asset
from nguon.production.tests.cast import scripted

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def room(db: None, settings: Settings, tmp_path: Path) -> Newsroom:
    settings.NGUON_DATA = str(tmp_path)
    return newsroom()


def above(room: Newsroom) -> User:
    """Somebody who writes for the province."""
    return person("tinh", "Phạm Thị Tỉnh", (Role.WRITER, room.people.places.province))


def shared(by: User, place: Place, name: str = "Lịch tiêm") -> Asset:
    file = SimpleUploadedFile("lich.pdf", PDF)
    return actions.share_file(file=file, name=name, place=place, by=by, at=AT)


def test_a_file_of_the_province_stands_beside_a_communes_draft(room: Newsroom) -> None:
    asset = shared(above(room), room.people.places.province)
    made = draft(room)
    actions.take(asset_id=asset.pk, revision_id=made.pk, by=room.people.lan, at=AT)
    actions.take(asset_id=asset.pk, revision_id=made.pk, by=room.people.lan, at=AT)
    (beside,) = made.attachments.all()
    assert (beside.sha256, beside.filename, beside.size) == (asset.sha256, "lich.pdf", len(PDF))
    actions.end_asset(asset_id=asset.pk, by=asset.made_by, at=AT)
    assert not queries.assets(room.people.lan, AT).exists()
    assert made.attachments.exists()


def test_a_sound_becomes_the_recording_of_a_draft(room: Newsroom) -> None:
    heard = approved(room)
    asset = actions.share_sound(
        bulletin_id=heard.bulletin_id, name="", place=room.people.places.commune, by=room.people.lan, at=AT
    )
    assert asset.name == "Họp thôn"
    made = bulletins.start(by=room.people.lan, at=AT)
    kept = actions.take(asset_id=asset.pk, revision_id=made.pk, by=room.people.lan, at=AT)
    kept.refresh_from_db()
    assert kept.upload is not None
    assert (kept.upload.by, kept.upload.media) == (room.people.lan, heard.media)
    assert kept.spoken_text == ""


def test_what_stands_beside_a_script_goes_into_its_bulletin(room: Newsroom) -> None:
    item = scripted(room)
    asset = shared(room.people.lan, room.people.places.commune)
    gone = shared(room.people.lan, room.people.places.commune, "Bỏ")
    for one in (asset, gone, asset):
        actions.plan_for(asset_id=one.pk, item_id=item.pk, by=room.people.lan, at=AT)
    actions.end_asset(asset_id=gone.pk, by=room.people.lan, at=AT)
    made = actions.to_bulletin(item_id=item.pk, by=room.people.lan, at=AT)
    assert [one.filename for one in made.attachments.all()] == ["lich.pdf"]


def test_wrong_input_changes_nothing(room: Newsroom) -> None:
    commune, lan, hue = room.people.places.commune, room.people.lan, room.people.hue
    asset, made, waiting = shared(lan, commune), draft(room), bulletins.start(by=hue, at=AT)
    bad = SimpleUploadedFile("x.pdf", b"MZ")
    silent = bulletins.start(by=lan, at=AT)
    cases: list[tuple[type[DomainError], Callable[[], object]]] = [
        (errors.MayNotPlan, lambda: shared(hue, commune)),
        (errors.MayNotPlan, lambda: actions.end_asset(asset_id=asset.pk, by=hue, at=AT)),
        (AttachmentTypeWrong, lambda: actions.share_file(file=bad, name="x", place=commune, by=lan, at=AT)),
        (errors.SoundMissing, lambda: actions.share_sound(
            bulletin_id=silent.bulletin_id, name="x", place=commune, by=lan, at=AT)),
        (BulletinUnknown, lambda: actions.share_sound(
            bulletin_id=made.bulletin_id, name="x", place=commune, by=hue, at=AT)),
        (errors.AssetUnknown, lambda: actions.take(
            asset_id=asset.pk, revision_id=waiting.pk, by=hue, at=AT)),
        (NotYourDraft, lambda: actions.take(asset_id=asset.pk, revision_id=waiting.pk, by=lan, at=AT)),
    ]  # fmt: skip
    for error, wrong in cases:
        with pytest.raises(error), transaction.atomic():
            wrong()
    assert Asset.objects.count() == 1


def test_the_page_shows_what_one_may_use_and_takes_it(room: Newsroom) -> None:
    asset = shared(above(room), room.people.places.province, "Lịch tiêm chủng")
    item = scripted(room)
    lan, hue = Client(), Client()
    lan.force_login(room.people.lan)
    hue.force_login(room.people.hue)
    page = lan.get(reverse("console:library"), {"q": "tiem chung"}).content.decode()
    assert "Lịch tiêm chủng" in page
    assert reverse("console:asset_end", args=[asset.pk]) not in page  # it is the province's
    assert "Lịch tiêm chủng" not in hue.get(reverse("console:library")).content.decode()
    address = reverse("console:asset", args=[asset.pk])
    assert hue.get(address).status_code == 404
    answer = lan.get(address)
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert "attachment" in answer["Content-Disposition"]
    take = reverse("console:asset_take", args=[asset.pk])
    assert "Hãy chọn bản nháp" in lan.post(take, {"vao": "x"}).content.decode()
    page = lan.post(take, {"vao": f"muc:{item.pk}"}, follow=True).content.decode()
    assert "Đã để cạnh kịch bản" in page
    assert "Lịch tiêm chủng" in page
    share = {"noi": room.commune, "ten": "Ảnh"}
    assert "Hãy chọn tệp" in lan.post(reverse("console:library_share"), share).content.decode()
    heard = approved(room)
    assert heard.media is not None
    path = media_path(heard.media)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"sound")
    share = {"noi": room.commune, "ten": "Tiếng trống", "ban-tin": str(heard.bulletin_id)}
    page = lan.post(reverse("console:library_share"), share, follow=True).content.decode()
    assert "“Tiếng trống” đã có trong kho tư liệu." in page
    own = Asset.objects.exclude(media=None).get()
    heard_again = lan.get(reverse("console:asset", args=[own.pk]))
    assert b"".join(heard_again.streaming_content) == b"sound"  # type: ignore[attr-defined]
    assert Revision.objects.filter(submitted_at=None).count() == 0


def test_a_sound_is_sent_straight_into_the_library_and_taken_when_it_is_made(
    room: Newsroom, tmp_path: Path
) -> None:
    lan, hue = Client(), Client()
    lan.force_login(room.people.lan)
    hue.force_login(room.people.hue)
    sent = {"noi": room.commune, "ten": "Trống hội", "file": wav_file(tmp_path)}
    page = lan.post(reverse("console:library_share"), sent, follow=True).content.decode()
    assert "Đang xử lý âm thanh" in page
    asset = Asset.objects.get()
    hoa = person("hoa", "Đỗ Thị Hoa", (Role.WRITER, room.people.places.commune))
    made = bulletins.start(by=hoa, at=AT)

    def take() -> Revision:
        return actions.take(asset_id=asset.pk, revision_id=made.pk, by=hoa, at=AT)

    with pytest.raises(errors.SoundNotReady), transaction.atomic():
        take()
    assert asset.upload is not None
    process_upload(upload_id=asset.upload.pk, at=AT)
    page = lan.get(reverse("console:library")).content.decode()
    assert "Hình âm thanh" in page
    heard = lan.get(reverse("console:asset", args=[asset.pk]))
    assert b"".join(heard.streaming_content).startswith(b"OggS")  # type: ignore[attr-defined]
    taken = take()
    taken.refresh_from_db()
    assert taken.upload is not None
    asset.refresh_from_db()
    assert taken.upload.media == asset.sound
    assert "Trống hội" not in hue.get(reverse("console:library")).content.decode()


def test_anothers_upload_is_nothing_to_share(room: Newsroom, tmp_path: Path) -> None:
    hue = Client()
    hue.force_login(room.people.hue)
    own = audio.upload(file=wav_file(tmp_path), by=room.people.lan, at=AT)
    sent = {"noi": room.people.places.ward.area, "ten": "x", "upload": str(own.pk)}
    assert hue.post(reverse("console:library_share"), sent).status_code == 409
    assert not Asset.objects.exists()


def wav_file(folder: Path) -> SimpleUploadedFile:
    return SimpleUploadedFile("trong.wav", wav(folder / "trong.wav", tone(1.0)).read_bytes())
