"""The signer's questions to PostgreSQL: explicit columns, all of them named in `grants`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, LiteralString

from psycopg.rows import dict_row

from nguon_protocol import targets as names
from nguon_protocol.documents import Ack
from nguon_signer.assertions import Assertion
from nguon_signer.database import Connection
from nguon_signer.grants import ASSERTION
from nguon_signer.rows import (
    Approval,
    Command,
    Device,
    Grant,
    Hours,
    LiveSession,
    Media,
    Passkey,
    Placed,
    Revision,
    Role,
    Station,
    Stop,
    Target,
    Withdrawal,
)

KeyRows = tuple[Passkey, list[Grant], list[Role]]
_REVISION: LiteralString = """
SELECT r.id, r.bulletin_id, r.author_id, b.author_id AS bulletin_author_id, r.submitted_at, r.content_sha256,
       r.title, r.summary, r.topic, r.essential, r.priority, r.text, r.spoken_text,
       r.timing, r.starts_at, r.rrule, r.until_at, r.more_sha256,
       m.sha256, m.mime, m.size, m.duration_ms,
       a.by_id, a.decision, a.at, a.content_sha256 AS approved_sha256, a.credential_id,
       a.authenticator_data, a.client_data, a.signature,
       s.by_id AS second_by, s.decision AS second_decision, s.at AS second_at,
       s.content_sha256 AS second_sha256, s.credential_id AS second_credential_id,
       s.authenticator_data AS second_authenticator_data, s.client_data AS second_client_data,
       s.signature AS second_signature,
       EXISTS (SELECT 1 FROM bulletins_withdrawal w WHERE w.bulletin_id = r.bulletin_id) AS withdrawn
FROM bulletins_revision r
JOIN bulletins_bulletin b ON b.id = r.bulletin_id
LEFT JOIN audio_media m ON m.sha256 = r.media_id
LEFT JOIN bulletins_approval a ON a.revision_id = r.id
LEFT JOIN bulletins_secondapproval s ON s.revision_id = r.id
WHERE """
_BY_ID: LiteralString = _REVISION + "r.id = %s"
_BY_IDS: LiteralString = _REVISION + "r.id = ANY(%s) ORDER BY r.id"
_BY_BULLETIN: LiteralString = _REVISION + "r.bulletin_id = %s AND r.submitted_at IS NOT NULL ORDER BY r.id"
# A revision whose last instant is over can have no item any more; the rest is judged row by row.
_FOR_PLAN: LiteralString = (
    _REVISION  # noqa: S608 - constants
    + """r.id IN (SELECT t.revision_id FROM bulletins_target t WHERE t.target = ANY(%s))
  AND r.media_id IS NOT NULL
  AND r.timing IN ('at', 'repeat') AND r.submitted_at IS NOT NULL AND a.decision = 'approve'
  AND NOT EXISTS (SELECT 1 FROM bulletins_withdrawal w WHERE w.bulletin_id = r.bulletin_id)
  AND (r.timing <> 'at' OR r.starts_at >= %s)
  AND (r.until_at IS NULL OR r.until_at >= %s)
  AND r.starts_at < %s
ORDER BY r.id"""
)

_RELAY: LiteralString = """
SELECT b.id, b.author_id, s.name, s.url, b.weekdays, b.begins, b.ends, b.first_day, b.last_day, b.silence_s,
       b.fallback, b.instead_id, b.ended_at, b.content_sha256,
       a.approved, a.by_id, a.at, a.content_sha256 AS approved_sha256, a.credential_id,
       a.authenticator_data, a.client_data, a.signature
FROM relays_booking b
JOIN relays_source s ON s.id = b.source_id
LEFT JOIN relays_approval a ON a.booking_id = b.id
WHERE b.id = ANY(%s::uuid[])"""


def rows(connection: Connection, query: LiteralString, values: Sequence[Any]) -> list[dict[str, Any]]:
    """This function will give the rows of a query as dicts."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, values).fetchall()


