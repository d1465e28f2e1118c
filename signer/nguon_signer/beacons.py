"""The beacon of one loudspeaker: the time, and every document that it should have by now."""

from __future__ import annotations

from collections.abc import Iterable

from nguon_protocol import targets
from nguon_protocol.documents import Ack, Beacon, Latest
from nguon_protocol.documents.beacon import LIFETIME_S
from nguon_signer.opened import Opened
from nguon_signer.rows import Device
from nguon_signer.store import Listed

SOUNDING = frozenset({"play", "live"})
"""What a stop silences."""


def beacon_for(
    opened: Opened,
    device: Device,
    nonce: str,
    now_ms: int,
    ack: Ack | None = None,
    programs: tuple[Latest, ...] = (),
) -> Beacon:
    """This function will build a device's beacon at `now_ms` (epoch ms), with where the device stands, its
    documents in the order to take them, the programs whose turn has come for it, and which of its receipts
    are kept."""
    now = now_ms // 1000
    wanted = targets.of_device(device.area, device.groups, device.id)
    wider = [one for one in targets.ancestors(device.area) if one not in wanted]  # of alerts alone
    live = opened.store.live([*wider, *wanted], opened.epochs, now)
    return Beacon(
        issued=now,
        expires=now + LIFETIME_S,
        now=now,
        nonce=nonce,
        root_v=opened.root.v,
        device=device.id,
        now_ms=now_ms,
        area=device.area,
        groups=tuple(device.groups),
        ack=ack,
        latest=tuple(
            Latest(row.type, row.target, row.epoch, row.v, row.sha256)
            for row in still_meant(live, device.since)
        )
        + programs,
    )


def still_meant(live: Iterable[Listed], since: int = 0) -> list[Listed]:
    """This function will drop orders to play or to go live that a later stop or cancel overtook, orders to
    play that are older than `since` (epoch s), and put orders in their sequence.

    A device that was away would otherwise start what is already silenced elsewhere, for the blink of an eye;
    and one that has just joined would sound, alone and late, what was meant for those who were there. An
    alert is for whoever is there while it holds, and only its own cancel or correction ends it; a voice that
    goes on is heard by all at once, also by who has just joined. Of orders how loud to be the last counts.
    """
    rows = sorted(live, key=lambda row: row.seq)
    silenced = max((row.seq for row in rows if row.action == "stop"), default=0)
    loudest = {row.target: row.seq for row in rows if row.action == "volume"}
    ended = frozenset().union(*(row.items for row in rows if row.action in {"cancel", "correct"}))

    def meant(row: Listed) -> bool:
        if row.action not in SOUNDING:
            return row.action != "volume" or row.seq == loudest[row.target]
        if row.items & ended:
            return False
        in_time = row.action == "live" or row.issued >= since
        return row.type == "urgent" or (row.seq > silenced and in_time)

    return [row for row in rows if meant(row)]
