"""Two communes, their loudspeakers and the people who write, approve and silence: rows of the real tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql

from nguon_protocol.content import content_hash

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
EPOCH = int(NOW.timestamp())
PROVINCE, COMMUNE, VILLAGE, OTHER = "vn.5", "vn.5.120", "vn.5.120.4001", "vn.5.121"
WRITER, APPROVER, DUTY, ADMINISTRATOR, STRANGER = 1, 2, 3, 4, 5
MEDIA = "ab" * 32
_FILL: dict[str, Any] = {
    "text": "",
    "character varying": "",
    "boolean": False,
    "jsonb": "[]",
    "bytea": b"",
    "timestamp with time zone": NOW,
    "date": NOW.date(),
}


@dataclass
class World:
    """The rows, and ways to add to them; `db` is the owner's connection, autocommit."""

    db: psycopg.Connection[Any]
    device: str = field(default_factory=lambda: str(uuid4()))
    other_device: str = field(default_factory=lambda: str(uuid4()))
    group: str = field(default_factory=lambda: str(uuid4()))

    def insert(self, table: str, **values: Any) -> None:
        """This function will insert one row, filling what must not be null and is not looked at here."""
        columns = self.db.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
            " AND table_schema = 'public' AND is_nullable = 'NO' AND column_default IS NULL"
            " AND is_identity = 'NO'",
            (table,),
        ).fetchall()
        row = {name: _FILL.get(kind, 0) for name, kind in columns} | values
        self.db.execute(
            sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                sql.Identifier(table),
                sql.SQL(", ").join(map(sql.Identifier, row)),
                sql.SQL(", ").join(sql.Placeholder() for _ in row),
            ),
            list(row.values()),
        )

    def place(self, area: str, kind: str, parent: int | None) -> None:
        """This function will add a place whose id is the last label of its area."""
        number = int(area.rsplit(".", 1)[-1]) if "." in area else 1
        self.insert("organisations_place", id=number, area=area, kind=kind, parent_id=parent, name=area)

    def person(self, number: int, role: str, area: str) -> None:
        """This function will add a person who has held one role over an area since the day before."""
        name = f"{role}-{number}"
        self.insert("accounts_user", id=number, username=name, full_name=name)
        self.role(number, role, area)

    def role(self, number: int, role: str, area: str, until: datetime | None = None) -> None:
        """This function will give a person one more role."""
        self.insert(
            "accounts_roleassignment",
            user_id=number,
            role=role,
            area=area,
            place_id=int(area.rsplit(".", 1)[-1]),
            valid_from=(NOW - timedelta(days=30)).date(),
            valid_to=until.date() if until else None,
        )

    def loudspeaker(self, name: str, area: str) -> None:
        """This function will add an enrolled loudspeaker."""
        place = int(area.rsplit(".", 1)[-1])
        self.insert(
            "devices_device", id=name, name=name, area=area, place_id=place, alg="ed25519", public_key=name
        )

    def revision(
        self,
        *targets: str,
        timing: str = "at",
        starts_at: datetime | None = NOW + timedelta(hours=1),
        approved: bool = True,
        **changes: Any,
    ) -> str:
        """This function will add a submitted revision of WRITER's, approved by APPROVER unless told not."""
        values = {"title": "Bản tin", "priority": 3, "topic": 1, "rrule": "", "text": "xin chào", **changes}
        values |= {"spoken_text": "xin chào", "essential": "", "summary": ""}
        bulletin, name = str(uuid4()), str(uuid4())
        starts_at = None if timing in ("now", "programme") else starts_at
        self.insert(
            "bulletins_bulletin", id=bulletin, author_id=WRITER, place_id=120, area=COMMUNE, state="approved"
        )
        self.insert(
            "bulletins_revision", id=name, bulletin_id=bulletin, number=1, author_id=WRITER, timing=timing,
            starts_at=starts_at, media_id=MEDIA, **values,
        )  # fmt: skip
        for target in targets or (COMMUNE,):
            self.target(name, target)
        said = content_hash(
            {key: values[key] for key in ("title", "summary", "topic", "essential", "priority", "text")}
            | {
                "spoken_text": values["spoken_text"],
                "media_sha256": MEDIA,
                "duration_ms": 4000,
                "timing": {
                    "mode": timing,
                    "starts_at": int(starts_at.timestamp()) if starts_at else None,
                    "rrule": values["rrule"],
                    "until": None,
                },
                "targets": targets or (COMMUNE,),
                "author": WRITER,
            }
        )
        self.db.execute(
            "UPDATE bulletins_revision SET submitted_at = %s, content_sha256 = %s WHERE id = %s",
            (NOW, said, name),
        )
        if approved:
            self.approve(name, said)
        return name

    def target(self, revision: str, target: str) -> None:
        """This function will add one line of the "where" of a draft."""
        named: dict[str, Any] = {"kind": "place", "area": target}
        if target.startswith("g/"):
            named = {"kind": "group", "area": COMMUNE, "group_id": target[2:]}
        elif target.startswith("d/"):
            named = {"kind": "device", "area": COMMUNE, "device_id": target[2:]}
        else:
            named["place_id"] = int(target.rsplit(".", 1)[-1])
        self.insert("bulletins_target", revision_id=revision, target=target, **named)

    def approve(
        self, revision: str, said: str, by: int = APPROVER, decision: str = "approve", **touch: str
    ) -> None:
        """This function will add the second person's decision, with the touch of a key if there is one."""
        self.insert(
            "bulletins_approval", revision_id=revision, decision=decision, by_id=by, author_id=WRITER, at=NOW,
            content_sha256=said, reason="" if decision == "approve" else "chưa rõ", **touch,
        )  # fmt: skip

    def place_it(
        self,
        revision: str,
        *instants: datetime,
        area: str = COMMUNE,
        by: int = WRITER,
        placed_at: datetime = NOW,
        state: str = "planned",
        group: str | None = None,
    ) -> None:
        """This function will put a revision into the programme of a commune, or into a turn of it."""
        for at in instants:
            self.insert(
                "broadcasts_airing", id=str(uuid4()), revision_id=revision, at=at, ends_at=at,
                duration_ms=4000, immediate=False, state=state, area=area, by_id=by, placed_at=placed_at,
                group_id=group,
            )  # fmt: skip

    def withdraw(self, revision: str, by: int = WRITER) -> str:
        """This function will take a revision's bulletin back."""
        name = str(uuid4())
        (bulletin,) = self.db.execute(
            "SELECT bulletin_id FROM bulletins_revision WHERE id = %s", (revision,)
        ).fetchone() or (None,)
        self.insert("bulletins_withdrawal", id=name, bulletin_id=bulletin, by_id=by, at=NOW, reason="sai")
        return name

    def live(
        self,
        *targets: str,
        by: int = DUTY,
        minutes: int = 15,
        opened_at: datetime | None = NOW,
        name: str = "",
        **touch: Any,
    ) -> str:
        """This function will have a person press the button of a live session; the one before is over."""
        name = name or str(uuid4())
        self.db.execute(
            "UPDATE live_session SET state = 'ended', ended_at = %s, ending = 'finished'"
            " WHERE by_id = %s AND state = 'open'",
            (NOW, by),
        )
        self.insert(
            "live_session", id=name, by_id=by, minutes=minutes, made_at=NOW, opened_at=opened_at,
            state="open" if opened_at else "ready", **touch,
        )  # fmt: skip
        for target in targets or (COMMUNE,):
            self.insert("live_target", session_id=name, target=target, area=COMMUNE)
        return name

    def end_live(self, name: str) -> None:
        """This function will end a live session."""
        self.db.execute(
            "UPDATE live_session SET state = 'ended', ended_at = %s, ending = 'finished' WHERE id = %s",
            (NOW, name),
        )

    def stop(self, area: str = COMMUNE, by: int = DUTY, at: datetime = NOW) -> str:
        """This function will press the stop button."""
        name = str(uuid4())
        place = int(area.rsplit(".", 1)[-1])
        self.insert("deliveries_stop", id=name, area=area, place_id=place, by_id=by, at=at)
        return name


def populate(world: World) -> World:
    """This function will add the places, people, loudspeakers and the sound that every test has."""
    world.place("vn", "country", None)
    world.place(PROVINCE, "province", 1)
    for commune in (COMMUNE, OTHER):
        world.place(commune, "commune", 5)
    world.place(VILLAGE, "village", 120)
    for number, role in enumerate(("writer", "approver", "duty", "administrator"), start=1):
        world.person(number, role, COMMUNE)
    world.person(STRANGER, "approver", OTHER)
    world.loudspeaker(world.device, VILLAGE)
    world.loudspeaker(world.other_device, OTHER)
    world.insert("devices_devicegroup", id=world.group, name="chợ", area=COMMUNE, place_id=120)
    world.insert("devices_devicegroup_devices", devicegroup_id=world.group, device_id=world.device)
    world.insert("audio_media", sha256=MEDIA, mime="audio/ogg", size=9000, duration_ms=4000)
    return world


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = EPOCH

    def __call__(self) -> float:
        """This function will give the epoch seconds."""
        return float(self.now)


Call = Callable[..., dict[str, Any]]