def journal_hash(connection: Connection, sequence: int) -> str | None:
    """This function will read the hash of one row of the journal, or None when there is no such row."""
    found = rows(connection, "SELECT hash FROM journal_entry WHERE sequence = %s", (sequence,))
    return str(found[0]["hash"]) if found else None


def revision(connection: Connection, revision_id: str) -> Revision | None:
    """This function will read one revision with its targets, media, approval and withdrawal."""
    found = _revisions(connection, rows(connection, _BY_ID, (revision_id,)))
    return found[0] if found else None


def revisions_for_plans(
    connection: Connection, texts: Sequence[str], start: datetime, end: datetime
) -> list[Revision]:
    """This function will read the approved revisions that may have an instant in [start, end) at exactly one
    of the targets."""
    return _revisions(connection, rows(connection, _FOR_PLAN, (list(texts), start, start, end)))


def placed(
    connection: Connection, communes: Iterable[str], start: datetime, end: datetime
) -> tuple[list[Placed], list[Revision]]:
    """This function will read what stands in the programmes of some communes in [start, end), by time, and
    the revisions that it names."""
    found = rows(
        connection,
        "SELECT revision_id, area, at, by_id, placed_at, group_id FROM broadcasts_airing"
        " WHERE area = ANY(%s) AND area <> '' AND state = 'planned' AND at >= %s AND at < %s"
        " ORDER BY at, revision_id",
        (sorted(communes), start, end),
    )
    ids = sorted({row["revision_id"] for row in found})
    return [_placed(row) for row in found], _revisions(connection, rows(connection, _BY_IDS, (ids,)))


def hours(connection: Connection, communes: Iterable[str]) -> dict[str, Hours]:
    """This function will read the broadcast hours of some communes: of the rules of the narrowest area around
    each, the one for its own designation before the one for all."""
    wanted = sorted(communes)
    places = rows(
        connection, "SELECT area, designation FROM organisations_place WHERE area = ANY(%s)", (wanted,)
    )
    found = rows(
        connection, "SELECT area, designation, sessions, minutes, weekdays FROM broadcasts_hourrule", ()
    )
    answer: dict[str, Hours] = {}
    for place in places:
        mine = [
            row
            for row in found
            if names.contains(row["area"], place["area"]) and row["designation"] in ("", place["designation"])
        ]
        if mine:
            rule = max(mine, key=lambda row: (len(row["area"]), bool(row["designation"])))
            minutes = rule["sessions"] * rule["minutes"] if rule["sessions"] else None
            answer[place["area"]] = Hours(minutes, rule["weekdays"])
    return answer


def placed_of(connection: Connection, revisions: Iterable[str], area: str, since: datetime) -> list[Placed]:
    """This function will read every playing of some revisions that was ever put into a commune's programme
    for an instant since then, also what was taken out again."""
    found = rows(
        connection,
        "SELECT revision_id, area, at, by_id, placed_at, group_id FROM broadcasts_airing"
        " WHERE revision_id = ANY(%s::uuid[]) AND area = %s AND area <> '' AND at >= %s"
        " ORDER BY at, revision_id",
        (list(revisions), area, since),
    )
    return [_placed(row) for row in found]


def _placed(row: dict[str, Any]) -> Placed:
    return Placed(
        str(row["revision_id"]), row["area"], int(row["at"].timestamp()), row["by_id"], row["placed_at"],
        str(row["group_id"] or ""),
    )  # fmt: skip


def target(connection: Connection, text: str) -> Target:
    """This function will read what a target string means today (area None when it means nothing)."""
    return targets(connection, [text])[text]


def targets(connection: Connection, texts: Iterable[str]) -> dict[str, Target]:
    """This function will read what target strings mean today."""
    parsed = {text: names.parse(text) for text in set(texts)}
    by_kind: dict[str, list[str]] = {"area": [], "group": [], "device": []}
    for one in parsed.values():
        by_kind[one.kind].append(one.name)
    found = {
        **_places(connection, by_kind["area"]),
        **_groups(connection, by_kind["group"]),
        **_devices(connection, by_kind["device"]),
    }
    return {text: found.get(text, Target(text, one.kind, None)) for text, one in parsed.items()}


