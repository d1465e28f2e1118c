from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do within an area. A role gives nothing outside of it and implies no other role."""

    WRITER = "writer", _("Người soạn")
    APPROVER = "approver", _("Người duyệt")
    DUTY = "duty", _("Trực ban")
    OPERATOR = "operator", _("Vận hành đài")
    TECHNICIAN = "technician", _("Kỹ thuật thiết bị")
    PORTAL_EDITOR = "portal_editor", _("Biên tập trang xã")
    FEEDBACK = "feedback", _("Cán bộ phản ánh")
    STATISTICS = "statistics", _("Cán bộ thống kê")
    TRAINER = "trainer", _("Cán bộ đào tạo")
    AUDITOR = "auditor", _("Kiểm tra, giám sát")
    ADMINISTRATOR = "administrator", _("Quản trị")


class KeyRole(models.TextChoices):
    """What a security key may be pinned for; its person needs the role of the same name besides."""

    APPROVER = "approver", _("Duyệt")
    DUTY = "duty", _("Trực ban")
    ADMINISTRATOR = "administrator", _("Quản trị")


class Shown(models.TextChoices):
    """Which people a list shows."""

    NOW = "", _("Đang làm")
    INVITED = "cho", _("Chưa vào lần nào")
    LOCKED = "khoa", _("Đang khóa")
    PAST = "cu", _("Đã thôi")
