"""How loudspeakers are, in the shapes of the pages."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from nguon.areas.paths import COUNTRY
from nguon.bridges import queries as bridges
from nguon.bridges.states import sentence
from nguon.console.presenters import Tone
from nguon.console.wording import clock, of_clock
from nguon.devices import queries as fleet
from nguon.devices.models import Device
from nguon.health import queries
from nguon.health.models import Alarm, Sample, State, Ticket, TicketEntry
from nguon.health.queries import Tiles
from nguon.health.states import TO_MEND, URGENT, WHAT_TO_DO, AlarmKind, Line, TicketState
from nguon.kernel.clock import local
from nguon.organisations import queries as places


@dataclass(frozen=True)
class Branch:
    """One place with its counts; `area` is empty where it cannot be opened."""

    area: str
    label: str
    tiles: Tiles


@dataclass(frozen=True)
class AlarmLine:
    """One alarm in words."""

    id: UUID
    device_id: UUID
    device: str
    place: str
    label: str
    what_to_do: str
    urgent: bool
    raised_at: datetime
    cleared_at: datetime | None
    seen_by: str


@dataclass(frozen=True)
class HealthLine:
    """One loudspeaker with its last word."""

    id: UUID
    name: str
    place: str
    online: bool
    playing: bool
    last_seen_at: datetime | None
    power: str
    signal: str
    temp: str
    sound: str
    wrong: tuple[str, ...]


def branches(areas: Sequence[str], chosen: str, at: datetime) -> list[Branch]:
    """This function will return the places with loudspeakers to open next: those within the chosen area, or
    one's own."""
    return [one for one in _all(areas, chosen, at) if one.tiles.total]


def _all(areas: Sequence[str], chosen: str, at: datetime) -> list[Branch]:
    if not chosen and len(areas) > 1:
        labels = places.labels(areas)
        return [Branch(area, labels.get(area, area), queries.tiles([area], at)) for area in areas]
    area = chosen or (areas[0] if areas else COUNTRY)
    below = queries.tiles_below(area, at)
    rows = places.children(area, at=at)
    found = [Branch(row.area, row.name, below.pop(row.area, Tiles())) for row in rows]
    own = queries.together(below.values())  # at the place itself, or where a place has ended
    return [*found, *([Branch("", _("Không gắn thôn nào"), own)] if own.total else [])]


def alarm_lines(alarms: Iterable[Alarm]) -> list[AlarmLine]:
    """This function will put alarms into words; of a box of another maker in those that its bridge has."""
    rows = list(alarms)
    codes = bridges.faults_of({row.device_id for row in rows if row.kind == AlarmKind.BOX})
    return [_alarm_line(row, codes.get(row.device_id, "")) for row in rows]


def _alarm_line(alarm: Alarm, code: str) -> AlarmLine:
    kind = AlarmKind(alarm.kind)
    own = sentence(code) if kind == AlarmKind.BOX and not alarm.cleared_at else ""
    return AlarmLine(
        alarm.pk,
        alarm.device_id,
        alarm.device.name,
        alarm.device.place.label,
        str(kind.label),
        own or str(WHAT_TO_DO[kind]),
        kind in URGENT,
        alarm.raised_at,
        alarm.cleared_at,
        str(alarm.seen_by) if alarm.seen_by else "",
    )


def lines(devices: Collection[Device], at: datetime) -> list[HealthLine]:
    """This function will tell how some loudspeakers are, with two questions for all."""
    keys = [device.pk for device in devices]
    states, wrong = queries.states_of(keys), queries.open_by_device(keys)
    return [_line(device, states.get(device.pk), wrong.get(device.pk, []), at) for device in devices]


def _line(device: Device, state: State | None, wrong: Sequence[Alarm], at: datetime) -> HealthLine:
    online = fleet.is_online(device, at)
    return HealthLine(
        id=device.pk,
        name=device.name,
        place=device.place.label,
        online=online,
        playing=online and device.playing_item is not None,
        last_seen_at=device.last_seen_at,
        power=power(state),
        signal=_("{value} dBm").format(value=state.signal) if state and state.signal is not None else "",
        temp=f"{state.temp:.0f} °C" if state and state.temp is not None else "",
        sound=sound(state),
        wrong=tuple(str(AlarmKind(alarm.kind).label) for alarm in wrong),
    )


def facts(device: Device, state: State | None) -> list[tuple[str, str]]:
    """This function will name everything that a loudspeaker last said of itself."""
    if state is None:
        return []
    skew = _("lệch {value} giây").format(value=state.skew_s) if state.skew_s else ""
    told = [
        (_("Lúc"), clock(state.at)),
        (_("Điện"), power(state)),
        (_("Sóng"), _("{value} dBm").format(value=state.signal) if state.signal is not None else ""),
        (_("Mạng"), state.net),
        (_("Nhiệt độ"), f"{state.temp:.0f} °C" if state.temp is not None else ""),
        (_("Bộ nhớ đã dùng"), f"{state.disk} %" if state.disk is not None else ""),
        (_("Tiếng"), sound(state)),
        (_("Âm lượng"), str(state.volume) if state.volume is not None else ""),
        (_("Đồng hồ"), ", ".join(part for part in (str(of_clock(device.clock_state).label), skew) if part)),
        (_("Phần mềm"), device.agent),
        (_("Tin thừa đã bỏ"), str(state.dropped) if state.dropped else ""),
    ]
    return [(name, value) for name, value in told if value]


