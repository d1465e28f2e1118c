"""People and their posts: added, changed, ended, handed over.  The journal tells where, and no name."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from nguon.accounts.models import User
from nguon.areas.reach import everything
from nguon.journal.actions import Actor, record
from nguon.kernel.clock import local
from nguon.staff import errors
from nguon.staff.actions.fields import PostFields, StaffFields, fill, judge_post
from nguon.staff.models import Post, Staff
from nguon.staff.rules import KEEPS_STAFF, can_keep, counting_areas, has_over
from nguon.staff.states import PostKind

_SECRET = ("full_name", "birth_year", "gender", "phone", "email", "zalo", "user_id")
_DAY = timedelta(days=1)


@transaction.atomic
def add_staff(
    *, given: StaffFields, post: PostFields, by: User, at: datetime, namesake: bool = False
) -> Staff:
    """This function will add a person with a first post.

    Raises StaffOutside, StaffThere for one who may be there already (unless `namesake` says that this is
    another person of the same name), AccountTaken, or what `fill` and `judge_post` raise.
    """
    if not has_over(by, KEEPS_STAFF, post.place.area, at):
        raise errors.StaffOutside
    staff, today = Staff(), local(at).date()
    fill(staff, given, today=today)
    if not namesake and (same := look_alike(staff, post, today)):
        raise errors.StaffThere(name=same, place=post.place)
    _save(staff)
    made = make_post(staff, post)
    _tell("added", staff, by, at, area=made.area, kind=made.kind)
    return staff


def look_alike(staff: Staff, post: PostFields, today: date) -> Staff | None:
    """This function will return somebody of the same name who works at that place and whom nothing told
    tells apart from this one, or None.
    """
    there = Post.objects.not_over(today).filter(place=post.place).values("staff")
    for other in Staff.objects.filter(full_name=staff.full_name, pk__in=there):
        if not told_apart(staff, other):
            return other
    return None


def told_apart(one: Staff, other: Staff) -> bool:
    """This function will tell whether year of birth, telephone or e-mail of two people of one name differ."""
    pairs = (
        (one.birth_year, other.birth_year),
        (one.phone, other.phone),
        (one.email.lower(), other.email.lower()),
    )
    return any(mine and theirs and mine != theirs for mine, theirs in pairs)


@transaction.atomic
def change_staff(*, staff: Staff, given: StaffFields, by: User, at: datetime) -> Staff:
    """This function will set a person's record right.

    Raises StaffOutside, AccountTaken or what `fill` raises.  The journal names the fields, not their values.
    """
    row = Staff.objects.select_for_update().get(pk=staff.pk)
    if not can_keep(by, row, at):
        raise errors.StaffOutside
    was = {name: getattr(row, name) for name in _SECRET}
    fill(row, given, today=local(at).date())
    fields = {name for name in _SECRET if getattr(row, name) != was[name]}
    if fields:
        _save(row)
        tell_changed(row, fields, by, at)
    return row


def tell_changed(staff: Staff, fields: Iterable[str], by: Actor | None, at: datetime) -> None:
    """This function will tell the journal which columns of a record were set right, and no value."""
    told = sorted(name.removesuffix("_id") for name in fields)
    _tell("changed", staff, by, at, fields=told)


def _save(staff: Staff) -> None:
    try:
        with everything(), transaction.atomic():  # somebody new has no post yet, an account may be another's
            staff.save()
    except IntegrityError as error:
        raise errors.AccountTaken(user=staff.user) from error


@transaction.atomic
def add_post(*, staff: Staff, given: PostFields, by: User, at: datetime) -> Post:
    """This function will give a person one more post.

    Raises StaffOutside (the place or the person is not one's own), PostOverlaps or what `judge_post` does.
    """
    if not has_over(by, KEEPS_STAFF, given.place.area, at) or not can_keep(by, staff, at):
        raise errors.StaffOutside
    made = make_post(staff, given)
    _tell_post("added", made, by, at)
    return made


@transaction.atomic
def change_post(*, post: Post, given: PostFields, by: User, at: datetime) -> Post:
    """This function will set a post right, in its own place.

    Raises StaffOutside, PostOverlaps or what `judge_post` raises.
    """
    row = _kept(post, by, at)
    told = judge_post(replace(given, place=row.place))
    _write(row, told)
    _tell_post("changed", row, by, at)
    return row


@transaction.atomic
def end_post(*, post: Post, last_day: date, by: User, at: datetime) -> Post:
    """This function will make `last_day` the last one of a post.  Raises StaffOutside or PostOver."""
    row = _kept(post, by, at)
    _end(row, last_day)
    _tell_post("ended", row, by, at)
    return row


@transaction.atomic
def hand_over_post(*, post: Post, to: Staff, last_day: date, by: User, at: datetime) -> Post:
    """This function will end a post and give the same work to another person from the next day on.

    Raises StaffOutside (both people must work in one's own areas), SameStaff, PostOver or PostOverlaps.
    """
    row = _kept(post, by, at)
    if to.pk == row.staff_id:
        raise errors.SameStaff
    if not can_keep(by, to, at):
        raise errors.StaffOutside
    until = row.valid_to
    _end(row, last_day)
    given = PostFields(
        PostKind(row.kind), row.place, last_day + _DAY, until, row.title, row.agency, row.facility
    )
    made = make_post(to, given, before=row)
    _tell_post("handed_over", row, by, at, successor=to.pk, post_to=made.pk)
    return made


def _kept(post: Post, by: User, at: datetime) -> Post:
    rows = Post.objects.select_for_update(of=("self",)).select_related("place", "agency", "facility", "staff")
    row = rows.get(pk=post.pk)
    if not has_over(by, KEEPS_STAFF, row.area, at):
        raise errors.StaffOutside
    return row


def _end(row: Post, last_day: date) -> None:
    if last_day < row.valid_from or (row.valid_to is not None and last_day >= row.valid_to):
        raise errors.PostOver(day=f"{last_day:%d/%m/%Y}")
    row.valid_to = last_day
    row.save(update_fields=["valid_to"])


def make_post(staff: Staff, given: PostFields, *, before: Post | None = None) -> Post:
    """This function will make the row of a post; the caller has asked who may.

    Raises PostOverlaps or what `judge_post` raises.
    """
    told = judge_post(given)
    row = Post(staff=staff, place=told.place, area=told.place.area, before=before)
    _write(row, told)
    return row


def _write(row: Post, told: PostFields) -> None:
    row.kind, row.title = told.kind, told.title
    row.valid_from, row.valid_to = told.valid_from, told.valid_to
    row.agency, row.facility = told.agency, told.facility
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise errors.PostOverlaps(kind=told.kind.label, place=row.place) from error


def _tell(fact: str, staff: Staff, by: Actor | None, at: datetime, **data: Any) -> None:
    data.setdefault("areas", counting_areas(staff, local(at).date()))
    if fact == "added":
        record(fact="staff.added", subject=f"staff:{staff.pk}", by=by, at=at, data=data)
    else:
        record(fact="staff.changed", subject=f"staff:{staff.pk}", by=by, at=at, data=data)


def _tell_post(fact: str, post: Post, by: Actor, at: datetime, **more: Any) -> None:
    data: dict[str, Any] = {
        "post": post.pk,
        "kind": str(post.kind),
        "area": post.area,
        "valid_from": post.valid_from,
        "valid_to": post.valid_to,
        **more,
    }
    subject = f"staff:{post.staff_id}"
    if fact == "added":
        record(fact="post.added", subject=subject, by=by, at=at, data=data)
    elif fact == "changed":
        record(fact="post.changed", subject=subject, by=by, at=at, data=data)
    elif fact == "ended":
        record(fact="post.ended", subject=subject, by=by, at=at, data=data)
    else:
        record(fact="post.handed_over", subject=subject, by=by, at=at, data=data)
