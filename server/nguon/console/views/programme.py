"""Lịch phát: a commune's day and week; every change is a form, with or without a mouse."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from nguon.accounts.models import User
from nguon.broadcasts import actions, errors, queries
from nguon.broadcasts.models import Airing, Session
from nguon.broadcasts.rules import is_of_commune, kept_by, may_place
from nguon.broadcasts.states import SlotKind
from nguon.bulletins import queries as bulletins
from nguon.console import live, picking, programme
from nguon.console.explaining import why as reasons
from nguon.console.views.base import areas_of, number, page, person, reads_of
from nguon.console.views.duty import communes_of
from nguon.control import actions as control
from nguon.devices import queries as devices
from nguon.devices.rules import can_keep_devices
from nguon.kernel import clock
from nguon.kernel.clock import VIETNAM
from nguon.kernel.errors import DomainError
from nguon.organisations.models import Place
from nguon.organisations.rules import covers
from nguon.organisations.states import Kind

MANY = 40
ALL_DAY = "moi"  # every session of the day: "three times a day" is one line of the form
_RULES: dict[str, Callable[[date], str]] = {
    "ngay": lambda day: "FREQ=DAILY",
    "lam-viec": lambda day: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "tuan": lambda day: f"FREQ=WEEKLY;BYDAY={('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')[day.weekday()]}",
    "thang": lambda day: f"FREQ=MONTHLY;BYMONTHDAY={day.day}",
    "nam": lambda day: "FREQ=YEARLY",
    "mot": lambda day: "FREQ=DAILY;COUNT=1",
}  # fmt: skip
Undo = list[dict[str, str]]
Done = tuple[str, Undo]


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """This function will show the day or the week of one commune."""
    at, user = clock.now(), person(request)
    own = live.readable(areas_of(request), reads_of(request))
    communes = communes_of(own, MANY + 1)
    many = len(communes) > MANY
    place = _place(request.GET.get("xa", ""), own, [] if many else communes)
    week = request.GET.get("xem") == "tuan"
    day = programme.day_of(request.GET.get("ngay", ""), at)
    first = day - timedelta(days=day.weekday()) if week else day
    context: dict[str, Any] = {
        "place": place,
        "week": week,
        "day": day,
        "before": first - timedelta(days=7 if week else 1),
        "after": first + timedelta(days=7 if week else 1),
        "communes": [] if many else communes,
        "others": len(communes) > 1,
        "picker": _picker(user, place, at) if many else None,
        "undo": bool(request.session.get("programme_undo")),
    }
    if place is not None:
        may = may_place(user, place.area, at)
        context |= {
            "days": programme.days(place, first, 7 if week else 1, at),
            "questions": programme.questions(place.area) if may else [],
            "may": may,
            "asks": not is_of_commune(user, place.area, at),
            "rule": programme.rule_of(place),
            "version": queries.programme_version(place).version,
            "sessions": programme.playlists(place.area) if may else [],
            "placeable": list(queries.placeable_in(place.area, at)[:100]) if may and not week else [],
            "chosen": _chosen(request.GET.get("luot", ""), place),
        }
    return page(request, "console/programme.html", "programme", context)


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """This function will do what one form of the page asks for, or say in one sentence why not."""
    post, user, at = request.POST, person(request), clock.now()
    act = _ACTS.get(post.get("act", ""))
    place = _place(post.get("xa", ""), areas_of(request), [])
    if act is None or place is None:
        raise Http404
    try:
        if act is _undo:
            text, undo = _undone(request, place, user, at)
        else:
            text, undo = act(post, place, user, at)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, text)
        request.session["programme_undo"] = undo
    query = {"xa": place.area, "ngay": post.get("trang", ""), "xem": post.get("xem", "")}
    return redirect(f"{reverse('console:programme')}?{urlencode(query)}")


@require_GET
def why(request: HttpRequest, airing_id: UUID) -> HttpResponse:
    """This function will tell why one airing sounds, or sounded."""
    rows = Airing.objects.select_related("revision__bulletin", "slot__session", "by")
    airing = rows.filter(pk=airing_id).first()
    if airing is None or bulletins.visible(person(request), airing.revision.bulletin_id, clock.now()) is None:
        raise Http404
    context = {"airing": airing, "reasons": reasons(airing)}
    return page(request, "console/airing.html", "programme", context)


def _place(area: str, own: list[str], communes: list[Any]) -> Place | None:
    if not area:
        area = next((one.target for one in communes), own[0] if own else "")
    if not any(covers(outer, area) for outer in own):
        return None
    return Place.objects.filter(area=area, kind=Kind.COMMUNE).first()


def _picker(user: User, place: Place | None, at: datetime) -> picking.Picker:
    return picking.picker(user, "chuong-trinh", at, picked=place.area if place else "", folded=True)


def _chosen(text: str, place: Place) -> Airing | None:
    try:
        key = UUID(text)
    except ValueError:
        return None
    rows = Airing.objects.select_related("revision", "slot__session")
    return rows.filter(pk=key, area=place.area).first()


def _seen(post: QueryDict) -> int | None:
    return number(post.get("v"), 0) if post.get("v") else None


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _time(text: str | None) -> time:
    try:
        return time.fromisoformat(text or "").replace(tzinfo=None)
    except ValueError:
        raise errors.NoInstants from None


def _instant(post: QueryDict) -> datetime:
    day = _date(post.get("ngay"))
    if day is None:
        raise errors.NoInstants
    return datetime.combine(day, _time(post.get("gio")), VIETNAM)


def _key(post: QueryDict, name: str) -> UUID:
    try:
        return UUID(post.get(name, ""))
    except ValueError:
        raise errors.ProgrammeGone from None


def _put(post: QueryDict, place: Place, user: User, at: datetime) -> Done:
    """Place by hand; where something plays already the commune's own officer is asked what goes first."""
    instant = _instant(post)
    fields: dict[str, Any] = {"revision_id": _key(post, "tin"), "area": place.area, "by": user, "at": at}
    if is_of_commune(user, place.area, at):
        made = actions.offer(instant=instant, seen=_seen(post), **fields)
    else:
        made = actions.place(instants=[instant], seen=_seen(post), **fields)[0]
    if not isinstance(made, Airing):
        return _("Giờ này đã có bản tin khác: hãy chọn thứ tự phát, giờ khác hoặc không phát."), []
    text = _("Đã xếp lúc {time}.").format(time=f"{clock.local(made.at):%H:%M:%S %d/%m/%Y}")
    return text, [{"act": "out", "airing": str(made.pk)}]


