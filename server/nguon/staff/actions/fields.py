"""What people type about a person, read and judged: one place for the form and for every line of a file."""

import re
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from nguon.accounts.models import User
from nguon.kernel.text import fold, tidy
from nguon.organisations.models import Agency, Facility, Place
from nguon.organisations.rules import covers
from nguon.staff import errors
from nguon.staff.models import OLDEST, Staff
from nguon.staff.states import Gender, PostKind

_MAX_NAME, _MAX_TITLE, _MAX_COURSE = 100, 120, 200
_NOT_DIALLED = re.compile(r"[\s.()\-]")
_PHONE = re.compile(r"0[0-9]{8,10}")
_YOUNGEST = 10  # years: nobody younger works


@dataclass(frozen=True, slots=True)
class StaffFields:
    """A person as an office describes one."""

    full_name: str
    birth_year: str = ""
    gender: str = ""
    phone: str = ""
    email: str = ""
    zalo: str = ""
    user: User | None = None


@dataclass(frozen=True, slots=True)
class PostFields:
    """One kind of work at one place, from a day to a day (both included; None: no end yet)."""

    kind: PostKind
    place: Place
    valid_from: date
    valid_to: date | None = None
    title: str = ""
    agency: Agency | None = None
    facility: Facility | None = None


@dataclass(frozen=True, slots=True)
class TrainingFields:
    """One course."""

    course: str
    first_day: date
    last_day: date
    organiser: str = ""
    result: str = ""


def fill(staff: Staff, given: StaffFields, *, today: date) -> None:
    """This function will put what is told into the row.

    Raises BadStaffName, BadBirthYear, BadGender, BadPhone or BadEmail.
    """
    name = tidy(given.full_name)
    if not fold(name) or len(name) > _MAX_NAME or not name.isprintable() or any(map(str.isdigit, name)):
        raise errors.BadStaffName
    staff.full_name = name
    staff.birth_year = _year(tidy(given.birth_year), today)
    staff.gender = _gender(tidy(given.gender))
    staff.phone = phone_of(given.phone)
    staff.email = _email(tidy(given.email))
    staff.zalo = tidy(given.zalo)[:100]
    staff.user = given.user
    staff.derive()


def _year(text: str, today: date) -> int | None:
    if not text:
        return None
    year = int(text) if re.fullmatch(r"[0-9]{4}", text, re.ASCII) else 0
    if not OLDEST <= year <= today.year - _YOUNGEST:
        raise errors.BadBirthYear(text=text[:20])
    return year


def _gender(text: str) -> Gender:
    known = {fold(str(value)): Gender(key) for key, value in Gender.choices if key}
    if not text or text in Gender.values:
        return Gender(text)
    if fold(text) not in known:
        raise errors.BadGender(text=text[:20])
    return known[fold(text)]


def phone_of(text: str) -> str:
    """This function will return a telephone number as it is dialled inside the country, or raise BadPhone.

    Excel takes 0912345678 for a number and drops the 0: it comes back.
    """
    dialled = _NOT_DIALLED.sub("", tidy(text))
    if not dialled:
        return ""
    if dialled.startswith(("+84", "0084")):
        dialled = "0" + dialled.removeprefix("+84").removeprefix("0084")
    if re.fullmatch(r"[1-9][0-9]{8}", dialled, re.ASCII):
        dialled = f"0{dialled}"
    if not _PHONE.fullmatch(dialled):
        raise errors.BadPhone(text=text[:30])
    return dialled


def _email(text: str) -> str:
    if not text:
        return ""
    try:
        validate_email(text)
    except ValidationError as error:
        raise errors.BadEmail(text=text[:60]) from error
    return text


def judge_post(given: PostFields) -> PostFields:
    """This function will return a post whose words are tidy.

    Raises BadTitle, BadPostPeriod or BodyElsewhere.
    """
    title = tidy(given.title)
    if len(title) > _MAX_TITLE or not title.isprintable():
        raise errors.BadTitle
    if given.valid_to is not None and given.valid_to < given.valid_from:
        raise errors.BadPostPeriod
    for body in (given.agency, given.facility):
        if body is not None and not near(body.area, given.place.area):
            raise errors.BodyElsewhere(name=body, place=given.place)
    return PostFields(
        given.kind, given.place, given.valid_from, given.valid_to, title, given.agency, given.facility
    )


def near(body: str, place: str) -> bool:
    """This function will tell whether an agency in one area may have people at a place."""
    return covers(body, place) or covers(place, body)


def judge_training(given: TrainingFields, *, today: date) -> TrainingFields:
    """This function will return a course whose words are tidy.  Raises BadCourse or BadCourseDays."""
    course, organiser, result = tidy(given.course), tidy(given.organiser), tidy(given.result)
    if (
        not fold(course)
        or max(map(len, (course, organiser, result))) > _MAX_COURSE
        or not course.isprintable()
    ):
        raise errors.BadCourse
    if not given.first_day <= given.last_day <= today:
        raise errors.BadCourseDays
    return TrainingFields(course, given.first_day, given.last_day, organiser, result)
