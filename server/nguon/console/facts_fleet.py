"""Words for the facts of stations, poles and what loudspeakers are told to do."""

from django.utils.translation import gettext_lazy

WORDS = {
    "station.added": (gettext_lazy("{by} thêm {name}"), "live", "radio-tower"),
    "station.changed": (gettext_lazy("{by} sửa {name}"), "", "radio-tower"),
    "station.licence_ends": (
        gettext_lazy("{name}: giấy phép FM {number} đến hạn {day}"),
        "warn",
        "radio-tower",
    ),
    "station.ended": (gettext_lazy("{by} ghi {name} thôi hoạt động"), "warn", "radio-tower"),
    "station.merged": (gettext_lazy("{count} đài hợp thành {name}: {names}"), "warn", "radio-tower"),
    "stations.imported": (gettext_lazy("{by} nhập {count} đài ở {area}"), "", "radio-tower"),
    "device.codes_guessed": (
        gettext_lazy("{by} gõ sai mã vào của loa {count} lần liền"),
        "bad",
        "fingerprint",
    ),
    "pole.swapped": (gettext_lazy("{by} thay hộp ở {name}"), "warn", "speaker"),
    "pole.placed": (gettext_lazy("{by} ghi vị trí của {name}"), "", "map-pin"),
    "control.ordered": (gettext_lazy("{by} ra lệnh cho {count} cụm loa ở {area}"), "warn", "volume-2"),
    "control.logged": (gettext_lazy("{name} gửi nhật ký máy: {lines} dòng"), "", "scroll-text"),
    "drill.ordered": (gettext_lazy("{by} bắt đầu diễn tập im lặng ở {area}"), "", "clipboard-check"),
    "calm.added": (gettext_lazy("{by} ghi {name} là nơi cần yên tĩnh"), "", "map-pin"),
    "calm.removed": (gettext_lazy("{by} bỏ {name} khỏi nơi cần yên tĩnh"), "warn", "map-pin"),
    "pole.photographed": (gettext_lazy("{by} thêm ảnh cho {name}"), "", "file-text"),
    "pole.photo_removed": (gettext_lazy("{by} bỏ một ảnh của {name}"), "", "file-text"),
}