def _ask(post: QueryDict, place: Place, user: User, at: datetime) -> Done:
    fields: dict[str, Any] = {"revision_id": _key(post, "tin"), "area": place.area, "by": user, "at": at}
    made = actions.offer(instant=_instant(post), **fields)
    if isinstance(made, Airing):
        return _("Đã xếp."), [{"act": "out", "airing": str(made.pk)}]
    return _("Giờ này đã có bản tin khác. Đã hỏi xã; xã quyết định thứ tự phát."), []


def _move(post: QueryDict, place: Place, user: User, at: datetime) -> Done:
    to = _instant(post)
    made, was = actions.put_elsewhere(airing_id=_airing(post, place), to=to, by=user, at=at, seen=_seen(post))
    text = _("Đã chuyển sang {time}.").format(time=f"{clock.local(made.at):%H:%M:%S %d/%m/%Y}")
    return text, [{"act": "out", "airing": str(made.pk)}, _back(was)]


def _into(post: QueryDict, place: Place, user: User, at: datetime) -> Done:
    day, session = _date(post.get("ngay")), _key(post, "phien")
    if day is None:
        raise errors.NoInstants
    key, seen = _airing(post, place), _seen(post)
    made, was = actions.put_into(airing_id=key, session_id=session, day=day, by=user, at=at, seen=seen)
    text = _("Đã chuyển sang {time}.").format(time=f"{clock.local(made.at):%H:%M:%S %d/%m/%Y}")
    return text, [{"act": "unslot", "slot": str(made.slot_id)}, _back(was)]


def _airing(post: QueryDict, place: Place) -> UUID:
    """An airing by its id; a week at a glance knows it by its instant alone."""
    if not post.get("tu-luc"):
        return _key(post, "luot")
    try:
        instant = datetime.fromisoformat(post.get("tu-luc", "")).replace(tzinfo=VIETNAM)
    except ValueError:
        raise errors.AiringUnknown from None
    rows = queries.of_commune(place.area, instant, instant + timedelta(seconds=1))
    found = rows.filter(area=place.area, at__gte=instant).first()
    if found is None:
        raise errors.AiringUnknown
    return found.pk


def _reorder(post: QueryDict, place: Place, user: User, at: datetime) -> Done:
    slot = _key(post, "muc") if post.get("muc") else _slot_of(post, "luot")
    before = _slot_of(post, "truoc-luot") if post.get("truoc-luot") else None
    if post.get("truoc"):
        before = _key(post, "truoc")
    actions.reorder(slot_id=slot, before=before, by=user, at=at, seen=_seen(post))
    return _("Đã đổi thứ tự trong phiên, cho mọi ngày từ nay."), []


