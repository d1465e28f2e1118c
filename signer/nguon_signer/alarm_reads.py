"""What the signer asks PostgreSQL about alerts: explicit columns, all of them named in `grants`."""

from __future__ import annotations

import json
from typing import Any, LiteralString

from nguon_protocol import targets as names
from nguon_protocol.documents import Media as ProtocolMedia
from nguon_protocol.documents.plan import MAX_STOCK, SOUND_NAME, Stocked
from nguon_signer import reads
from nguon_signer.assertions import Assertion
from nguon_signer.database import Connection
from nguon_signer.grants import ASSERTION
from nguon_signer.reads import rows
from nguon_signer.rows import Alert, Approval, Media, Role, Step, Words

_ALERT: LiteralString = """
SELECT s.id AS step, s.number, a.id, a.kind, a.author_id, a.hazard, a.level, a.title, a.spoken_text,
       a.media_id, a.replay_id, a.sounds::text, a.correction_sounds::text, a.correction_media_id,
       a.all_clear_sounds::text, a.all_clear_media_id, a.repeat, a.offsets::text, a.every_s, a.lasts_s,
       a.loudspeakers, a.people, a.content_sha256, a.ended_at,
       t.media_id = a.media_id AND t.approved_by_id IS NOT NULL AND t.approved_by_id <> t.author_id
       AND t.ended_at IS NULL AS glass_ready
FROM alerts_step s
JOIN alerts_alert a ON a.id = s.alert_id
LEFT JOIN alerts_template t ON t.id = a.template_id
WHERE s.id = %s"""


def step(connection: Connection, step_id: str) -> tuple[Step, list[Role], int] | None:
    """This function will read one sounding with its alert, the roles of who signed it, and how many
    loudspeakers its targets have now."""
    found = rows(connection, _ALERT, (step_id,))
    if not found:
        return None
    row = found[0]
    alert = _alert(connection, row)
    held = reads.roles(connection, [one.by for one in alert.signed])
    counted = _loudspeakers(connection, [one.target for one in alert.targets])
    return Step(str(row["step"]), row["number"], alert), held, counted


def _alert(connection: Connection, row: dict[str, Any]) -> Alert:
    named = ("media_id", "replay_id", "correction_media_id", "all_clear_media_id")
    media = _media(connection, [row[name] for name in named if row[name]])
    lines = rows(
        connection, "SELECT target FROM alerts_target WHERE alert_id = %s ORDER BY target", (row["id"],)
    )
    meanings = reads.targets(connection, [line["target"] for line in lines])
    return Alert(
        id=str(row["id"]),
        kind=row["kind"],
        author=row["author_id"],
        hazard=row["hazard"],
        level=row["level"],
        title=row["title"],
        spoken_text=row["spoken_text"],
        media=media.get(row["media_id"]),
        replay=media.get(row["replay_id"]),
        sounds=tuple(json.loads(row["sounds"])),
        correction=Words(tuple(json.loads(row["correction_sounds"])), media.get(row["correction_media_id"])),
        all_clear=Words(tuple(json.loads(row["all_clear_sounds"])), media.get(row["all_clear_media_id"])),
        repeat=row["repeat"],
        offsets=tuple(json.loads(row["offsets"])),
        every_s=row["every_s"],
        lasts_s=row["lasts_s"],
        loudspeakers=row["loudspeakers"],
        people=row["people"],
        ended=row["ended_at"] is not None,
        content_sha256=row["content_sha256"],
        targets=tuple(meanings.values()),
        signed=tuple(_signatures(connection, row["id"])),
        glass_ready=bool(row["glass_ready"]),
    )


def _signatures(connection: Connection, alert_id: Any) -> list[Approval]:
    found = rows(
        connection,
        "SELECT by_id, at, content_sha256, credential_id, authenticator_data, client_data, signature"
        " FROM alerts_signature WHERE alert_id = %s ORDER BY part",
        (alert_id,),
    )
    return [
        Approval(row["by_id"], "approve", row["at"], row["content_sha256"], _assertion(row)) for row in found
    ]