def roles(connection: Connection, users: Iterable[int]) -> list[Role]:
    """This function will read what people may write, approve, silence or administer, of all times."""
    found = rows(
        connection,
        "SELECT user_id, role, area, valid_from, valid_to FROM accounts_roleassignment"
        " WHERE user_id = ANY(%s)"
        " AND role IN ('writer', 'approver', 'duty', 'operator', 'technician', 'administrator')",
        (sorted(set(users)),),
    )
    return [
        Role(row["user_id"], row["role"], row["area"], row["valid_from"], row["valid_to"]) for row in found
    ]


def stop(connection: Connection, stop_id: str) -> Stop | None:
    """This function will read one press of the stop button."""
    found = rows(connection, "SELECT id, area, by_id, at FROM deliveries_stop WHERE id = %s", (stop_id,))
    return Stop(str(found[0]["id"]), found[0]["by_id"], found[0]["at"], found[0]["area"]) if found else None


def command(connection: Connection, command_id: str) -> Command | None:
    """This function will read one command to loudspeakers."""
    found = rows(
        connection,
        "SELECT id, kind, area, volume, hours, by_id, at FROM control_command WHERE id = %s",
        (command_id,),
    )
    if not found:
        return None
    row = found[0]
    hours = row["hours"] if isinstance(row["hours"], list) else []
    return Command(str(row["id"]), row["kind"], row["area"], row["volume"], hours, row["by_id"], row["at"])


def live_session(connection: Connection, session_id: str) -> LiveSession | None:
    """This function will read one live session with its targets."""
    found = rows(
        connection,
        "SELECT id, by_id, minutes, opened_at, ended_at, credential_id, authenticator_data, client_data,"
        " signature FROM live_session WHERE id = %s",
        (session_id,),
    )
    if not found:
        return None
    row = found[0]
    lines = rows(
        connection, "SELECT target FROM live_target WHERE session_id = %s ORDER BY target", (session_id,)
    )
    meanings = targets(connection, [line["target"] for line in lines])
    return LiveSession(
        id=str(row["id"]),
        by=row["by_id"],
        minutes=row["minutes"],
        opened_at=row["opened_at"],
        ended=row["ended_at"] is not None,
        targets=tuple(meanings[line["target"]] for line in lines),
        assertion=_assertion(row),
        relay=_station_of(connection, session_id),
    )


def _station_of(connection: Connection, session_id: str) -> Station | None:
    found = rows(connection, "SELECT booking_id FROM relays_piece WHERE session_id = %s", (session_id,))
    return station(connection, str(found[0]["booking_id"])) if found else None


def station(connection: Connection, booking_id: str) -> Station | None:
    """This function will read the booking of a station, with its places and the second person's word."""
    return stations(connection, [booking_id]).get(booking_id)


def stations(connection: Connection, booking_ids: Sequence[str]) -> dict[str, Station]:
    """This function will read several bookings, by id, in as many questions as one."""
    found = rows(connection, _RELAY, (list(booking_ids),))
    lines = rows(
        connection,
        "SELECT booking_id, target FROM relays_target WHERE booking_id = ANY(%s::uuid[]) ORDER BY target",
        (list(booking_ids),),
    )
    meanings = targets(connection, {line["target"] for line in lines})
    places: dict[Any, list[Target]] = {}
    for line in lines:
        places.setdefault(line["booking_id"], []).append(meanings[line["target"]])
    return {str(row["id"]): _station(row, tuple(places.get(row["id"], ()))) for row in found}


def _station(row: dict[str, Any], places: tuple[Target, ...]) -> Station:
    approval = None
    if row["approved"] is not None:
        said = "approve" if row["approved"] else "return"
        approval = Approval(row["by_id"], said, row["at"], row["approved_sha256"], _assertion(row))
    return Station(
        id=str(row["id"]),
        author=row["author_id"],
        name=row["name"],
        url=row["url"],
        weekdays=row["weekdays"],
        begins=row["begins"],
        ends=row["ends"],
        first_day=row["first_day"],
        last_day=row["last_day"],
        silence_s=row["silence_s"],
        fallback=row["fallback"],
        instead=str(row["instead_id"] or ""),
        ended=row["ended_at"] is not None,
        content_sha256=row["content_sha256"],
        targets=places,
        approval=approval,
    )


