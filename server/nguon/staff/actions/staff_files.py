"""People from a table, CSV or Excel: a sentence for each bad line, nothing half imported."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nguon.journal.actions import Actor, record
from nguon.kernel.errors import DomainError
from nguon.organisations.actions import RowError, Table, TableKind, TableReport, register_table
from nguon.organisations.rules import covers, lineage
from nguon.staff.actions.people import tell_changed, told_apart
from nguon.staff.actions.staff_lines import EXAMPLES, HEADINGS, REQUIRED, Known, Line, read_known, read_line
from nguon.staff.actions.trainings import make_training
from nguon.staff.models import Post, Staff, Training
from nguon.staff.queries import known_by_name

SLUG = "staff"
TOLD = ("birth_year", "gender", "phone", "email", "zalo", "user_id")
_NOTES = 1000


@dataclass(frozen=True, slots=True)
class _Work:
    """One post that a person has, or gets by an earlier line (0: it was there before)."""

    place: int
    kind: str
    first: date
    last: date | None
    line: int

    def meets(self, line: Line) -> bool:
        """This function will tell whether a line is about the same work on some same day."""
        post = line.post
        same = (self.place, self.kind) == (post.place.pk, post.kind.value)
        begins = post.valid_to is None or self.first <= post.valid_to
        return same and begins and (self.last is None or post.valid_from <= self.last)


@dataclass(slots=True)
class _Person:
    """Somebody of the register, or of an earlier line."""

    staff: Staff
    work: list[_Work] = field(default_factory=list)
    communes: set[str] = field(default_factory=set)
    courses: set[tuple[str, date]] = field(default_factory=set)
    kept: bool = False  # the bringer keeps this person's record

    def may_be_meant_by(self, line: Line) -> bool:
        """This function will tell whether a line may mean this person though telephone or e-mail are others:
        the same work, and no other year of birth.
        """
        mine, other = self.staff.birth_year, line.staff.birth_year
        return (not mine or not other or mine == other) and any(work.meets(line) for work in self.work)

    def is_meant_by(self, line: Line) -> bool:
        """This function will tell whether a line means this person: nothing told tells them apart, and the
        work, the telephone, or commune and year of birth are the same.
        """
        mine, other = self.staff, line.staff
        if told_apart(mine, other):
            return False
        if any(work.meets(line) for work in self.work) or (mine.phone and mine.phone == other.phone):
            return True
        near = _commune(line.post.place.area) in self.communes
        return near and mine.birth_year is not None and mine.birth_year == other.birth_year


@dataclass(slots=True)
class _New:
    """What the lines bring that is not there yet."""

    staff: list[Staff] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    trainings: list[Training] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)
    told: dict[int, tuple[Staff, set[str]]] = field(default_factory=dict)  # what is told anew of whom


@transaction.atomic
def import_staff(
    *, table: Table, areas: Collection[str] | None, by: Actor | None, at: datetime, dry_run: bool = False
) -> TableReport:
    """This function will add the people of a table with their posts and courses: all, or with an error none.

    Somebody who is there already gets the post or the course of the line that is missing, and what the line
    tells anew (telephone, e-mail, Zalo, year of birth, gender, account): `notes` say of whom; an empty cell
    erases nothing.  A second run changes nothing.  `areas`: where the person who brings the file keeps the
    staff.
    """
    report = TableReport(rows=len(table.rows), errors=list(table.errors), notes=table.notes[:_NOTES])
    known, lines, new = read_known(table.rows, areas, at), [], _New()
    for row in table.rows:
        try:
            lines.append(read_line(row, known))
        except DomainError as error:
            report.errors.append(RowError(row.line, str(error)))
    people = _people(lines, areas, known.today)
    loose = _loose(lines, people)
    for line in lines:
        if problem := _match(line, people, known, new, loose.get(line.line)):
            report.errors.append(RowError(line.line, problem))
    report.errors.sort(key=lambda error: error.line)
    if report.errors:
        return report
    report.unchanged = len(lines) - len(new.lines)
    report.notes += [RowError(number, text) for number, text in _anew(new)][:_NOTES]
    if dry_run or not new.lines:
        return report
    _write(new)
    for staff, names in new.told.values():
        tell_changed(staff, names, by, at)
    report.created = len(new.lines)
    data = {
        "area": _common([line.post.place.area for line in lines if line.line in new.lines]),
        "people": len(new.staff),
        "posts": len(new.posts),
        "courses": len(new.trainings),
        "changed": len(new.told),
    }
    record(fact="staff.imported", subject="staff:file", by=by, at=at, data=data)
    return report


def _people(lines: list[Line], areas: Collection[str] | None, today: date) -> dict[str, list[_Person]]:
    """The people of the register whom a line may mean, by name."""
    found: dict[str, list[_Person]] = {}
    by_pk: dict[int, _Person] = {}
    for staff in known_by_name(areas, {line.staff.full_name for line in lines}):
        by_pk[staff.pk] = _Person(staff)
        found.setdefault(staff.full_name, []).append(by_pk[staff.pk])
    for post in Post.objects.filter(staff__in=by_pk):
        person = by_pk[post.staff_id]
        inside = areas is None or any(covers(area, post.area) for area in areas)
        person.kept |= inside and (post.valid_to is None or post.valid_to >= today)
        person.work.append(_Work(post.place_id, post.kind, post.valid_from, post.valid_to, 0))
        person.communes.add(_commune(post.area))
    for course in Training.objects.filter(staff__in=by_pk):
        by_pk[course.staff_id].courses.add((course.course, course.first_day))
    return found


def _loose(lines: list[Line], people: dict[str, list[_Person]]) -> dict[int, _Person]:
    """Whom a line means by the same work although the telephone or e-mail is another one: a new number.  Only
    where the lines that are left tell of one person alone; else they are two people of one name.
    """
    meant: set[int] = set()
    left: list[Line] = []
    for line in lines:
        same = [one for one in people.get(line.staff.full_name, []) if one.is_meant_by(line)]
        meant.update(map(id, same))
        left += [] if same else [line]
    found: dict[int, list[tuple[Line, _Person]]] = {}
    for line in left:
        there = people.get(line.staff.full_name, [])
        may = [one for one in there if id(one) not in meant and one.may_be_meant_by(line)]
        if len(may) == 1:
            found.setdefault(id(may[0]), []).append((line, may[0]))
    sure = [
        pairs
        for pairs in found.values()
        if not any(told_apart(pairs[0][0].staff, line.staff) for line, _one in pairs)
    ]
    return {line.line: one for pairs in sure for line, one in pairs}


def _commune(area: str) -> str:
    return ".".join(area.split(".")[:3])


def _match(
    line: Line, people: dict[str, list[_Person]], known: Known, new: _New, loose: _Person | None
) -> str | None:
    """Find whom a line means, and what of it is new; or return what is wrong with it."""
    there = people.setdefault(line.staff.full_name, [])
    person = next((one for one in there if one.is_meant_by(line)), loose)
    if problem := _account(line, person, known):
        return problem
    if person is None:
        person = _Person(line.staff)
        there.append(person)
        new.staff.append(line.staff)
    elif person.kept:
        _tell(line, person.staff, new)
    same = next((work for work in person.work if work.meets(line)), None)
    if same is not None and same.line:
        return _("Trùng với dòng %(line)s.") % {"line": same.line}
    post = line.post
    work = _Work(post.place.pk, post.kind.value, post.valid_from, post.valid_to, line.line)
    if same is None:
        person.communes.add(_commune(post.place.area))
        new.posts.append(_row(person.staff, line))
        new.lines.add(line.line)
    else:
        person.work.remove(same)
    person.work.append(work)
    taken = line.training
    if taken is not None and (taken.course, taken.first_day) not in person.courses:
        person.courses.add((taken.course, taken.first_day))
        new.trainings.append(make_training(person.staff, taken))
        new.lines.add(line.line)
    return None


def _tell(line: Line, staff: Staff, new: _New) -> None:
    """Put what a line tells anew of somebody who is there into the row; an account is never exchanged."""
    names = {name for name in TOLD if getattr(line.staff, name) not in {"", None, getattr(staff, name)}}
    names -= {"user_id"} if staff.user_id else set()
    for name in names:
        setattr(staff, name, getattr(line.staff, name))
    if names:
        new.told[line.line] = staff, names
        new.lines.add(line.line)


def _anew(new: _New) -> list[tuple[int, str]]:
    """For each line that tells something anew, of whom and what; no value."""
    told = _("%(name)s đã có trong danh sách; được cập nhật: %(fields)s.")
    return [
        (number, told % {"name": staff, "fields": ", ".join(_labels(names))})
        for number, (staff, names) in new.told.items()
    ]


def _labels(names: set[str]) -> list[str]:
    return [str(Staff._meta.get_field(name.removesuffix("_id")).verbose_name) for name in sorted(names)]  # type: ignore[union-attr]


def _account(line: Line, person: _Person | None, known: Known) -> str | None:
    user = line.staff.user
    if user is None or (person is not None and person.staff.user_id == user.pk):
        return None
    if user.pk in known.taken:
        return _("Tài khoản “%(name)s” đã gắn với một người khác.") % {"name": user.username}
    known.taken.add(user.pk)
    return None


def _row(staff: Staff, line: Line) -> Post:
    given = line.post
    return Post(
        staff=staff,
        kind=given.kind,
        title=given.title,
        place=given.place,
        area=given.place.area,
        agency=given.agency,
        facility=given.facility,
        valid_from=given.valid_from,
        valid_to=given.valid_to,
    )


def _write(new: _New) -> None:
    Staff.objects.bulk_create(new.staff, batch_size=1000)
    Staff.objects.bulk_update([staff for staff, _names in new.told.values()], TOLD, batch_size=1000)
    for post in new.posts:
        post.staff_id = post.staff.pk
    for training in new.trainings:
        training.staff_id = training.staff.pk
    Post.objects.bulk_create(new.posts, batch_size=1000)
    Training.objects.bulk_create(new.trainings, batch_size=1000)


def _common(areas: list[str]) -> str:
    """The narrowest area around all of them."""
    paths = [lineage(area) for area in areas]
    return max(set(paths[0]).intersection(*paths), key=len)


def register_staff_table() -> None:
    """This function will let people bring tables of staff."""
    register_table(TableKind(SLUG, gettext_lazy("Nhân sự"), HEADINGS, REQUIRED, EXAMPLES, import_staff))