def _slot_of(post: QueryDict, name: str) -> UUID:
    row = Airing.objects.filter(pk=_key(post, name), slot__isnull=False).first()
    if row is None or row.slot_id is None:
        raise errors.ProgrammeGone
    return row.slot_id


def _out(post: QueryDict, place: Place, user: User, at: datetime) -> Done:
    was = actions.leave_out(airing_id=_key(post, "luot"), by=user, at=at, seen=_seen(post))
    return _("Đã bỏ lượt phát này."), [_back(was)]


def _back(was: actions.Was) -> dict[str, str]:
    if was.slot is not None:
        return {"act": "unskip", "slot": str(was.slot), "day": was.day.isoformat()}
    return {"act": "place", "revision": str(was.revision), "at": was.at.isoformat()}


def _called(text: str) -> str:
    hour = _time(text).hour
    if hour < 10:
        return _("Phiên sáng")
    if hour < 14:
        return _("Phiên trưa")
    return _("Phiên chiều") if hour < 18 else _("Phiên tối")


@transaction.atomic
def _open(post: QueryDict, place: Place, user: User, at: datetime) -> Done:
    """A session at each of the hours given, all of them or none."""
    hours = [text for text in post.getlist("gio") if text] or [""]
    seen, told = _seen(post), [_("Đã mở phiên. Hãy thêm bản tin vào phiên.")]
    night = _("Phiên này qua nửa đêm: phần sau 0 giờ vẫn thuộc ngày hôm trước.")
    if "so-le" in post:
        told.append(_turns(place, user, at))
    for text in hours:
        given = actions.SessionTimes(
            name=post.get("ten", "").strip()[:60] or _called(text),
            starts=_time(text),
            minutes=number(post.get("phut"), 0, most=10_000),
            weekdays="".join(day for day in "0123456" if day in post.getlist("thu")),
            first=_date(post.get("tu")) or clock.local(at).date(),
            last=_date(post.get("den")),
            on_days_off="le" in post,
            staggered="so-le" in post,
        )
        actions.make_session(area=place.area, given=given, by=user, at=at, seen=seen)
        seen = None
        if given.starts.hour * 60 + given.starts.minute + given.minutes > 24 * 60:
            told.append(night)
    return " ".join(told), []


def _turns(place: Place, user: User, at: datetime) -> str:
    """Make the turns of a commune's loudspeakers, where this person may and they are not there yet, and say
    how a staggered session will be heard."""
    count = len(devices.turns_in([place.area]).get(place.area, {}))
    if not count and can_keep_devices(user, place.area, at):
        control.take_turns(place=place, by=user, at=at)
        count = len(devices.turns_in([place.area]).get(place.area, {}))
    if count > 1:
        return _("Các cụm loa nghe lẫn nhau phát lần lượt, {count} lượt.").format(count=count)
    return _("Chưa có cột nào nghe lẫn nhau hoặc chưa lập nhóm so le (trang Âm học), nên phát cùng lúc.")


def _close(post: QueryDict, place: Place, user: User, at: datetime) -> Done:
    touched = actions.end_session(session_id=_key(post, "phien"), by=user, at=at, seen=_seen(post))
    return _("Đã đóng phiên: bỏ {count} lượt phát.").format(count=touched.removed), []


def _line(post: QueryDict, place: Place, user: User, at: datetime) -> Done:
    first = _date(post.get("tu")) or clock.local(at).date()
    rule = _RULES.get(post.get("lap", ""), _RULES["ngay"])(first)
    last = first if post.get("lap") == "mot" else _date(post.get("den"))
    line = actions.Line(
        revision_id=_key(post, "tin"), rrule=rule, first=first, last=last,
        kind=SlotKind.FILLER if "lap-cho" in post else SlotKind.ITEM,
    )  # fmt: skip
    told = [_added(post, line, place, user, at)]
    if last is None:
        told.append(_("Không có ngày cuối, nên mỗi ngày chương trình tự nối thêm một ngày."))
    if post.get("lap") == "nam" and (first.month, first.day) == (2, 29):
        told.append(_("Ngày 29/2 chỉ có trong năm nhuận; các năm khác không phát."))
    return " ".join(told), []


