"""The staff register as the pages show it: lines of the list, one person, and the rows of the Excel file."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from nguon.accounts.models import User
from nguon.kernel.clock import local
from nguon.organisations import queries as places
from nguon.organisations.models import Place
from nguon.organisations.rules import covers
from nguon.organisations.states import COUNTRY_AREA, Kind
from nguon.staff import queries
from nguon.staff.actions import HEADINGS
from nguon.staff.models import Post, Staff, Training
from nguon.staff.queries import Asked
from nguon.staff.rules import KEEPS_STAFF, SEES_STAFF, areas_with
from nguon.staff.states import Gender, PostKind, Trained

CHUNK = 500
PAST = "da-thoi"


@dataclass(frozen=True)
class StaffLine:
    """One person in the list: the first work of the reader's areas, and how many there are more."""

    id: int
    name: str
    work: str
    place: str
    more: int
    phone: str
    trained: str
    trained_now: bool


@dataclass(frozen=True)
class PostLine:
    """One post with its days in words, and whether the reader may change it."""

    id: int
    label: str
    place: str
    office: str
    days: str
    state: str
    tone: str
    before: str
    may_keep: bool


def seen_areas(user: User, at: datetime) -> list[str]:
    """This function will return the areas whose staff one may see."""
    return areas_with(user, SEES_STAFF, at)


def asked(given: Mapping[str, str]) -> Asked:
    """This function will read what an address asks the list for; what makes no sense asks for nothing."""
    trained = given.get("tap-huan", "")
    return Asked(
        words=given.get("ten", "")[:100].strip(),
        kind=given.get("loai", "") if given.get("loai", "") in PostKind.values else "",
        area=given.get("noi", "")[:120],
        trained=Trained(trained) if trained in Trained.values else Trained.ALL,
        past=given.get("xem", "") == PAST,
    )


def rows(user: User, question: Asked, at: datetime) -> QuerySet[Staff]:
    """This function will return the people of whom a list is asked, with their work and courses."""
    areas = seen_areas(user, at)
    found = queries.staff_in(areas, day=local(at).date(), asked=question)
    return queries.with_work(found, areas)


def _shown(person: Staff) -> tuple[list[Post], list[Training]]:
    return person.shown_posts, person.shown_trainings  # type: ignore[attr-defined]


def _now(posts: Collection[Post], day: date) -> list[Post]:
    return [post for post in posts if post.valid_to is None or post.valid_to >= day]


def line(person: Staff, day: date, *, past: bool) -> StaffLine:
    """This function will show one person; how to reach one who works here no more is not shown."""
    posts, trainings = _shown(person)
    posts = posts if past else _now(posts, day)
    first, last = posts[0], trainings[0] if trainings else None
    return StaffLine(
        id=person.pk,
        name=person.full_name,
        work=first.title or str(first.get_kind_display()),
        place=first.place.label,
        more=len(posts) - 1,
        phone="" if past else person.phone,
        trained=f"{last.last_day:%m/%Y}" if last else "",
        trained_now=last is not None and last.last_day.year == day.year,
    )


def post_lines(user: User, person: Staff, at: datetime) -> list[PostLine]:
    """This function will show a person's posts in the areas that one sees, those that are over last."""
    own, day = areas_with(user, KEEPS_STAFF, at), local(at).date()
    return [_post(post, day, own) for post in queries.posts_of(person, seen_areas(user, at))]


def _post(post: Post, day: date, own: Collection[str]) -> PostLine:
    over = post.valid_to is not None and post.valid_to < day
    coming = post.valid_from > day
    until = _("đến hết {day}").format(day=f"{post.valid_to:%d/%m/%Y}") if post.valid_to else _("đến nay")
    kind = str(post.get_kind_display())
    before = post.before if post.before and post.before.staff_id != post.staff_id else None
    return PostLine(
        id=post.pk,
        label=f"{post.title} ({kind})" if post.title else kind,
        place=post.place.label,
        office=", ".join(str(body) for body in (post.agency, post.facility) if body),
        days=_("từ {day}").format(day=f"{post.valid_from:%d/%m/%Y}") + ", " + until,
        state=_("Đã thôi") if over else _("Sắp bắt đầu") if coming else _("Đang làm"),
        tone="" if over else "warn" if coming else "live",
        before=before.staff.full_name if before else "",
        may_keep=not over and any(covers(outer, post.area) for outer in own),
    )


def columns() -> list[tuple[str, int]]:
    """This function will return the columns of the Excel file: those of the template, in its order."""
    widths = {"Họ và tên": 30, "Loại": 32, "Chức danh": 28, "Thôn, tổ dân phố": 24, "Khóa học": 40}
    return [(name, widths.get(name, 16)) for name in HEADINGS]


def cells(found: QuerySet[Staff], day: date, *, past: bool) -> Iterator[list[Any]]:
    """This function will write one line for each post of each person, as the import reads it; the latest
    course stands in the first line of a person.
    """
    for people in _chunks(found):
        wanted = {_code_place(post.place) for person in people for post in _shown(person)[0]}
        codes = places.codes_of_all(wanted, day=day)
        for person in people:
            posts, trainings = _shown(person)
            for number, post in enumerate(posts if past else _now(posts, day)):
                taken = trainings[0] if trainings and number == 0 else None
                yield [*_whom(person), *_what(post, codes), *_reached(person, past), *_course(taken)]


def _whom(person: Staff) -> list[Any]:
    gender = str(Gender(person.gender).label) if person.gender else ""
    return [person.full_name, person.birth_year or "", gender]


def _what(post: Post, codes: Mapping[int, str]) -> list[str]:
    village = str(post.place) if post.place.kind == Kind.VILLAGE else ""
    around = _code_place(post.place)
    return [
        str(PostKind(post.kind).label),
        post.title,
        "VN" if post.area == COUNTRY_AREA else codes.get(around, ""),
        village,
        post.agency.code if post.agency else "",
        post.facility.code if post.facility else "",
        f"{post.valid_from:%d/%m/%Y}",
        f"{post.valid_to:%d/%m/%Y}" if post.valid_to else "",
    ]


def _reached(person: Staff, past: bool) -> list[str]:
    if past:
        return [""] * 4
    return [person.phone, person.email, person.zalo, person.user.username if person.user else ""]


def _course(taken: Training | None) -> list[str]:
    if taken is None:
        return [""] * 4
    return [taken.course, taken.organiser, f"{taken.first_day:%d/%m/%Y}", taken.result]


def _code_place(place: Place) -> int:
    """A village has no code of its own: that of its commune names it."""
    return place.parent_id or 0 if place.kind == Kind.VILLAGE else place.pk


def _chunks(found: QuerySet[Staff]) -> Iterator[list[Staff]]:
    waiting: list[Staff] = []
    for person in found.select_related("user").iterator(CHUNK):
        waiting.append(person)
        if len(waiting) == CHUNK:
            yield waiting
            waiting = []
    yield waiting
