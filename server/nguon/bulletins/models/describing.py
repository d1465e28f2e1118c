"""What a revision says of itself beside its words: type, origin, author, campaign, language."""

from django.db import models

from nguon.bulletins.models.newsroom import Campaign
from nguon.bulletins.states import ContentType


class Described(models.Model):
    """The fields of the official profile that say what a bulletin is and where it comes from.

    LoaiBanTin, NguonTin, TacGia {TenDayDu, ButDanh}, ThoiGianSanXuat, ThongTinChiTietBanTin [{Ten, GiaTri}].
    `details` is [[name, value], ...]; `live_minutes` is how long somebody will speak (type live alone);
    `more_sha256` is the hash of what the content hash names as one (`queries.more_of`).
    """

    content_type = models.PositiveSmallIntegerField(choices=ContentType.choices, default=ContentType.AUDIO)
    source = models.CharField(max_length=200, blank=True)
    author_name = models.CharField(max_length=120, blank=True)
    pen_name = models.CharField(max_length=80, blank=True)
    produced_at = models.DateTimeField(null=True, blank=True)
    details = models.JSONField(default=list, blank=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=3, default="vie")
    live_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    more_sha256 = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        abstract = True
