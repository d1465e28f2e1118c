"""Prints how many syllables of the default voice a recogniser mishears; fails only on nonsense."""

import sys
from pathlib import Path

import pytest

from nguon.audio.tests.hearing import misheard
from nguon.audio.voices import find

WORST = 0.97  # measured: 0.80; a voice that says nothing, or another language, is at 1 or more


@pytest.mark.slow
def test_the_default_voice_is_understood(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    voice = find("", tmp_path)
    assert voice
    share = misheard(voice, 120)
    with capsys.disabled():
        sys.stderr.write(f"\nsyllables misheard by viet-asr: {voice.id} {share:.0%}\n")
    assert 0 < share < WORST
