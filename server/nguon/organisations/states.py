from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """The tier of a place. Districts ended on 1/7/2025 and stay as history."""

    COUNTRY = "country", _("Quốc gia")
    PROVINCE = "province", _("Tỉnh, thành phố")
    DISTRICT = "district", _("Quận, huyện")
    COMMUNE = "commune", _("Xã, phường, đặc khu")
    VILLAGE = "village", _("Thôn, tổ dân phố")


# Which kind may lie directly within which. A commune lay in a district until 30/6/2025.
PARENTS: dict[Kind, frozenset[Kind]] = {
    Kind.COUNTRY: frozenset(),
    Kind.PROVINCE: frozenset({Kind.COUNTRY}),
    Kind.DISTRICT: frozenset({Kind.PROVINCE}),
    Kind.COMMUNE: frozenset({Kind.PROVINCE, Kind.DISTRICT}),
    Kind.VILLAGE: frozenset({Kind.COMMUNE}),
}

# How many labels the area of each kind may have ("vn" is one label).
DEPTHS: dict[Kind, tuple[int, ...]] = {
    Kind.COUNTRY: (1,),
    Kind.PROVINCE: (2,),
    Kind.DISTRICT: (3,),
    Kind.COMMUNE: (3, 4),
    Kind.VILLAGE: (4, 5),
}

COUNTRY_AREA = "vn"


class ChangeKind(models.TextChoices):
    """What a change does to the map. Merge and split move land; `end` leaves no successor."""

    MERGE = "merge", _("Nhập")
    SPLIT = "split", _("Chia, tách")
    RENAME = "rename", _("Đổi tên")
    RECODE = "recode", _("Đổi mã")
    RETYPE = "retype", _("Đổi loại hình")
    MOVE = "move", _("Chuyển cấp trên")
    NEW = "new", _("Lập mới")
    END = "end", _("Kết thúc")


class ChangeState(models.TextChoices):
    """draft -> confirmed | dropped; a confirmed change is undone by the next change only."""

    DRAFT = "draft", _("Đang soạn")
    CONFIRMED = "confirmed", _("Đã xác nhận")
    DROPPED = "dropped", _("Đã bỏ")


# Code systems. Codes are attributes of a place for a time, never its key.
SYSTEM_OFFICIAL = "qd19-2025"  # Quyết định 19/2025/QĐ-TTg: 2 digits a province, 5 a commune
SYSTEM_LEGACY = "qd124-2004"  # Quyết định 124/2004/QĐ-TTg: 2 digits, 3 a district, 5; until 30/6/2025

# What a village may be called (Thông tư 04/2012/TT-BNV and the words of the regions).
VILLAGE_DESIGNATIONS = (
    "Thôn", "Bản", "Ấp", "Tổ dân phố", "Khu phố", "Làng", "Buôn", "Xóm", "Khóm", "Khu", "Tổ", "Phum",
    "Sóc", "Bon", "Khối", "Khu dân cư", "Điểm dân cư", "Tiểu khu",
)  # fmt: skip

# The demo speaks in two real communes of one real province; the villages in them are made up.
DEMO_PROVINCE_CODE = "24"  # Tỉnh Bắc Ninh
DEMO_COMMUNE_CODES = ("07444", "09169")  # Xã Lục Nam, Phường Vũ Ninh


class OddityKind(models.TextChoices):
    """What a person should look at in a source of places: it contradicts itself, the map, or the law."""

    TYPE = "type-disagrees", _("Tên và cột loại hình nói khác nhau")
    FILES = "files-disagree", _("Hai tệp của nguồn nói khác nhau")
    ONLY_SECOND = "only-in-second-file", _("Chỉ có trong tệp thứ hai của nguồn")
    COUNT = "count-disagrees", _("Số đơn vị khác con số đã công bố")
    TWO_NAMES = "two-names", _("Một mã có hai tên")
    CODE_TWICE = "code-twice", _("Một mã có hai đơn vị")
    NO_CODE = "no-code", _("Đơn vị không có mã")
    NO_NAME = "no-name", _("Đơn vị không có tên, hoặc tên quá dài")
    NO_DESIGNATION = "no-designation", _("Đơn vị không rõ loại hình")
    NO_PROVINCE = "no-province", _("Không có tỉnh mà nguồn nêu")
    NOTHING_AROUND = "nothing-around-it", _("Không có đơn vị cấp trên mà nguồn nêu")
    LOOKS_ALIKE = "looks-alike", _("Hai tên trong một tỉnh chỉ khác dấu hoặc loại hình")
    NAME = "name-differs", _("Tên khác với bản đồ đang dùng")
    PARENT = "parent-differs", _("Đơn vị cấp trên khác với bản đồ đang dùng")
    NOT_IN_SOURCE = "not-in-source", _("Có trên bản đồ mà nguồn không nêu")
    NOT_ON_MAP = "not-on-map", _("Nguồn nêu mà bản đồ không có")
    NO_COMMUNES = "district-without-communes", _("Huyện không có xã nào trong nguồn")
    FAR_APART = "far-apart", _("Hai đầu mối nối ở xa nhau, có thể là hai nơi khác nhau")
    LINK_UNKNOWN = "link-unknown", _("Mối nối tới đơn vị mà nguồn không kê")
    LINK_LEAVES = "link-leaves-province", _("Mối nối ra ngoài tỉnh kế tục")
    NO_PREDECESSOR = "no-predecessor", _("Không mối nối nào dẫn tới đơn vị này")
    NO_SUCCESSOR = "no-successor", _("Không mối nối nào đi tiếp từ đơn vị này")


class AgencyKind(models.TextChoices):
    """What an agency is to grassroots information."""

    OWNER = "owner", _("Cơ quan chủ quản")
    MEDIA = "media", _("Trung tâm truyền thông, văn hóa")
    OPERATOR = "operator", _("Đơn vị vận hành đài")


class FacilityKind(models.TextChoices):
    """What stands at a place for grassroots information."""

    STATION = "station", _("Đài truyền thanh")
    STUDIO = "studio", _("Phòng thu")
    HOUSE = "house", _("Nhà văn hóa")
    POST = "post", _("Điểm bưu điện - văn hóa")
    OTHER = "other", _("Cơ sở khác")


class FileKind(models.TextChoices):
    """What the lines of a file that a person brings are."""

    VILLAGES = "villages", _("Thôn, tổ dân phố")
    AGENCIES = "agencies", _("Cơ quan, đơn vị")
    FACILITIES = "facilities", _("Cơ sở")
    UNITS = "units", _("Danh sách tỉnh, xã để đối chiếu")


class FileState(models.TextChoices):
    """waiting -> reading -> checked | refused; checked -> bringing -> done | refused."""

    WAITING = "waiting", _("Đang chờ")
    READING = "reading", _("Đang kiểm tra")
    CHECKED = "checked", _("Đã kiểm tra")
    REFUSED = "refused", _("Có lỗi")
    BRINGING = "bringing", _("Đang nhập")
    DONE = "done", _("Đã nhập")
