"""One line of a table of staff, read and judged."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from nguon.accounts.models import RoleAssignment, User
from nguon.kernel.clock import local
from nguon.kernel.text import fold
from nguon.organisations.actions import LineProblem, Row, as_date, refuse_formulas
from nguon.organisations.models import Agency, Facility, Place
from nguon.organisations.queries import by_codes
from nguon.organisations.rules import covers
from nguon.organisations.states import COUNTRY_AREA, Kind
from nguon.staff.actions.fields import (
    PostFields,
    StaffFields,
    TrainingFields,
    fill,
    judge_post,
    judge_training,
)
from nguon.staff.models import Staff
from nguon.staff.states import PostKind

REQUIRED = ("Họ và tên", "Loại", "Mã địa bàn")
HEADINGS = (
    "Họ và tên", "Năm sinh", "Giới tính", "Loại", "Chức danh", "Mã địa bàn", "Thôn, tổ dân phố",
    "Mã cơ quan", "Mã cơ sở", "Từ ngày", "Đến ngày", "Điện thoại", "E-mail", "Zalo", "Tên đăng nhập",
    "Khóa học", "Đơn vị tổ chức", "Ngày học", "Kết quả",
)  # fmt: skip
EXAMPLES = (
    (
        "Nguyễn Thị Hạnh", "1985", "Nữ", "Công chức", "Văn hóa - xã hội", "07444", "", "", "", "01/07/2025",
        "", "0912345678", "", "", "", "Nghiệp vụ truyền thanh cơ sở", "Sở VHTTDL", "15/10/2025", "Đạt",
    ),
    (
        "Vi Văn Tú", "", "Nam", "Tuyên truyền viên cơ sở", "", "07444", "Thôn Đông Thịnh", "", "", "", "",
        "", "", "", "", "", "", "", "",
    ),
)  # fmt: skip
_KINDS = {fold(str(kind.label)): kind for kind in PostKind}
_WIDTHS = {1: 2, 4: 5}  # Excel takes 07444 for a number


@dataclass(slots=True)
class Known:
    """What every line of one file is judged by: read once, whatever the number of lines."""

    areas: Collection[str] | None
    today: date
    places: dict[str, Place]
    villages: dict[int, list[Place]]
    agencies: dict[str, Agency]
    facilities: dict[str, Facility]
    users: dict[str, User]
    taken: set[int]  # accounts that are somebody's already

    def place(self, row: Row) -> Place:
        """This function will return where a line's person works, or raise what is wrong."""
        code, village = _code(row.cells["ma dia ban"]), row.cells.get("thon to dan pho", "")
        found = self.places.get(code)
        if found is None:
            raise LineProblem(_("Không có địa bàn nào mang mã “%(code)s”.") % {"code": code[:30]})
        if village:
            found = self._village(found, village)
        if self.areas is not None and not any(covers(area, found.area) for area in self.areas):
            raise LineProblem(_("Nơi này ngoài địa bàn bạn quản trị."))
        return found

    def _village(self, commune: Place, text: str) -> Place:
        inside = self.villages.get(commune.pk, [])
        exact = [row for row in inside if str(row).casefold() == text.casefold()]
        like = exact or [row for row in inside if fold(text) in (fold(str(row)), fold(row.name))]
        if len(like) == 1:
            return like[0]
        words = {"village": text[:60], "place": commune}
        if like:
            raise LineProblem(
                _("Có nhiều nơi tên “%(village)s” ở %(place)s. Hãy ghi cả loại, ví dụ Thôn 3.") % words
            )
        raise LineProblem(_("Không có “%(village)s” ở %(place)s. Hãy kiểm tra tên thôn, tổ dân phố.") % words)

    def account(self, text: str) -> User | None:
        """This function will return the account of a line; one outside one's own areas is not told of."""
        if not text:
            return None
        found = self.users.get(text.lower())
        if found is None:
            raise LineProblem(
                _("Không có tài khoản “%(name)s” trong địa bàn bạn quản trị.") % {"name": text[:50]}
            )
        return found


@dataclass(slots=True)
class Line:
    """One line that was read."""

    line: int
    staff: Staff
    post: PostFields
    training: TrainingFields | None


