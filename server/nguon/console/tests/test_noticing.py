"""What a duty officer must act on is a notice with its time and what to do, in the own area alone."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from nguon.bulletins import errors, rules
from nguon.bulletins.tests.cast import LATER, Newsroom, submitted
from nguon.bulletins.tests.test_wide import approve, hoa
from nguon.console.noticing import notices
from nguon.console.tests.conftest import As
from nguon.deliveries.actions import follow, sign_next
from nguon.deliveries.tests.cast import FakeSigner
from nguon.organisations.tests.cast import AT
from nguon_signer.client import SignerRefused

__all__ = ["hoa"]


@pytest.fixture(autouse=True)
def one_commune(monkeypatch: pytest.MonkeyPatch) -> None:
    """This fixture will make two communes many."""
    monkeypatch.setattr(rules, "MOST_COMMUNES", 1)
    monkeypatch.setattr("nguon.bulletins.actions.deciding.MOST_COMMUNES", 1)


class Refusing(FakeSigner):
    """Refuses for one reason."""

    def __init__(self, reason: str) -> None:
        """This function will begin with that reason."""
        super().__init__()
        self.reason = reason

    def call(self, op: str, **fields: object) -> dict[str, object]:
        """This function will refuse."""
        raise SignerRefused(self.reason, "No.")


def refuse(room: Newsroom, *reasons: str, at: datetime = AT) -> None:
    for reason in reasons:
        approve(submitted(room, room.commune), room.people.minh)
        while follow(at=at):
            pass
        while sign_next(signer=Refusing(reason), at=at) is not None:
            pass


def kinds(*areas: str, at: datetime = AT) -> list[tuple[str, int]]:
    return sorted((one.kind, one.count) for one in notices(areas, at))


def test_refused_signing_is_told_by_kind_with_what_to_do(room: Newsroom, signed_in: As) -> None:
    refuse(room, "burst", "content")
    assert kinds(room.commune) == [("burst", 1), ("tampered", 1)]
    assert kinds("vn") == kinds(room.commune)
    assert kinds(room.ward) == []
    page = signed_in(room.people.tuan).get(reverse("console:duty_live")).content.decode()
    assert 'data-notice="burst"' in page
    assert "Bộ ký từ chối ký cho Xã Lục Nam" in page
    assert "Hãy báo ngay người quản trị" in page
    assert 'datetime="2026-03-02T08:00' in page
    assert kinds(room.commune, at=AT + timedelta(hours=13)) == []


@pytest.mark.parametrize(
    ("reason", "kind"), [("author", "tampered"), ("scope", "target"), ("expired", "late"), ("new", "other")]
)
def test_each_reason_has_its_advice(room: Newsroom, reason: str, kind: str) -> None:
    refuse(room, reason)
    assert kinds(room.commune) == [(kind, 1)]


def test_who_wants_to_play_in_too_many_communes_is_told(room: Newsroom, signed_in: As) -> None:
    for _ in range(2):
        approve(submitted(room, room.commune), room.people.minh)
    other = submitted(room, room.ward)
    for _ in range(2):
        with pytest.raises(errors.TooManyAtOnce):
            approve(other, room.people.minh)
    (notice,) = notices([room.ward], AT)
    assert (notice.kind, notice.count, notice.at) == ("too-many", 2, AT)
    assert room.people.minh.get_username() in notice.text
    assert notice.url == reverse("console:bulletin", args=[other.bulletin_id])
    assert notices([room.commune], AT) == ()


def test_what_is_to_sound_in_many_communes_is_told_until_it_sounds(room: Newsroom, hoa: object) -> None:
    made = submitted(room, room.commune, room.ward, starts_at=LATER)
    approve(made, room.people.minh)
    assert notices([room.commune], AT) == ()
    approve(made, hoa)  # type: ignore[arg-type]
    while follow(at=AT):
        pass
    (notice,) = notices([room.ward], AT)
    assert (notice.kind, "2 xã" in notice.title, "thu hồi" in notice.text) == ("wide", True, True)
    assert notices([room.ward], LATER) == ()
