"""Who mends loudspeakers sees how they are, and nothing of what they say: every page that they may open."""

from datetime import timedelta

from django.test import Client

from nguon.accounts.models import User
from nguon.accounts.tests.cast import person
from nguon.broadcasts.models import Airing
from nguon.bulletins.tests.cast import approved
from nguon.console import exports
from nguon.console.tests.test_authorisation import came_in, scene
from nguon.deliveries.actions import follow, receive
from nguon.deliveries.models import Delivery
from nguon.deliveries.states import DeliveryState
from nguon.deliveries.tests.cast import Teller
from nguon.devices.models import Device
from nguon.journal.models import Entry
from nguon.kernel.clock import to_epoch
from nguon.live.models import Session
from nguon.organisations.tests.cast import AT
from tests.repository.authorisation import R, Scene, booking
from tests.repository.authorisation_release import TABLE

__all__ = ["scene"]
SECRET = "Họp thôn"


def everywhere(scene: Scene) -> None:
    """Have a bulletin wait, be planned, play, be proven and be spoken live, all of the same title."""
    timed = approved(scene.room, starts_at=AT + timedelta(hours=2))
    while follow(at=AT):
        pass
    first = scene.room.fleet.first
    Device.objects.filter(pk=first.device.pk).update(online=True, last_seen_at=AT, playing_item=None)
    airing = Airing.objects.exclude(revision=timed).latest("at")
    given = {"state": DeliveryState.PLAYING, "started_at": AT, "changed_at": AT}
    Delivery.objects.update_or_create(airing=airing, device=first.device, defaults=given)
    Session.objects.update(title=SECRET, opened_at=AT, state="open")
    started = Teller(first).tell("started", item=airing.pk, started_at_ms=to_epoch(AT) * 1000)
    receive(device_id=first.device.pk, envelopes=[started], at=AT)


def pages(scene: Scene, client: Client) -> list[str]:
    """The names of the pages that show the title."""
    found = []
    for row in TABLE:
        if row.posts is None and (row.everybody or R.TECHNICIAN in row.roles):
            done, shown = came_in(row, scene, client)
            if done and SECRET in shown:
                found.append(row.name)
    return found


def browser(scene: Scene, name: str, role: R) -> Client:
    client = Client()
    client.force_login(person(name, name.title(), (role, scene.room.people.places.commune)))
    return client


def test_no_page_of_a_technician_names_a_bulletin(scene: Scene) -> None:
    everywhere(scene)
    assert Entry.objects.exists()
    assert "console:duty" in pages(scene, browser(scene, "truc", R.DUTY))  # it is there to be seen
    assert pages(scene, browser(scene, "tho", R.TECHNICIAN)) == []
    mends, at = User.objects.get(username="tho"), AT + timedelta(hours=1)
    booking(scene)
    for kind in ("stations", "bulletins", "production"):
        assert not exports._rows(mends, exports.Export(kind, {}), at).exists()
