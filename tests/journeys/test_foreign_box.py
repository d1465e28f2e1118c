"""A box of another maker behind the demo's bridge: it joins, plays what was signed, and is seen."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from config.supervisor import line
from tests.browser import DESKTOP, PHONE, assert_accessible
from tests.journeys.installation import Installation
from tests.journeys.people import DUTY, sign_in

SAY = """
import base64, json
from pathlib import Path
from django.core.management import call_command
from nguon.accounts.queries import user_named
from nguon.bridges.models import ForeignBox
from nguon.console import saying
from nguon.deliveries.models import Receipt
from nguon.health.actions import open_ticket
from nguon.kernel.clock import now

folder = Path({folder!r})
call_command("demo_bridge", str(folder), "--seconds", "120")
box = ForeignBox.objects.select_related("device__place").get(device__name__startswith="Loa hãng khác")
device = box.device
words = saying.Words(title="Họp thôn", text="Mời bà con họp thôn.", targets=(device.area,))
revision = saying.write(words, user_named("lan"))
saying.approve(revision, user_named("minh"))
for stage in saying.watch(revision.bulletin, 120):
    pass
(delivery,) = saying.deliveries_of(revision.bulletin)
ticket = open_ticket(device=device, title="Hộp lúc nghe lúc không", by=user_named("tuan"), at=now())
played = Receipt.objects.filter(device=device, event="played").values_list("envelope", flat=True)
said = [json.loads(base64.b64decode(json.loads(one)["payload"]))["class"] for one in played]
told = {{"device": str(device.pk), "ticket": str(ticket.pk), "state": delivery.state, "said": said}}
print(json.dumps(told))
"""
LEAVE = """
from nguon.accounts.queries import user_named
from nguon.devices.actions import revoke
from nguon.devices.models import Device
from nguon.kernel.clock import now
device = Device.objects.get(pk={device!r})
revoke(device=device, last_receipt=0, reason="Thử xong", by=user_named("tuan"), at=now())
"""


@pytest.fixture
def bridge(installation: Installation, tmp_path: Path) -> Iterator[Path]:
    """This function will run the demo's bridge with its box, as `nguon up` does, on the one installation."""
    (tmp_path / "boxes" / line.BOX).mkdir(parents=True)
    spec = line.bridge(tmp_path, installation.url, {})
    with (tmp_path / "bridge.log").open("wb") as log:
        process = subprocess.Popen(spec.command, env=os.environ | {"LANG": "C.UTF-8"}, stdout=log, stderr=log)
        yield tmp_path
        process.terminate()
        process.wait(60)


@pytest.mark.journey
def test_a_foreign_box_joins_plays_what_was_signed_and_is_seen(
    installation: Installation, bridge: Path, new_context: Callable[..., BrowserContext]
) -> None:
    told: dict[str, Any] = json.loads(installation.shell(SAY.format(folder=str(bridge))).splitlines()[-1])
    try:
        assert told["state"] == "played", (bridge / "bridge.log").read_text()
        assert set(told["said"]) == {"L"}
        context = new_context()
        sign_in(context.new_page(), installation, DUTY)
        state = context.storage_state()
        own = [f"/thiet-bi/{told['device']}/hang-khac/", f"/thiet-bi/phieu/{told['ticket']}/"]
        for viewport, scheme in ((PHONE, "light"), (DESKTOP, "dark")):
            page = new_context(storage_state=state, viewport=viewport, color_scheme=scheme).new_page()
            for path in ("/thiet-bi/hang-khac/", "/thiet-bi/phieu/", *own):
                page.goto(f"{installation.url}{path}")
                expect(page.get_by_text("Loa hãng khác").first).to_be_visible()
                assert_accessible(page)
                assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), path
    finally:
        installation.shell(LEAVE.format(device=told["device"]))
