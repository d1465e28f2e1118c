"""Nói trực tiếp: what its pages show."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nguon.accounts.actions import site
from nguon.accounts.models import User
from nguon.accounts.rules import rights
from nguon.accounts.states import Role
from nguon.console.keys import Touch, ids_of
from nguon.console.presenters import Chosen, LiveLine
from nguon.devices import queries as devices
from nguon.live import queries
from nguon.live.actions import challenge_of
from nguon.live.models import Session
from nguon.live.states import Ending, Kind, State
from nguon.organisations import queries as places
from nguon.relays import queries as relays
from nguon.relays.models import Booking

MOST_CHOICES = 40


@dataclass(frozen=True)
class LiveView:
    """One live session on its own page."""

    id: UUID
    title: str
    person: str
    minutes: int
    where: tuple[str, ...]
    state: str
    own: bool
    loudspeakers: int
    opened_at: datetime | None
    ended_at: datetime | None
    ending: str
    why: str
    sound_url: str
    duration_ms: int


def duty_areas(user: User, at: datetime) -> list[str]:
    """This function will return where a person is on duty."""
    return rights(user, at).areas_of(Role.DUTY)


def groups(areas: Collection[str]) -> list[Chosen]:
    """This function will return the groups of loudspeakers that a person on duty there may speak to."""
    rows = devices.groups_in(areas).select_related("place")[:MOST_CHOICES]
    return [
        Chosen(f"g/{row.pk}", row.name, row.place.label, devices.of_targets([f"g/{row.pk}"]).count())
        for row in rows
    ]


def lines(sessions: Collection[Session]) -> list[LiveLine]:
    """This function will show some sessions, one a line."""
    booked = relays.bookings_of_sessions(sessions)
    return [
        LiveLine(
            id=one.pk,
            title=name_of(one),
            person=str(one.by),
            at=one.opened_at or one.made_at,
            where=", ".join(_where(one)),
            ending=str(Ending(one.ending).label) if one.ending else "",
            url=url_of(one, booked),
            relay=one.kind == Kind.RELAY,
        )
        for one in sessions
    ]


def url_of(session: Session, booked: Mapping[UUID, Booking]) -> str:
    """This function will return the page of a session, or of the booking that it sends a station on for."""
    if booking := booked.get(session.pk):
        return reverse("console:station_booking", args=[booking.pk])
    return reverse("console:live_session", args=[session.pk])


def name_of(session: Session) -> str:
    """This function will name a session."""
    if session.kind == Kind.RELAY:
        return _("Tiếp sóng: {title}").format(title=session.title)
    return session.title or _("Nói trực tiếp")


def view_of(session: Session, user: User) -> LiveView:
    """This function will show one session."""
    targets = queries.targets_of(session)
    sound = session.recording
    return LiveView(
        id=session.pk,
        title=name_of(session),
        person=str(session.by),
        minutes=session.minutes,
        where=tuple(_where(session)),
        state=session.state,
        own=session.by_id == user.pk,
        loudspeakers=devices.of_targets(targets).count(),
        opened_at=session.opened_at,
        ended_at=session.ended_at,
        ending=str(Ending(session.ending).label) if session.ending else "",
        why=_why(session),
        sound_url=reverse("console:live_sound", args=[session.pk]) if sound else "",
        duration_ms=sound.duration_ms if sound else 0,
    )


def to_open(session: Session, user: User) -> Touch:
    """This function will return what a person's key is to sign to open the microphone."""
    ids = ids_of(user)
    return Touch(urlsafe_base64_encode(challenge_of(session)), site().rp_id, ids, bool(ids))


def sentence(ending: str) -> str:
    """This function will tell the speaker in one sentence why the session is over and what to do next."""
    return str(_SENTENCES[Ending(ending)])


_SENTENCES = {
    Ending.FINISHED: gettext_lazy("Phiên đã kết thúc; loa trở lại lịch phát."),
    Ending.TIME: gettext_lazy(
        "Hết thời gian của phiên; loa trở lại lịch phát. Muốn nói tiếp, hãy mở phiên mới."
    ),
    Ending.MICROPHONE: gettext_lazy(
        "Trình duyệt mất micro nên phiên đã kết thúc; cắm lại micro rồi mở phiên mới."
    ),
    Ending.SILENT: gettext_lazy(
        "Mất kết nối với trình duyệt quá 10 giây nên loa đã trở lại lịch phát; hãy mở phiên mới."
    ),
    Ending.STOPPED: gettext_lazy(
        "Trực ban đã bấm dừng phát nên phiên kết thúc; muốn nói tiếp, hãy mở phiên mới."
    ),
    Ending.REFUSED: gettext_lazy("Bộ ký từ chối mở micro; chưa có tiếng nào tới loa."),
    Ending.SOURCE: gettext_lazy("Mất nguồn tiếp sóng nên loa đã trở lại lịch phát."),
    Ending.GAVE_WAY: gettext_lazy("Loa nhường bản tin phát ngay hoặc lời nói trực tiếp."),
    Ending.LOST: gettext_lazy("Bộ ký vừa khởi động lại nên phiên kết thúc; hãy mở phiên mới."),
}
_WHY = {
    "quiet": gettext_lazy("Đang giờ yên tĩnh; hãy nói khi hết giờ yên tĩnh."),
    "burst": gettext_lazy("Một người nói tới nhiều nhất 3 xã trong 10 phút; hãy đợi rồi mở lại."),
    "passkey": gettext_lazy("Khóa bảo mật của bạn chưa được xác nhận cho vai trò trực ban ở đây."),
    "role": gettext_lazy("Bạn không trực ban ở nơi này."),
    "late": gettext_lazy("Bộ ký nhận lệnh quá muộn; hãy mở phiên mới."),
}


def _why(session: Session) -> str:
    if session.state != State.ENDED:
        return ""
    said = sentence(session.ending)
    if session.ending != Ending.REFUSED:
        return said
    reasons = queries.opening(session).reasons
    told = next((str(_WHY[one]) for one in reasons if one in _WHY), "")
    return f"{said} {told}".strip()


def _where(session: Session) -> list[str]:
    targets = queries.targets_of(session)
    labels = places.labels(targets)
    named = {
        f"g/{row.pk}": row.name for row in devices.groups_named([t[2:] for t in targets if t[:2] == "g/"])
    }
    named |= {
        f"d/{row.pk}": row.name for row in devices.of_targets([t for t in targets if t.startswith("d/")])
    }
    return [labels.get(one) or named.get(one, one) for one in targets]
