"""Watching a bulletin go down the line from a terminal."""

import pytest

from nguon.bulletins.tests.cast import Newsroom, draft
from nguon.console import saying
from nguon.deliveries import queries
from nguon.deliveries.queries import Tally
from nguon.deliveries.states import DeliveryState


def test_what_is_told_last_is_never_older_than_the_reason_to_end(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    five = Tally({DeliveryState.PLAYED: 5, DeliveryState.PLAYING: 1})
    answers = iter([five, *[Tally({DeliveryState.PLAYED: 6})] * 6])
    monkeypatch.setattr(queries, "tally", lambda _deliveries: next(answers))
    monkeypatch.setattr(saying, "_scheduled", lambda _bulletin, _patience: iter(()))
    monkeypatch.setattr(saying, "_tasks", lambda _bulletin: [])
    monkeypatch.setattr(saying, "_pause", lambda: None)
    told = list(saying.watch(draft(room).bulletin, 60))
    assert (told[-1].stage, told[-1].done, told[-1].total) == ("prove", 6, 6)
