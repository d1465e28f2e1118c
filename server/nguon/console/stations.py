"""Tiếp sóng: what its pages show, in words."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nguon.accounts.actions import site
from nguon.accounts.models import User
from nguon.console.keys import Touch, ids_of
from nguon.console.presenters import Notice, Tone
from nguon.devices import queries as devices
from nguon.live import queries as lives
from nguon.live.models import Session
from nguon.organisations import queries as places
from nguon.relays import queries
from nguon.relays.actions import challenge_of
from nguon.relays.models import Booking, Run, Source
from nguon.relays.rules import may_decide, may_end
from nguon.relays.states import Fallback, RunState, State

DAYS = (
    (1, gettext_lazy("Thứ Hai")),
    (2, gettext_lazy("Thứ Ba")),
    (3, gettext_lazy("Thứ Tư")),
    (4, gettext_lazy("Thứ Năm")),
    (5, gettext_lazy("Thứ Sáu")),
    (6, gettext_lazy("Thứ Bảy")),
    (7, gettext_lazy("Chủ nhật")),
)
FAINT_DB, HARSH_DB = -35.0, -6.0
_FAULTS = {
    "address": gettext_lazy("Địa chỉ nguồn không đúng; hãy chép lại địa chỉ của đài."),
    "private": gettext_lazy(
        "Địa chỉ này dẫn vào mạng nội bộ nên không được dùng. Nếu đài nằm trong mạng của cơ quan, "
        "hãy nhờ người vận hành máy chủ cho phép."
    ),
    "elsewhere": gettext_lazy("Nguồn dẫn sang máy chủ khác ({about}); hãy dùng thẳng địa chỉ ở máy chủ đó."),
    "redirects": gettext_lazy("Nguồn chuyển hướng mãi không dừng; hãy hỏi đài địa chỉ khác."),
    "unreachable": gettext_lazy(
        "Không kết nối được tới đài; hãy kiểm tra địa chỉ và đường mạng của máy chủ."
    ),
    "tls": gettext_lazy("Chứng chỉ https của đài không hợp lệ; hãy báo đài."),
    "status": gettext_lazy("Đài trả lời lỗi {about}; hãy kiểm tra địa chỉ hoặc hỏi đài."),
    "playlist": gettext_lazy("Danh sách phát của đài sai dạng; hãy hỏi đài địa chỉ khác."),
    "encrypted": gettext_lazy("Nguồn bị khóa mã nên không tiếp sóng được; hãy hỏi đài địa chỉ khác."),
    "ended": gettext_lazy("Đài ngắt kết nối giữa chừng; hãy thử lại sau ít phút."),
    "unreadable": gettext_lazy("Đài gửi dữ liệu không phải âm thanh; hãy kiểm tra địa chỉ."),
    "no_sound": gettext_lazy("Đài gửi hình không có tiếng; hãy kiểm tra địa chỉ."),
    "broken": gettext_lazy("Âm thanh của đài hỏng; hãy thử lại sau ít phút hoặc báo đài."),
    "silent": gettext_lazy("Kết nối được nhưng đài im lặng; hãy thử lại vào giờ đài phát."),
    "slow": gettext_lazy("Đường truyền từ đài quá chậm, tiếng sẽ ngắt quãng; hãy kiểm tra mạng."),
}
_REFUSED = gettext_lazy("Bộ ký từ chối lịch này ({about}); hãy ngừng lịch, lập lại và duyệt lại.")
_RUNS = {
    RunState.ON: ("live", "radio-tower"),
    RunState.LOST: ("bad", "wifi-off"),
    RunState.STOPPED: ("bad", "octagon-x"),
    RunState.OVER: ("", "circle-check"),
}
_STATES = {
    State.WAITING: ("warn", "hourglass"),
    State.APPROVED: ("live", "circle-check"),
    State.RETURNED: ("bad", "undo-2"),
    State.ENDED: ("", "circle-stop"),
}


@dataclass(frozen=True)
class SourceLine:
    """One station: what the last try found, in a sentence."""

    id: UUID
    name: str
    url: str
    place: str
    tried_at: datetime | None
    tone: str
    words: str
    own: bool


@dataclass(frozen=True)
class BookingLine:
    """One booking in a list."""

    url: str
    title: str
    when: str
    where: str
    author: str
    state: Tone
    now: Tone | None


@dataclass(frozen=True)
class RunLine:
    """One day of a booking; `sessions` are (from, until, loudspeakers that began it, why it ended)."""

    day: datetime
    state: Tone
    sent_ms: int
    instead_ms: int
    losses: int
    why: str
    pieces: tuple[tuple[datetime, datetime | None, int, int, str], ...]


@dataclass(frozen=True)
class BookingView:
    """One booking on its own page."""

    line: BookingLine
    address: str
    days: str
    silence_s: int
    instead: str
    instead_url: str
    speakers: int
    covered: int
    refused: str
    decided: str
    reason: str
    content: str
    may_decide: bool
    may_end: bool
    runs: tuple[RunLine, ...]


def fault_words(code: str, about: str = "") -> str:
    """This function will say what is wrong with a station, and what to do."""
    words = _FAULTS.get(code)
    return str(words).format(about=about) if words else str(_REFUSED).format(about=code)


def tried_words(tried: dict[str, object]) -> tuple[str, str]:
    """This function will say (tone, sentence) what a try of a station found."""
    fault, about = str(tried.get("fault", "")), str(tried.get("about", ""))
    level = float(str(tried.get("loudness_db", -120)))
    if fault:
        return "bad", fault_words(fault, about)
    how = (
        _("vừa")
        if FAINT_DB <= level <= HARSH_DB
        else _("nhỏ")
        if level < FAINT_DB
        else _("quá to, dễ vỡ tiếng")
    )
    told = _("Nghe được {seconds} giây, tiếng {how} ({level} dB); {codec}, {rate} Hz, {channels} kênh.")
    return "live" if how == _("vừa") else "warn", told.format(
        seconds=f"{float(str(tried.get('seconds', 0))):g}",
        how=how,
        level=f"{level:.0f}",
        codec=str(tried.get("codec", "")).removesuffix("float").upper(),
        rate=tried.get("rate", 0),
        channels=tried.get("channels", 0),
    )


def source_lines(rows: Iterable[Source], writing: Collection[str]) -> list[SourceLine]:
    """This function will show stations; `writing` are the areas that the person writes for."""
    listed = list(rows)
    labels = places.labels([row.area for row in listed])
    found = []
    for row in listed:
        tone, words = tried_words(row.tried) if row.tried_at else ("", "")
        own = any(row.area == area or row.area.startswith(f"{area}.") for area in writing)
        label = labels.get(row.area, "")
        found.append(SourceLine(row.pk, row.name, row.url, label, row.tried_at, tone, words, own))
    return found


def booking_lines(rows: Iterable[Booking], at: datetime) -> list[BookingLine]:
    """This function will show bookings, one a line, with how today's run goes."""
    listed = list(rows)
    on = {row.booking_id: row for row in Run.objects.filter(booking__in=listed, ended_at__isnull=True)}
    return [_line(row, on.get(row.pk)) for row in listed]