def document(connection: Connection, sha256: str) -> str | None:
    """This function will read the envelope of one stored document, which nobody has verified here yet."""
    found = rows(connection, "SELECT envelope FROM deliveries_document WHERE sha256 = %s", (sha256,))
    return str(found[0]["envelope"]) if found else None


def withdrawal(connection: Connection, withdrawal_id: str) -> Withdrawal | None:
    """This function will read one withdrawal with the submitted revisions of its bulletin."""
    found = rows(
        connection,
        "SELECT w.id, w.bulletin_id, w.by_id, w.at, b.author_id FROM bulletins_withdrawal w"
        " JOIN bulletins_bulletin b ON b.id = w.bulletin_id WHERE w.id = %s",
        (withdrawal_id,),
    )
    if not found:
        return None
    row = found[0]
    of_bulletin = _revisions(connection, rows(connection, _BY_BULLETIN, (row["bulletin_id"],)))
    return Withdrawal(str(row["id"]), row["by_id"], row["at"], row["author_id"], tuple(of_bulletin))


def device(connection: Connection, device_id: str) -> Device | None:
    """This function will read one enrolled loudspeaker and its groups."""
    found = devices(connection, [device_id])
    return found[0] if found else None


def acknowledged(connection: Connection, device_id: str) -> Ack | None:
    """This function will read up to which number every receipt of a loudspeaker is kept, and that receipt's
    hash; None when the row to name it by is not there."""
    (found,) = rows(
        connection,
        "SELECT d.acknowledged_n AS n, r.sha256 FROM devices_device d LEFT JOIN deliveries_receipt r"
        " ON r.device_id = d.id AND r.n = d.acknowledged_n WHERE d.id = %s",
        (device_id,),
    )
    if found["n"] == 0:
        return Ack(0, "")
    return Ack(found["n"], found["sha256"]) if found["sha256"] else None


def devices(connection: Connection, device_ids: list[str]) -> list[Device]:
    """This function will read some enrolled loudspeakers and their groups, by id."""
    found = rows(
        connection,
        "SELECT id, area, revoked_at, GREATEST(enrolled_at, rejoined_at) AS since FROM devices_device"
        " WHERE id = ANY(%s::uuid[]) ORDER BY id",
        (device_ids,),
    )
    members = rows(
        connection,
        "SELECT device_id, devicegroup_id FROM devices_devicegroup_devices"
        " WHERE device_id = ANY(%s::uuid[]) ORDER BY devicegroup_id",
        (device_ids,),
    )
    groups: dict[Any, list[str]] = {}
    for row in members:
        groups.setdefault(row["device_id"], []).append(str(row["devicegroup_id"]))
    return [
        Device(
            str(row["id"]),
            row["area"],
            row["revoked_at"] is not None,
            tuple(groups.get(row["id"], ())),
            int(row["since"].timestamp()),
        )
        for row in found
    ]


def passkey(connection: Connection, passkey_id: str) -> tuple[Passkey, list[Grant]] | None:
    """This function will read one registered security key, and what administrators said of it."""
    found = rows(
        connection,
        "SELECT id, user_id, credential_id, public_key, revoked_at FROM accounts_passkey WHERE id = %s",
        (passkey_id,),
    )
    if not found:
        return None
    grants = rows(
        connection,
        "SELECT role, area, by_id, at, credential_id, authenticator_data, client_data, signature"
        " FROM accounts_passkeygrant WHERE passkey_id = %s ORDER BY id",
        (passkey_id,),
    )
    row = found[0]
    key = Passkey(
        str(row["id"]), row["user_id"], row["credential_id"], row["public_key"], row["revoked_at"] is not None
    )
    return key, [_grant(one) for one in grants]


