"""What the database says of turns: groups of loudspeakers that hear a session one after the other."""

from __future__ import annotations

from collections.abc import Iterable

from nguon_signer.database import Connection
from nguon_signer.reads import rows


def shared_groups(connection: Connection, groups: Iterable[str]) -> frozenset[str]:
    """This function will give those of some groups with a loudspeaker that stands in an earlier one too."""
    wanted = sorted(groups)
    if not wanted:
        return frozenset()
    found = rows(
        connection,
        "SELECT DISTINCT b.devicegroup_id FROM devices_devicegroup_devices a"
        " JOIN devices_devicegroup_devices b ON b.device_id = a.device_id"
        " AND b.devicegroup_id > a.devicegroup_id"
        " WHERE a.devicegroup_id = ANY(%s::uuid[]) AND b.devicegroup_id = ANY(%s::uuid[])",
        (wanted, wanted),
    )
    return frozenset(str(row["devicegroup_id"]) for row in found)
