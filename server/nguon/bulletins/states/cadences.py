"""Templates whose repetition the law gives (mẫu theo quy định): times of day, days, and where it is written.

Read in the official code of law (Pháp điển). A time of day is ours where the law names none. Left out: the
siren system's own rhythm (every 15 minutes; 5 at level 3), which is no bulletin.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nguon.bulletins.states import Essential, Priority, Topic


def _hours(first: int, last: int, step: int = 1) -> tuple[str, ...]:
    return tuple(f"{hour:02}:00" for hour in range(first, last + 1, step))


@dataclass(frozen=True, kw_only=True)
class Cadence:
    """One template of the law: `times` of day on each of `days` days from the first one on; `rule` says the
    repetition in words, `source` where it is written; `binding` is false where communes are only encouraged.
    `title` and `text` are what a loudspeaker says, in Vietnamese whatever the screen speaks.
    """

    slug: str
    name: Promise
    rule: Promise
    source: Promise
    times: tuple[str, ...]
    days: int
    title: str
    text: str
    topic: Topic
    essential: Essential
    priority: Priority = Priority.PRIORITY
    binding: bool = True


_QD18 = _("Quyết định 18/2021/QĐ-TTg (bắt buộc với Đài Tiếng nói Việt Nam; xã được khuyến khích tiếp phát)")
CADENCES: tuple[Cadence, ...] = (
    Cadence(
        slug="dan-chu-co-so",
        name=_("Công khai theo Luật Thực hiện dân chủ ở cơ sở"),
        rule=_("Ít nhất 3 ngày liên tục trên đài truyền thanh; niêm yết ít nhất 30 ngày."),
        source=_("Luật Thực hiện dân chủ ở cơ sở 2022, Điều 13 khoản 3; nội dung ở Điều 11 mục 7-12"),
        times=("17:00",),
        days=3,
        title="Công khai [... nội dung công khai]",
        text=(
            "Thực hiện Luật Thực hiện dân chủ ở cơ sở, Ủy ban nhân dân xã công khai [... nội dung công khai]"
            " theo quyết định [... số, ngày]. Nội dung cụ thể: [... nội dung]. Bà con có ý kiến gửi về"
            " [... nơi nhận ý kiến] trước ngày [... ngày]."
        ),
        topic=Topic.DIRECTION,
        essential=Essential.PROJECTS,
    ),
    Cadence(
        slug="tiep-can-phap-luat",
        name=_("Lấy ý kiến dự thảo tự đánh giá chuẩn tiếp cận pháp luật"),
        rule=_("Ít nhất 3 lần trong ít nhất 5 ngày."),
        source=_("Thông tư 09/2021/TT-BTP, Điều 3"),
        times=("17:00",),
        days=5,
        title="Lấy ý kiến về dự thảo kết quả tự đánh giá xã đạt chuẩn tiếp cận pháp luật",
        text=(
            "Ủy ban nhân dân xã thông báo dự thảo kết quả tự đánh giá xã đạt chuẩn tiếp cận pháp luật năm"
            " [... năm]: [... kết quả]. Bà con góp ý tại [... nơi nhận ý kiến] đến hết ngày [... ngày]."
        ),
        topic=Topic.POLICY,
        essential=Essential.POLICY,
    ),
    Cadence(
        slug="dich-benh",
        name=_("Quyết định đóng cửa, cách ly vì dịch bệnh"),
        rule=_("3 lần mỗi ngày, trong 7 ngày liên tục."),
        source=_("Quy định về phòng, chống bệnh truyền nhiễm (Pháp điển)"),
        times=("05:30", "11:00", "17:00"),
        days=7,
        title="Quyết định về phòng, chống dịch [... tên dịch]",
        text=(
            "Để phòng, chống dịch [... tên dịch], [... cơ quan] quyết định [... biện pháp] tại [... nơi]"
            " từ [... giờ, ngày] đến [... giờ, ngày]. Bà con thực hiện: [... việc cần làm]. Khi có dấu hiệu"
            " [... dấu hiệu], gọi ngay [... số điện thoại]."
        ),
        topic=Topic.UNEXPECTED,
        essential=Essential.DISASTER,
    ),
    Cadence(
        slug="bau-truong-thon",
        name=_("Quyết định về bầu cử trưởng thôn, tổ trưởng tổ dân phố"),
        rule=_("Thông báo chậm nhất 7 ngày trước ngày bầu cử."),
        source=_("Quy định về bầu cử trưởng thôn, tổ trưởng tổ dân phố (Pháp điển)"),
        times=("05:30", "17:00"),
        days=3,
        title="Thông báo bầu cử trưởng thôn [... thôn]",
        text=(
            "Ủy ban nhân dân xã quyết định tổ chức bầu cử trưởng thôn [... thôn] vào ngày [... ngày bầu cử],"
            " tại [... địa điểm]. Danh sách ứng cử viên: [... danh sách]. Đề nghị cử tri tham gia đầy đủ."
        ),
        topic=Topic.DIRECTION,
        essential=Essential.EVENTS,
    ),
    Cadence(
        slug="ngan-sach",
        name=_("Công khai ngân sách xã"),
        rule=_("Thông báo trên đài truyền thanh xã; số lần do xã quyết định."),
        source=_("Quy định về công khai ngân sách nhà nước ở cấp xã (Pháp điển)"),
        times=("17:00",),
        days=3,
        title="Công khai ngân sách xã [... kỳ]",
        text=(
            "Ủy ban nhân dân xã công khai [... dự toán, quyết toán] ngân sách [... kỳ]. Tổng thu: [... số]."
            " Tổng chi: [... số]. Tài liệu niêm yết tại [... nơi] từ ngày [... ngày]."
        ),
        topic=Topic.DIRECTION,
        essential=Essential.PROJECTS,
        priority=Priority.NORMAL,
    ),
    Cadence(
        slug="bao-lu",
        name=_("Tin bão, lũ"),
        rule=_("2 giờ một lần cho đến tin cuối; phát lại tin cũ phải nói giờ của tin."),
        source=_QD18,
        times=_hours(6, 20, 2),
        days=1,
        title="Tin [... bão, lũ] lúc [... giờ của tin]",
        text=(
            "Tin phát lúc [... giờ của tin] ngày [... ngày] của [... cơ quan ra tin]: [... nội dung tin]."
            " Bà con cần: [... việc cần làm]."
        ),
        topic=Topic.UNEXPECTED,
        essential=Essential.DISASTER,
        binding=False,
    ),
    Cadence(
        slug="bao-lu-khan-cap",
        name=_("Tin bão, lũ khẩn cấp"),
        rule=_("Phát ngay hai lần liền, sau đó mỗi giờ một lần cho đến tin cuối."),
        source=_QD18,
        times=_hours(5, 21),
        days=1,
        title="Tin khẩn cấp: [... bão, lũ] lúc [... giờ của tin]",
        text=(
            "Tin khẩn cấp phát lúc [... giờ của tin] ngày [... ngày] của [... cơ quan ra tin]:"
            " [... nội dung tin]. Bà con làm ngay: [... việc cần làm]."
            " Nhắc lại: [... nội dung tin]."
        ),
        topic=Topic.UNEXPECTED,
        essential=Essential.DISASTER,
        binding=False,
    ),
    Cadence(
        slug="song-than",
        name=_("Tin cảnh báo sóng thần"),
        rule=_(
            "Phát ngay, nhắc lại 2 lần cách nhau 5 phút, rồi 30 phút một lần (cấp 3: 20 phút) đến tin cuối."
        ),
        source=_QD18,
        times=tuple(f"{hour:02}:{minute:02}" for hour in range(5, 21) for minute in (0, 30)),
        days=1,
        title="Cảnh báo sóng thần lúc [... giờ của tin]",
        text=(
            "Cảnh báo sóng thần cấp [... cấp], tin phát lúc [... giờ của tin] của [... cơ quan ra tin]."
            " Bà con ở [... nơi] đến ngay [... nơi cao]. Không quay lại trước khi có tin cuối."
        ),
        topic=Topic.UNEXPECTED,
        essential=Essential.DISASTER,
        binding=False,
    ),
)


def cadence(slug: str) -> Cadence | None:
    """This function will return the template of the law of this name, or None."""
    return next((one for one in CADENCES if one.slug == slug), None)