def _added(post: QueryDict, line: actions.Line, place: Place, user: User, at: datetime) -> str:
    """Add a line to one session or to all of a commune's day, or to those of the same hour (or all) in every
    commune whose programme the person keeps, and say what came of it."""
    all_day, everywhere = post.get("phien") == ALL_DAY, "moi-xa" in post
    if not all_day and not everywhere:
        key = _key(post, "phien")
        _slot, touched = actions.add_slot(session_id=key, by=user, at=at, seen=_seen(post), **vars(line))
        return _("Đã thêm: {count} lượt phát trong 35 ngày tới.").format(count=touched.added)
    sessions = _sessions(post, place, user, at)
    done = actions.add_slots(session_ids=[row.pk for row in sessions], line=line, by=user, at=at)
    left = [one.why for one in done if one.why]
    if not done or (left and len(left) == len(done)):
        raise left[0] if left else errors.ProgrammeGone
    count, n = sum(one.touched.added for one in done), len(done) - len(left)
    words = (
        _("Đã thêm ở {n} phiên: {count} lượt phát trong 35 ngày tới.")
        if all_day
        else _("Đã thêm ở {n} xã: {count} lượt phát trong 35 ngày tới.")
    )
    told = [words.format(n=n, count=count)]
    if left:
        words = _("{n} phiên không thêm được: {why}") if all_day else _("{n} xã không thêm được: {why}")
        told.append(words.format(n=len(left), why=left[0]))
    return " ".join(told)


def _sessions(post: QueryDict, place: Place, user: User, at: datetime) -> list[Session]:
    areas = kept_by(user, at) if "moi-xa" in post else [place.area]
    if post.get("phien") == ALL_DAY:
        rows = Session.objects.filter(area__within=areas, ended_at__isnull=True)
        return list(rows.order_by("area", "starts", "pk"))
    session = Session.objects.filter(pk=_key(post, "phien"), ended_at__isnull=True).first()
    if session is None:
        raise errors.ProgrammeGone
    return list(queries.sessions_like(session, areas))


def _no_line(post: QueryDict, place: Place, user: User, at: datetime) -> Done:
    touched = actions.end_slot(slot_id=_key(post, "muc"), by=user, at=at, seen=_seen(post))
    return _("Đã bỏ mục này khỏi phiên: bỏ {count} lượt phát.").format(count=touched.removed), []


def _holiday(post: QueryDict, place: Place, user: User, at: datetime) -> Done:
    day = _date(post.get("ngay"))
    if day is None:
        raise errors.NoInstants
    name = post.get("ten", "").strip()[:60] or _("Nghỉ phát")
    touched = actions.set_day_off(area=place.area, name=name, day=day, by=user, at=at, seen=_seen(post))
    return _("Ngày này các phiên im lặng: bỏ {count} lượt phát.").format(count=touched.removed), []


def _decide(post: QueryDict, place: Place, user: User, at: datetime) -> Done:
    decision = post.get("quyet", "")
    to = _instant(post) if decision == "move" else None
    actions.decide(clash_id=_key(post, "cau"), decision=decision, by=user, at=at, to=to)
    return _("Đã ghi quyết định của xã."), []


def _undo(post: QueryDict, place: Place, user: User, at: datetime) -> Done:
    raise Http404


@transaction.atomic
def _undone(request: HttpRequest, place: Place, user: User, at: datetime) -> Done:
    """Take the last change of this person back, all of it or nothing; what is in the way is told as ever."""
    for step in request.session.pop("programme_undo", []):
        if step["act"] == "out":
            actions.leave_out(airing_id=UUID(step["airing"]), by=user, at=at)
        elif step["act"] == "unslot":
            actions.end_slot(slot_id=UUID(step["slot"]), by=user, at=at)
        elif step["act"] == "unskip":
            day = date.fromisoformat(step["day"])
            actions.unskip(slot_id=UUID(step["slot"]), day=day, by=user, at=at)
        else:
            back = datetime.fromisoformat(step["at"])
            key = UUID(step["revision"])
            actions.place(revision_id=key, area=place.area, instants=[back], by=user, at=at)
    return _("Đã hoàn tác."), []


_ACTS: dict[str, Callable[[QueryDict, Place, User, datetime], Done]] = {
    "xep": _put,
    "hoi": _ask,
    "chuyen": _move,
    "vao-phien": _into,
    "doi-cho": _reorder,
    "bo": _out,
    "mo-phien": _open,
    "dong-phien": _close,
    "them-muc": _line,
    "bo-muc": _no_line,
    "nghi": _holiday,
    "quyet": _decide,
    "hoan-tac": _undo,
}