@dataclass(frozen=True)
class SampleLine:
    """One kept word in words."""

    at: datetime
    playing: bool
    power: str
    signal: str
    temp: str
    sound: str


def sample_line(row: Sample) -> SampleLine:
    """This function will put a kept word into words."""
    signal = _("{value} dBm").format(value=row.signal) if row.signal is not None else ""
    temp = f"{row.temp:.0f} °C" if row.temp is not None else ""
    return SampleLine(row.at, row.playing is not None, power(row), signal, temp, sound(row))


@dataclass(frozen=True)
class TicketLine:
    """One fault ticket in words."""

    id: UUID
    title: str
    device_id: UUID
    device: str
    place: str
    state: Tone
    assignee: str
    due: str
    overdue: bool
    mended: bool
    opened_at: datetime
    done: str
    cost: str


_TONES = {
    TicketState.OPEN: ("warn", "clipboard-check"),
    TicketState.TAKEN: ("brand", "settings"),
    TicketState.WAITING: ("warn", "hourglass"),
    TicketState.DONE: ("live", "circle-check"),
    TicketState.CANCELLED: ("", "circle-x"),
}


def ticket_lines(rows: Collection[Ticket], at: datetime) -> list[TicketLine]:
    """This function will put tickets into words, with one question for all: which boxes are being mended?"""
    mended = queries.mended_among({row.device_id for row in rows}, at)
    return [ticket_line(row, local(at).date(), mended=row.device_id in mended) for row in rows]


def ticket_line(row: Ticket, today: date, *, mended: bool = False) -> TicketLine:
    """This function will put a ticket into words; `cost` is there where the query summed it. Of a box under
    announced work it is said so, and not that the ticket is overdue.
    """
    state = TicketState(row.state)
    return TicketLine(
        row.pk,
        row.title,
        row.device_id,
        row.device.name,
        row.device.place.label,
        Tone(str(state.label), *_TONES[state]),
        str(row.assignee) if row.assignee else "",
        f"{row.due_date:%d/%m/%Y}",
        state in TO_MEND and row.due_date < today and not mended,
        state in TO_MEND and mended,
        row.opened_at,
        row.done,
        money(getattr(row, "cost", 0) or 0),
    )


@dataclass(frozen=True)
class EntryLine:
    """One line of a ticket's history in words."""

    at: datetime
    by: str
    words: str
    text: str
    cost: str


def entry_line(row: TicketEntry) -> EntryLine:
    """This function will put a line of a ticket's history into words."""
    words = str(TicketState(row.state).label) if row.state else ""
    if row.part:
        words = _("Linh kiện: {part} × {quantity}").format(part=row.part, quantity=row.quantity)
    return EntryLine(row.at, str(row.by), words, row.text, money(row.cost))


def money(amount: int) -> str:
    """This function will write đồng as people do: 1.250.000 đ; nothing for nothing."""
    return f"{amount:,} đ".replace(",", ".") if amount else ""


@dataclass(frozen=True)
class DayLine:
    """What was heard on one day, in words."""

    day: str
    played: int
    partly: int
    refused: int
    length: str


def day_lines(rows: Sequence[dict[str, Any]]) -> list[DayLine]:
    """This function will put sums by day into words, the newest first."""
    return [
        DayLine(
            f"{row['day']:%d/%m/%Y}", row["played"], row["partly"], row["refused"],
            _("{hours} giờ {minutes} phút").format(
                hours=row["seconds"] // 3600, minutes=row["seconds"] % 3600 // 60
            ),
        )
        for row in reversed(rows)
    ]  # fmt: skip


@dataclass(frozen=True)
class HourLine:
    """How many loudspeakers were there in one hour: connected at worst, playing at best."""

    at: datetime
    total: int
    online: int
    lost: int
    playing: int
    wrong: int


def hour_lines(rows: Sequence[dict[str, Any]]) -> list[HourLine]:
    """This function will put looks by the hour into lines, the newest first."""
    return [
        HourLine(
            row["hour"],
            row["total"],
            row["online"],
            row["total"] - row["online"],
            row["playing"],
            row["wrong"],
        )
        for row in reversed(rows)
    ]


def power(state: State | Sample | None) -> str:
    """This function will say whether the mains is there, and how full the battery is."""
    if state is None or (state.mains is None and state.battery is None):
        return ""
    mains = {True: _("điện lưới"), False: _("mất điện"), None: ""}[state.mains]
    battery = _("pin {value} %").format(value=state.battery) if state.battery is not None else ""
    return ", ".join(part for part in (mains, battery) if part)


def sound(state: State | Sample | None) -> str:
    """This function will say what the amplifier and the microphone tell."""
    if state is None:
        return ""
    told = [
        {True: _("micro nghe thấy tiếng"), False: _("micro không nghe thấy tiếng"), None: ""}[state.sound],
        _("tăng âm {value} mA").format(value=state.amp_ma) if state.amp_ma is not None else "",
        _("dây loa: {value}").format(value=Line(state.line).label) if state.line else "",
    ]
    return ", ".join(part for part in told if part)