def _line(booking: Booking, run: Run | None) -> BookingLine:
    return BookingLine(
        url=reverse("console:station_booking", args=[booking.pk]),
        title=_("Tiếp sóng {name}").format(name=booking.source.name),
        when=f"{booking.begins:%H:%M}–{booking.ends:%H:%M}, {days_of(booking)}",
        where=", ".join(_where(booking)),
        author=str(booking.author),
        state=Tone(str(State(booking.state).label), *_STATES[State(booking.state)]),
        now=_tone_of(run) if run else None,
    )


def _tone_of(run: Run) -> Tone:
    return Tone(str(RunState(run.state).label), *_RUNS[RunState(run.state)])


def days_of(booking: Booking) -> str:
    """This function will name the weekdays of a booking."""
    if booking.weekdays == "1234567":
        return _("hằng ngày")
    if booking.weekdays == "12345":
        return _("thứ Hai đến thứ Sáu")
    return ", ".join(str(name) for day, name in DAYS if str(day) in booking.weekdays)


def view_of(booking: Booking, user: User, at: datetime) -> BookingView:
    """This function will show one booking, with what was sent on which day."""
    areas, targets = queries.areas_of(booking), queries.targets_of(booking)
    runs = queries.runs_of(booking)
    approval = getattr(booking, "approval", None)
    decided = ""
    if approval is not None:
        said = _("{person} duyệt") if approval.approved else _("{person} trả lại")
        decided = said.format(person=approval.by)
    instead = booking.instead
    return BookingView(
        line=_line(booking, next((run for run in runs if run.ended_at is None), None)),
        address=booking.source.url,
        days=f"{booking.first_day:%d/%m/%Y} – {booking.last_day:%d/%m/%Y}",
        silence_s=booking.silence_s,
        instead=instead.title if instead else "",
        instead_url=reverse("console:bulletin", args=[instead.bulletin_id]) if instead else "",
        speakers=devices.of_targets(targets).count(),
        covered=queries.planned_meanwhile(booking, areas, at) if booking.state == State.WAITING else 0,
        refused=fault_words(booking.refused) if booking.refused else "",
        decided=decided,
        reason=approval.reason if approval else "",
        content=booking.content_sha256,
        may_decide=may_decide(user, booking, areas, at),
        may_end=may_end(user, booking, areas, at),
        runs=tuple(_run(run) for run in runs),
    )


