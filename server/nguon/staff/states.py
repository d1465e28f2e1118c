from django.db import models
from django.utils.translation import gettext_lazy as _


class PostKind(models.TextChoices):
    """As what a person works for grassroots information (Luật Cán bộ, công chức; Luật Viên chức;
    Nghị định 49/2024/NĐ-CP on grassroots information for the communicators of villages).
    """

    CADRE = "cadre", _("Cán bộ")
    CIVIL_SERVANT = "civil", _("Công chức")
    PUBLIC_EMPLOYEE = "public", _("Viên chức")
    CONTRACT = "contract", _("Lao động hợp đồng")
    PART_TIME = "part-time", _("Người hoạt động không chuyên trách")
    COMMUNICATOR = "communicator", _("Tuyên truyền viên cơ sở")
    OTHER = "other", _("Khác")


class Gender(models.TextChoices):
    """Where the person or the office tells it."""

    NOT_TOLD = "", "–"
    FEMALE = "f", _("Nữ")
    MALE = "m", _("Nam")
    OTHER = "x", _("Giới tính khác")


class Trained(models.TextChoices):
    """Whom a list shows by training."""

    ALL = "", _("Tất cả")
    THIS_YEAR = "nam-nay", _("Đã tập huấn năm nay")
    NOT_THIS_YEAR = "chua", _("Chưa tập huấn năm nay")
    NEVER = "chua-bao-gio", _("Chưa tập huấn lần nào")
