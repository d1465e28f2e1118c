"""Differences between two texts, and who gets to read them."""

from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from nguon.bulletins import actions
from nguon.bulletins.actions import DraftFields
from nguon.bulletins.tests.cast import Newsroom, approved, submitted
from nguon.console import comparing
from nguon.console.tests.conftest import As
from nguon.organisations.tests.cast import AT

text = st.lists(st.sampled_from(["bà", "con", "họp", "thôn", "7h30", "\n", "tối nay", ""]), max_size=30)


@given(text, text)
def test_the_pieces_give_both_texts_again(old: list[str], new: list[str]) -> None:
    one, other = " ".join(old), " ".join(new)
    found = list(comparing.pieces(one, other))
    if "…" not in "".join(piece.text for piece in found):
        assert "".join(piece.text for piece in found if piece.kind != "gone") == other
        assert "".join(piece.text for piece in found if piece.kind != "new") == one


def test_one_word_in_a_long_text_is_found_and_the_rest_left_out() -> None:
    words = [f"từ{number}" for number in range(200)]
    changed = [*words[:100], "KHÁC", *words[101:]]
    found = list(comparing.pieces(" ".join(words), " ".join(changed)))
    assert [(piece.kind, piece.text.strip()) for piece in found if piece.kind != "same"] == [
        ("gone", "từ100"),
        ("new", "KHÁC"),
    ]
    assert sum(len(piece.text) for piece in found) < 150


def test_what_is_sent_again_shows_what_was_changed(room: Newsroom, signed_in: As) -> None:
    first = submitted(room)
    actions.send_back(revision_id=first.pk, reason="Thiếu giờ", by=room.people.minh, at=AT)
    second = actions.reopen(bulletin_id=first.bulletin_id, by=room.people.lan, at=AT)
    actions.save_draft(
        revision_id=second.pk,
        given=DraftFields(title="Họp thôn lúc 7h"),
        by=room.people.lan,
        at=AT,
        rendering_id=second.rendering_id,
    )
    actions.submit(revision_id=second.pk, by=room.people.lan, at=AT)
    page = signed_in(room.people.minh).get(reverse("console:review", args=[second.pk])).content.decode()
    assert "Đã sửa so với bản trước" in page
    assert "<ins> lúc 7h</ins>" in page


def test_a_correction_by_the_browser(room: Newsroom, signed_in: As) -> None:
    old = approved(room)
    client = signed_in(room.people.lan)
    path = reverse("console:correct", args=[old.bulletin_id])
    assert client.post(path, {"wrong": " "}).status_code == 200
    assert client.post(path, {"wrong": "Sai giờ"}).status_code == 302
    page = client.get(reverse("console:bulletin", args=[old.bulletin_id])).content.decode()
    assert "Đính chính: Họp thôn" in page
    assert client.post(reverse("console:copy", args=[old.bulletin_id])).status_code == 302
