"""How bridges speak to boxes, and what may be wrong between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Adapter(models.TextChoices):
    """How a bridge drives a box (nguon_device.bridge)."""

    V2_HTTP = "v2-http", _("Chuẩn kết nối v2.0 qua HTTP")
    V2_MQTT = "v2-mqtt", _("Chuẩn kết nối v2.0 qua MQTT")
    V1_HTTP = "v1-http", _("Chuẩn kết nối v1.0 qua HTTP")
    STREAM = "stream", _("Hộp tự nghe luồng âm thanh (Icecast, HTTP)")
    RTP = "rtp", _("Loa IP nghe luồng RTP (multicast)")
    SIP = "sip", _("Loa IP được gọi bằng SIP")
    RELAY = "relay", _("Đài có dây, đài FM qua rơ-le")


SCHEMES = {
    Adapter.V2_HTTP: ("http", "https"),
    Adapter.V2_MQTT: ("mqtt", "mqtts"),
    Adapter.V1_HTTP: ("http", "https"),
    Adapter.STREAM: (),
    Adapter.RTP: ("rtp",),
    Adapter.SIP: ("sip", "sips"),
    Adapter.RELAY: ("http", "https"),
}
"""How an address of each begins; a box that listens by itself has none."""
NEEDS_PASSWORD = frozenset({Adapter.V2_HTTP, Adapter.STREAM})
PROFILED = frozenset({Adapter.V2_HTTP, Adapter.V2_MQTT, Adapter.V1_HTTP})
MOST_OPTIONS = 4096
"""Characters of a maker's own codes, as JSON."""
PROVINCE_LABELS = 2
"""An area of so few labels is a province or wider (vn.5)."""

AWAY = "away"
"""No bridge says it: what it said last is no news any more."""

_FAULTS = {
    "address": _("Địa chỉ của hộp không dùng được. Hãy sửa địa chỉ."),
    "private": _("Địa chỉ nằm trong mạng mà cầu nối không được phép vào. Hãy thêm mạng đó khi chạy cầu nối."),
    "elsewhere": _("Hộp chỉ sang địa chỉ khác nên cầu nối không gửi gì. Hãy kiểm tra hộp."),
    "unreachable": _("Không kết nối được tới hộp. Hãy kiểm tra nguồn điện, mạng và địa chỉ."),
    "tls": _("Chứng thư của hộp không đúng. Hãy kiểm tra địa chỉ hoặc chứng thư."),
    "slow": _(
        "Hộp không trả lời kịp. Hãy kiểm tra mạng, khởi động lại hộp; các loa khác không bị ảnh hưởng."
    ),
    "status": _("Hộp báo lỗi. Hãy xem nhật ký trên hộp hoặc hỏi hãng."),
    "password": _("Hộp không nhận tên đăng nhập hoặc mật khẩu. Hãy nhập lại."),
    "rubbish": _("Hộp trả lời sai chuẩn, không đọc được. Hãy kiểm tra chuẩn kết nối hoặc hỏi hãng."),
    "large": _("Hộp gửi quá nhiều dữ liệu nên cầu nối ngừng đọc. Hãy hỏi hãng."),
    "other": _("Hộp báo trạng thái của thiết bị khác. Hãy kiểm tra mã cụm loa."),
    "refused": _("Hộp từ chối lệnh. Hãy xem lý do hộp đưa ra, hoặc hỏi hãng."),
    "silent": _("Hộp đã nhận lệnh nhưng không phát. Hãy đến xem hộp: ngày giờ, âm lượng, tăng âm, dây loa."),
    "goes-on": _("Hộp vẫn phát dù đã nhận lệnh dừng. Hãy ngắt điện loa và báo hãng."),
    "stranger": _("Hộp đang phát nội dung không do hệ thống gửi. Hãy kiểm tra ngay."),
    "unknown-code": _("Chưa biết mã của hãng cho việc này. Hãy khai mã riêng của hãng."),
    "no-listener": _("Hộp không nghe luồng âm thanh. Hãy kiểm tra cài đặt luồng trên hộp."),
    "no-timer": _("Rơ-le không tự nhả theo giờ nên không được dùng. Hãy khai lệnh có thời gian."),
    "settings": _("Khai báo của hộp này thiếu hoặc sai. Hãy xem lại."),
    "sealed": _("Cầu nối đã thay khóa nên không mở được mật khẩu. Hãy nhập lại mật khẩu."),
    "waiting": _("Cầu nối đang chờ khai báo hộp. Hãy khai báo địa chỉ, mã và mật khẩu của hộp."),
    "away": _("Cầu nối mất kết nối nên chưa biết hộp thế nào. Hãy kiểm tra máy chạy cầu nối và mạng."),
    "fault": _("Cầu nối gặp lỗi. Hãy xem nhật ký của cầu nối."),
}


def sentence(code: str) -> str:
    """This function will return what is wrong, and what to do, in one sentence; "" when nothing is."""
    return str(_FAULTS.get(code, _FAULTS["fault"])) if code else ""
