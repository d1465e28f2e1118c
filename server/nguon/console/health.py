"""How loudspeakers are, in the shapes of the pages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from nguon.areas.paths import COUNTRY
from nguon.devices import queries as fleet
from nguon.devices.models import Device
from nguon.health import queries
from nguon.health.models import Alarm, State
from nguon.health.queries import Tiles
from nguon.health.states import URGENT, WHAT_TO_DO, AlarmKind, Line
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
    """This function will return the places to open next: those within the chosen area, or one's own."""
    if not chosen and len(areas) > 1:
        labels = places.labels(areas)
        return [Branch(area, labels.get(area, area), queries.tiles([area], at)) for area in areas]
    area = chosen or (areas[0] if areas else COUNTRY)
    below = queries.tiles_below(area, at)
    found = [Branch(row.area, row.name, below.get(row.area, Tiles())) for row in places.children(area, at=at)]
    own = below.get("")
    return [*found, *([Branch("", _("Không gắn thôn nào"), own)] if own else [])]


def alarm_line(alarm: Alarm) -> AlarmLine:
    """This function will put an alarm into words."""
    kind = AlarmKind(alarm.kind)
    return AlarmLine(
        alarm.pk,
        alarm.device_id,
        alarm.device.name,
        alarm.device.place.label,
        str(kind.label),
        str(WHAT_TO_DO[kind]),
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


def power(state: State | None) -> str:
    """This function will say whether the mains is there, and how full the battery is."""
    if state is None or (state.mains is None and state.battery is None):
        return ""
    mains = {True: _("điện lưới"), False: _("mất điện"), None: ""}[state.mains]
    battery = _("pin {value} %").format(value=state.battery) if state.battery is not None else ""
    return ", ".join(part for part in (mains, battery) if part)


def sound(state: State | None) -> str:
    """This function will say what the amplifier and the microphone tell."""
    if state is None:
        return ""
    told = [
        {True: _("micro nghe thấy tiếng"), False: _("micro không nghe thấy tiếng"), None: ""}[state.sound],
        _("tăng âm {value} mA").format(value=state.amp_ma) if state.amp_ma is not None else "",
        _("dây loa: {value}").format(value=Line(state.line).label) if state.line else "",
    ]
    return ", ".join(part for part in told if part)
