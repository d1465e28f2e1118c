"""The machine's clock is wrong by years, or is moved meanwhile: a loudspeaker goes by signed time alone."""

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config import tls
from nguon_device.tests.authority import Authority
from nguon_device.tests.live import Process, serving, tone, wait_for
from nguon_device.tests.test_roots import rotate
from nguon_device.trust import pin
from nguon_protocol.documents import PlanItem
from tests.clock_hands import Hands

pytestmark = [pytest.mark.fault, pytest.mark.slow]

SOUND = tone(0.5)
POWER_ON = 86_400
"""Where the clock of a board without a battery begins: in 1970."""
YEAR_S = 365 * 86_400


@contextmanager
def installed(folder: Path, hands: Hands) -> Iterator[tuple[Authority, Process]]:
    """A server with a certificate of its own authority; a loudspeaker that pinned it, joined and played."""
    found = tls.own(folder / "tls", [], datetime.now(UTC))
    assert found.ca is not None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(found.certificate, found.key)
    authority, box = Authority(now=time.time()), folder / "box"
    box.mkdir()
    pin(box, found.ca.read_text())
    with serving(authority, context) as url:
        agent = Process(box, url, environment=hands.environment)
        try:
            say(authority, agent, "first")
            yield authority, agent
        finally:
            agent.kill()


def say(authority: Authority, agent: Process, name: str) -> None:
    """Order a sound, and wait until it was heard."""
    before = len(agent.wavs())
    authority.order(item=authority.item(name, sound=SOUND, dur_ms=500))
    wait_for(lambda: len(agent.wavs()) > before and authority.events("played")[before:])


def test_a_box_without_a_battery_comes_back_after_two_roots_and_a_new_certificate(tmp_path: Path) -> None:
    hands = Hands(tmp_path)
    with installed(tmp_path, hands) as (authority, agent):
        agent.kill()
        hands.move_to(POWER_ON)
        rotate(authority, 2)
        rotate(authority, 3)
        agent.start()
        say(authority, agent, "after the roots")
        told = [one.at for one in authority.receipts if one.clock != "UNKNOWN"]
        assert all(abs(at - time.time()) < 3600 for at in told)


def test_hands_that_are_moved_meanwhile_move_no_sound(tmp_path: Path) -> None:
    hands = Hands(tmp_path)
    with installed(tmp_path, hands) as (authority, agent):
        began = int(time.time())
        at = began + 8
        item = authority.item("planned", at, sound=SOUND, dur_ms=500)
        authority.plan(PlanItem(at, item))
        wait_for(lambda: "ready" in [one.event for one in authority.receipts if one.item == item.id])
        for off in (3 * YEAR_S, -30 * YEAR_S, at - began):
            hands.move(off)
            time.sleep(0.5)  # it looks at its clocks meanwhile
        hands.move(-3600)  # by which the next order would still hold
        authority.order(issued=began - 5000, expires=began - 3000, item=authority.item("late", sound=SOUND))
        wait_for(lambda: "refused expired" in authority.events())
        wait_for(lambda: len(authority.events("played")) == 2)  # or the last order would cut it short
        (start,) = (one.at for one in authority.receipts if (one.event, one.item) == ("started", item.id))
        assert at - 1 <= start <= at + 60
        say(authority, agent, "after all")
        assert len(agent.wavs()) == 3