def _assertion(row: dict[str, Any]) -> Assertion | None:
    parts = [row[name] for name in ASSERTION]
    return Assertion(*parts) if all(parts) else None


def _media(connection: Connection, ids: list[str]) -> dict[str, Media]:
    found = rows(
        connection, "SELECT sha256, mime, size, duration_ms FROM audio_media WHERE sha256 = ANY(%s)", (ids,)
    )
    return {
        row["sha256"]: Media(row["sha256"], row["mime"], row["size"], row["duration_ms"]) for row in found
    }


def _loudspeakers(connection: Connection, texts: list[str]) -> int:
    """An area is a range of a column of collation C; devices and groups are few, and counted by name."""
    areas = [one for one in texts if names.is_area(one)]
    found = rows(
        connection,
        "SELECT count(*) AS n FROM devices_device d WHERE d.revoked_at IS NULL AND (EXISTS ("
        "SELECT 1 FROM unnest(%s::text[]) t WHERE d.area = t OR d.area LIKE t || '.%%')"
        " OR 'd/' || d.id = ANY(%s) OR d.id IN (SELECT m.device_id FROM devices_devicegroup_devices m"
        " WHERE 'g/' || m.devicegroup_id = ANY(%s)))",
        (areas, texts, texts),
    )
    return int(found[0]["n"])


def first_step(connection: Connection, alert_id: str) -> tuple[str, str] | None:
    """This function will read the id of an alert's first sounding, and how the alert ended ("": it runs)."""
    found = rows(
        connection,
        "SELECT s.id, a.ending FROM alerts_step s JOIN alerts_alert a ON a.id = s.alert_id"
        " WHERE a.id = %s ORDER BY s.number LIMIT 1",
        (alert_id,),
    )
    return (str(found[0]["id"]), str(found[0]["ending"])) if found else None


def replaced_by(connection: Connection, alert_id: str) -> list[str]:
    """This function will read which alerts an alert took the place of, the oldest first."""
    found = rows(
        connection,
        "SELECT id FROM alerts_alert WHERE replaced_by_id = %s AND ending = 'replaced' AND kind <> 'drill'"
        " ORDER BY ended_at, id LIMIT 20",
        (alert_id,),
    )
    return [str(row["id"]) for row in found]


def named_places(connection: Connection, areas: list[str]) -> list[tuple[str, str]]:
    """This function will read (name, official code of today or "") of places, in the order of their areas."""
    found = rows(
        connection,
        "SELECT trim(p.designation || ' ' || p.name) AS name, coalesce(c.code, '') AS code"
        " FROM organisations_place p LEFT JOIN organisations_placecode c ON c.place_id = p.id"
        " AND c.system = 'qd19-2025' AND c.valid_to IS NULL"
        " WHERE p.area = ANY(%s) ORDER BY p.area",
        (areas,),
    )
    return [(row["name"], row["code"]) for row in found]


def stock(connection: Connection) -> list[tuple[str, Stocked]]:
    """This function will read the sounds that loudspeakers have ready, each with the area that they are for:
    those of templates and phrases that two people approved."""
    found = rows(
        connection,
        "SELECT t.area, t.slug, t.phrase, m.sha256, m.mime, m.size FROM alerts_template t"
        " JOIN audio_media m ON m.sha256 = t.media_id WHERE t.ended_at IS NULL"
        " AND t.approved_by_id IS NOT NULL AND t.approved_by_id <> t.author_id ORDER BY t.area, t.slug, t.id",
        (),
    )
    return [
        (
            row["area"],
            Stocked(
                row["slug"] if row["phrase"] else "", ProtocolMedia(row["sha256"], row["size"], row["mime"])
            ),
        )
        for row in found
        if not row["phrase"] or SOUND_NAME.fullmatch(row["slug"])
    ]


def stock_at(everything: list[tuple[str, Stocked]], area: str | None) -> tuple[Stocked, ...]:
    """This function will give the sounds for an area, each once, of the widest place first."""
    here = {one: None for outer, one in everything if area is not None and names.contains(outer, area)}
    return tuple(here)[:MAX_STOCK]