def _code(text: str) -> str:
    upper = text.upper()
    return upper.zfill(_WIDTHS.get(len(upper), 0)) if upper.isdigit() else upper


def read_line(row: Row, known: Known) -> Line:
    """This function will read one line, or raise what is wrong with it in one sentence."""
    refuse_formulas(row)
    staff = Staff()
    fill(staff, _staff(row, known), today=known.today)
    return Line(row.line, staff, judge_post(_post(row, known)), _training(row, known))


def _staff(row: Row, known: Known) -> StaffFields:
    cells = row.cells
    born = cells.get("nam sinh", "")
    day = as_date(born)  # some write the whole day of birth: the year is enough
    return StaffFields(
        full_name=cells["ho va ten"],
        birth_year=str(day.year) if day else born,
        gender=cells.get("gioi tinh", ""),
        phone=cells.get("dien thoai", ""),
        email=cells.get("e mail", ""),
        zalo=cells.get("zalo", ""),
        user=known.account(cells.get("ten dang nhap", "")),
    )


def _post(row: Row, known: Known) -> PostFields:
    cells = row.cells
    kind = _KINDS.get(fold(cells["loai"]))
    if kind is None:
        raise LineProblem(_("Loại “%(word)s” không có trong danh mục.") % {"word": cells["loai"][:30]})
    place = known.place(row)
    agency, facility = cells.get("ma co quan", ""), cells.get("ma co so", "")
    for code, bodies in ((agency, known.agencies), (facility, known.facilities)):
        if code and code not in bodies:
            raise LineProblem(_("Không có cơ quan, cơ sở nào mang mã “%(code)s”.") % {"code": code[:40]})
    return PostFields(
        kind=kind,
        place=place,
        valid_from=_day(cells.get("tu ngay", "")) or known.today,
        valid_to=_day(cells.get("den ngay", "")),
        title=cells.get("chuc danh", ""),
        agency=known.agencies.get(agency),
        facility=known.facilities.get(facility),
    )


def _training(row: Row, known: Known) -> TrainingFields | None:
    cells = row.cells
    course, when = cells.get("khoa hoc", ""), cells.get("ngay hoc", "")
    if not course and not when:
        return None
    day = _day(when)
    if not course or day is None:
        raise LineProblem(_("Khóa học phải có cả tên và ngày học."))
    given = TrainingFields(course, day, day, cells.get("don vi to chuc", ""), cells.get("ket qua", ""))
    return judge_training(given, today=known.today)


def _day(text: str) -> date | None:
    if not text:
        return None
    day = as_date(text)
    if day is None:
        raise LineProblem(_("“%(text)s” không phải ngày. Hãy viết như 01/07/2025.") % {"text": text[:30]})
    return day


def read_known(rows: list[Row], areas: Collection[str] | None, at: datetime) -> Known:
    """This function will read what the lines are judged by, in seven queries at most."""

    def told(column: str) -> set[str]:
        return {row.cells.get(column, "") for row in rows} - {""}

    codes = {_code(text) for text in told("ma dia ban")}
    places = dict(by_codes(codes, at=at))
    if "VN" in codes and (country := Place.objects.filter(area=COUNTRY_AREA).first()):
        places["VN"] = country
    villages: dict[int, list[Place]] = {}
    today = local(at).date()
    if told("thon to dan pho"):
        inside = Place.objects.on(today).filter(kind=Kind.VILLAGE.value, parent__in=list(places.values()))
        for village in inside.select_related("parent"):
            villages.setdefault(village.parent_id or 0, []).append(village)
    agencies = Agency.objects.filter(code__in=told("ma co quan"), valid_to__isnull=True)
    facilities = Facility.objects.filter(code__in=told("ma co so"), valid_to__isnull=True)
    users = {text.lower() for text in told("ten dang nhap")}
    accounts = User.objects.filter(username__in=users)
    if areas is not None:
        held = RoleAssignment.objects.within(areas).not_over(today)
        accounts = accounts.filter(pk__in=held.values("user"))
    linked = Staff.objects.filter(user__in=accounts).values_list("user_id", flat=True)
    return Known(
        areas,
        today,
        places,
        villages,
        {row.code: row for row in agencies},
        {row.code: row for row in facilities},
        {row.username.lower(): row for row in accounts},
        {user for user in linked if user},
    )