def _grant(row: dict[str, Any]) -> Grant:
    return Grant(
        row["role"], row["area"], row["by_id"], row["at"], Assertion(*(row[name] for name in ASSERTION))
    )


def _revisions(connection: Connection, found: list[dict[str, Any]]) -> list[Revision]:
    ids = [row["id"] for row in found]
    lines = rows(
        connection,
        "SELECT revision_id, target FROM bulletins_target WHERE revision_id = ANY(%s) ORDER BY target",
        (ids,),
    )
    meanings = targets(connection, [line["target"] for line in lines])
    return [
        _revision(row, tuple(meanings[line["target"]] for line in lines if line["revision_id"] == row["id"]))
        for row in found
    ]


def _revision(row: dict[str, Any], where: tuple[Target, ...]) -> Revision:
    media = Media(row["sha256"], row["mime"], row["size"], row["duration_ms"]) if row["sha256"] else None
    approval = second = None
    if row["decision"]:
        said = (row["by_id"], row["decision"], row["at"], row["approved_sha256"])
        approval = Approval(*said, _assertion(row))
    if row["second_by"]:
        said = (row["second_by"], row["second_decision"], row["second_at"], row["second_sha256"])
        second = Approval(*said, _assertion(row, "second_"))
    return Revision(
        id=str(row["id"]),
        bulletin=str(row["bulletin_id"]),
        author=row["author_id"],
        bulletin_author=row["bulletin_author_id"],
        submitted_at=row["submitted_at"],
        content_sha256=row["content_sha256"],
        title=row["title"],
        summary=row["summary"],
        topic=row["topic"],
        essential=row["essential"],
        priority=row["priority"],
        text=row["text"],
        spoken_text=row["spoken_text"],
        timing=row["timing"],
        starts_at=_epoch(row["starts_at"]),
        # A rule left behind by a change of mind is neither hashed nor followed.
        rrule=row["rrule"] if row["timing"] == "repeat" else "",
        until=_epoch(row["until_at"]),
        media=media,
        targets=where,
        approval=approval,
        withdrawn=row["withdrawn"],
        second=second,
        more_sha256=row["more_sha256"],
    )


def _assertion(row: dict[str, Any], prefix: str = "") -> Assertion | None:
    parts = [row[prefix + name] for name in ASSERTION]
    return Assertion(*parts) if all(parts) else None


def _places(connection: Connection, areas: list[str]) -> dict[str, Target]:
    if not areas:
        return {}
    found = rows(connection, "SELECT area, kind FROM organisations_place WHERE area = ANY(%s)", (areas,))
    return {row["area"]: Target(row["area"], row["kind"], row["area"]) for row in found}


def _groups(connection: Connection, ids: list[str]) -> dict[str, Target]:
    if not ids:
        return {}
    found = rows(
        connection,
        "SELECT g.id, g.area, array_remove(array_agg(DISTINCT d.area), NULL) AS members"
        " FROM devices_devicegroup g"
        " LEFT JOIN devices_devicegroup_devices m ON m.devicegroup_id = g.id"
        " LEFT JOIN devices_device d ON d.id = m.device_id AND d.revoked_at IS NULL"
        " WHERE g.id = ANY(%s::uuid[]) GROUP BY g.id, g.area",
        (ids,),
    )
    return {
        f"g/{row['id']}": Target(f"g/{row['id']}", "group", row["area"], tuple(row["members"]))
        for row in found
    }


def _devices(connection: Connection, ids: list[str]) -> dict[str, Target]:
    if not ids:
        return {}
    found = rows(
        connection, "SELECT id, area, revoked_at FROM devices_device WHERE id = ANY(%s::uuid[])", (ids,)
    )
    return {
        f"d/{row['id']}": Target(
            f"d/{row['id']}", "device", row["area"], revoked=row["revoked_at"] is not None
        )
        for row in found
    }


def _epoch(at: datetime | None) -> int | None:
    return int(at.timestamp()) if at is not None else None
