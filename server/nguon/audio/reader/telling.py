"""The findings of the lint in words: why people at a loudspeaker mind, and what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from nguon.audio.reader.lint import Finding, Kind

_HEARD = _("Bà con chỉ nghe một lần.")
# kind: why, and what to do
_WORDS = {
    Kind.ABBREVIATION: (
        _("Chữ viết tắt chưa có cách đọc; loa đọc từng chữ cái."),
        _("Viết đủ chữ, hoặc thêm cách đọc vào từ điển."),
    ),
    Kind.AMBIGUOUS: (
        _("Chữ viết tắt có hơn một cách đọc."),
        _("Nếu cách đọc này chưa đúng, hãy viết đủ chữ hoặc thêm cách đọc vào từ điển."),
    ),
    Kind.FOREIGN: (
        _("Tên hoặc từ nước ngoài; máy có thể đọc sai."),
        _("Viết theo cách đọc tiếng Việt, hoặc thêm cách đọc vào từ điển."),
    ),
    Kind.LONG_SENTENCE: (
        _("Câu dài hơn 50 tiếng; tiếng vang của loa làm người nghe mất ý."),
        _("Tách thành hai câu."),
    ),
    Kind.SIGN: (_("Ký hiệu không đọc thành lời được."), _("Bỏ đi, hoặc viết bằng chữ.")),
    Kind.NUMBER: (_("Số được đọc thành lời."), _("Nghe lại xem đã đúng chưa.")),
    Kind.LONG_NUMBER: (_("Số dài, khó nhớ khi chỉ nghe."), _("Làm tròn, ví dụ “hơn 12 triệu”.")),
    Kind.UNCLEAR_NUMBER: (
        _("Không rõ dấu phẩy hay dấu chấm ngăn hàng nghìn hay phần lẻ."),
        _("Viết 1.500 cho một nghìn năm trăm, 1,5 cho một phẩy năm."),
    ),
    Kind.DATE: (_("Ngày tháng được đọc thành lời."), _("Nghe lại xem đã đúng chưa.")),
    Kind.NO_SUCH_DATE: (_("Lịch không có ngày này."), _("Sửa lại ngày, tháng.")),
    Kind.WRONG_WEEKDAY: (_("Thứ trong tuần không khớp với ngày."), _("Xem lịch rồi sửa thứ hoặc ngày.")),
    Kind.HOUR: (_("Giờ được đọc thành lời."), _("Nghe lại xem đã đúng chưa.")),
    Kind.NO_SUCH_HOUR: (_("Đồng hồ không có giờ này."), _("Sửa lại giờ, phút.")),
    Kind.PHONE: (_("Số điện thoại được đọc từng số."), _("Nên nhắc lại số hai lần để bà con kịp ghi.")),
    Kind.SHORT_PHONE: (
        _("Số điện thoại thiếu hoặc thừa chữ số."),
        _("Đếm lại: di động và máy bàn có 10 hoặc 11 số, tổng đài 1900 và 1800 có 8 hoặc 10 số."),
    ),
    Kind.UNIT: (_("Số và đơn vị được đọc thành lời."), _("Nghe lại xem đã đúng chưa.")),
    Kind.UNKNOWN_UNIT: (
        _("Đơn vị lạ sau một số."),
        _("Viết đủ chữ, hoặc thêm cách đọc vào từ điển."),
    ),
    Kind.LEGAL: (
        _("Số hiệu văn bản và điều khoản khó nhớ khi chỉ nghe."),
        _("Nên nói tên hoặc nội dung văn bản, ví dụ “theo quy định mới về đất đai”."),
    ),
    Kind.ADDRESS: (_HEARD, _("Địa chỉ nên ngắn; nói thêm nơi hỏi trực tiếp hoặc số điện thoại.")),
}  # fmt: skip


def why(finding: Finding) -> str:
    """This function will tell why a finding matters to people who only hear it."""
    return str(_WORDS[finding.kind][0])


def suggestion(finding: Finding) -> str:
    """This function will tell what the officer can do about a finding."""
    return str(_WORDS[finding.kind][1])