def _run(run: Run) -> RunLine:
    pieces = sorted((one.session for one in run.pieces.all()), key=lambda one: one.made_at)
    return RunLine(
        day=run.began_at,
        state=_tone_of(run),
        sent_ms=run.sent_ms,
        instead_ms=run.instead_ms,
        losses=run.losses,
        why=fault_words(run.why) if run.why and run.why != "stopped" else "",
        pieces=tuple(_piece(one) for one in pieces),
    )


def _piece(session: Session) -> tuple[datetime, datetime | None, int, int, str]:
    heard = lives.played_by(session)
    ending = str(session.get_ending_display()) if session.ending else ""
    return session.opened_at or session.made_at, session.ended_at, heard, lives.hearing(session).total, ending


def to_approve(booking: Booking, user: User) -> Touch:
    """This function will return what a person's key is to sign to approve a booking."""
    ids = ids_of(user)
    return Touch(urlsafe_base64_encode(challenge_of(booking)), site().rp_id, ids, bool(ids))


def notices(areas: Collection[str]) -> list[Notice]:
    """This function will tell duty officers which stations are lost now and what is heard instead, and
    what the signer refuses."""
    found = []
    for booking in queries.refused_in(areas):
        title = _("Bộ ký từ chối lịch tiếp sóng {name}").format(name=booking.source.name)
        url = reverse("console:station_booking", args=[booking.pk])
        at = booking.known_at or booking.at
        found.append(Notice("relay", at, "bad", title, fault_words(booking.refused), 1, url))
    for run in queries.lost_in(areas):
        booking = run.booking
        instead = (
            _("Loa đang phát bản tin thay thế đã chọn.")
            if booking.fallback == Fallback.BULLETIN
            else _("Loa đã trở lại lịch phát.")
        )
        title = _("Mất nguồn tiếp sóng {name}").format(name=booking.source.name)
        text = f"{fault_words(run.why)} {instead} {_('Có tiếng trở lại thì loa tiếp sóng ngay.')}"
        url = reverse("console:station_booking", args=[booking.pk])
        found.append(Notice("relay", run.lost_at or run.began_at, "warn", title, text, 1, url))
    return found


def _where(booking: Booking) -> list[str]:
    targets = queries.targets_of(booking)
    labels = places.labels([one for one in targets if "/" not in one])
    named = {
        f"g/{row.pk}": row.name for row in devices.groups_named([t[2:] for t in targets if t[:2] == "g/"])
    }
    return [labels.get(one) or named.get(one, one) for one in targets]
