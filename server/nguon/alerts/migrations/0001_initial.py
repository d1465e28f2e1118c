"""Alerts: the own ones, and those of the own areas and what is around them (docs/adr/015)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import nguon.kernel.ids
from nguon.areas.database.tables import CreateModels

RULES = """
CREATE VIEW alerts_near AS SELECT alert_id FROM alerts_target
    WHERE area::text <@ (SELECT nguon_reach()) OR area = ANY ((SELECT nguon_above())::text[]);

ALTER TABLE alerts_alert ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON alerts_alert USING (
    (SELECT nguon_everywhere()) OR author_id = (SELECT nguon_person())
    OR (SELECT true FROM alerts_near n WHERE n.alert_id = alerts_alert.id LIMIT 1)
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON alerts_alert;
ALTER TABLE alerts_alert DISABLE ROW LEVEL SECURITY;
DROP VIEW alerts_near;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("audio", "0005_joined"),
        ("organisations", "0009_own_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("areas", "0001_reach"),
    ]
    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Template",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=nguon.kernel.ids.uuid7,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("slug", models.CharField(max_length=40)),
                        ("phrase", models.BooleanField(default=False)),
                        (
                            "hazard",
                            models.CharField(
                                choices=[
                                    ("storm", "Bão, áp thấp nhiệt đới"),
                                    ("flood", "Lũ, ngập lụt"),
                                    ("landslide", "Lũ quét, sạt lở đất"),
                                    ("tsunami", "Sóng thần"),
                                    ("fire", "Cháy, cháy rừng"),
                                    ("epidemic", "Dịch bệnh"),
                                    ("evacuation", "Sơ tán"),
                                    ("other", "Tình huống khác"),
                                ],
                                default="other",
                                max_length=12,
                            ),
                        ),
                        (
                            "level",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "Cảnh báo"), (2, "Khẩn cấp"), (3, "Hành động ngay")], default=2
                            ),
                        ),
                        ("language", models.CharField(default="vi", max_length=12)),
                        ("title", models.CharField(max_length=200)),
                        ("text", models.TextField(blank=True)),
                        ("extra", models.TextField(blank=True)),
                        ("siren", models.BooleanField(default=True)),
                        ("repeat", models.PositiveSmallIntegerField(default=2)),
                        ("offsets", models.JSONField(default=list)),
                        ("every_s", models.PositiveIntegerField(default=0)),
                        ("lasts_s", models.PositiveIntegerField(default=0)),
                        ("basis", models.CharField(blank=True, max_length=200)),
                        ("area", models.CharField(db_collation="C", max_length=120)),
                        ("made_at", models.DateTimeField()),
                        ("approved_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "approved_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "media",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="audio.media",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisations.place",
                            ),
                        ),
                        (
                            "rendering",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="audio.rendering",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                                    models.Q(
                                        ("approved_at__isnull", False),
                                        ("approved_by__isnull", False),
                                        ("media__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="alert_template_approved_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("approved_by__isnull", True),
                                    models.Q(("approved_by", models.F("author")), _negated=True),
                                    _connector="OR",
                                ),
                                name="alert_template_by_a_second_person",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("approved_at__isnull", False), ("ended_at__isnull", True)
                                ),
                                fields=("area", "slug", "language"),
                                name="alert_template_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Alert",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=nguon.kernel.ids.uuid7,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("real", "Khẩn cấp"),
                                    ("glass", "Khẩn cấp một người"),
                                    ("drill", "Diễn tập"),
                                ],
                                max_length=5,
                            ),
                        ),
                        (
                            "hazard",
                            models.CharField(
                                choices=[
                                    ("storm", "Bão, áp thấp nhiệt đới"),
                                    ("flood", "Lũ, ngập lụt"),
                                    ("landslide", "Lũ quét, sạt lở đất"),
                                    ("tsunami", "Sóng thần"),
                                    ("fire", "Cháy, cháy rừng"),
                                    ("epidemic", "Dịch bệnh"),
                                    ("evacuation", "Sơ tán"),
                                    ("other", "Tình huống khác"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "level",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "Cảnh báo"), (2, "Khẩn cấp"), (3, "Hành động ngay")]
                            ),
                        ),
                        ("title", models.CharField(max_length=200)),
                        ("text", models.TextField()),
                        ("spoken_text", models.TextField(blank=True)),
                        ("sounds", models.JSONField(default=list)),
                        ("correction_sounds", models.JSONField(default=list)),
                        ("all_clear_sounds", models.JSONField(default=list)),
                        ("repeat", models.PositiveSmallIntegerField(default=1)),
                        ("offsets", models.JSONField(default=list)),
                        ("every_s", models.PositiveIntegerField(default=0)),
                        ("lasts_s", models.PositiveIntegerField(default=0)),
                        ("loudspeakers", models.PositiveIntegerField(default=0)),
                        ("people", models.PositiveIntegerField(default=0)),
                        ("content_sha256", models.CharField(blank=True, max_length=64)),
                        ("made_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("preparing", "Đang đọc thành tiếng"),
                                    ("ready", "Chờ người thứ nhất ký"),
                                    ("waiting", "Chờ người thứ hai ký"),
                                    ("sounding", "Đang báo động"),
                                    ("ended", "Đã kết thúc"),
                                ],
                                default="preparing",
                                max_length=9,
                            ),
                        ),
                        ("signed_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "ending",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("cancelled", "đã hủy"),
                                    ("false", "báo nhầm"),
                                    ("all_clear", "báo yên"),
                                    ("time", "hết thời gian đã ký"),
                                    ("replaced", "có báo động mới thay"),
                                    ("dropped", "không ký nữa"),
                                    ("grew", "khu vực đã thay đổi giữa hai chữ ký"),
                                    ("refused", "bộ ký từ chối"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                        ("review", models.CharField(blank=True, max_length=500)),
                        ("source", models.CharField(blank=True, max_length=300)),
                        (
                            "again",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="audio.rendering",
                            ),
                        ),
                        (
                            "all_clear_media",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="audio.media",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "correction_media",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="audio.media",
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "first",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="audio.rendering",
                            ),
                        ),
                        (
                            "media",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="audio.media",
                            ),
                        ),
                        (
                            "replay",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="audio.media",
                            ),
                        ),
                        (
                            "reviewed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "template",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="alerts.template",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(
                                    ("state__in", ["preparing", "ready", "waiting", "sounding"])
                                ),
                                fields=["state"],
                                name="alert_open",
                            ),
                            models.Index(fields=["-made_at"], name="alert_newest"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        ("state", "ended"),
                                        models.Q(("ending", ""), _negated=True),
                                    ),
                                    models.Q(
                                        models.Q(("state", "ended"), _negated=True),
                                        ("ended_at__isnull", True),
                                        ("ending", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="alert_ended_has_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["waiting", "sounding"]), _negated=True),
                                    models.Q(("content_sha256", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="alert_signed_is_frozen",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "sounding"), _negated=True),
                                    ("signed_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="alert_sounds_signed",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Signature",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("credential_id", models.CharField(blank=True, max_length=1400)),
                        ("authenticator_data", models.TextField(blank=True)),
                        ("client_data", models.TextField(blank=True)),
                        ("signature", models.TextField(blank=True)),
                        ("part", models.PositiveSmallIntegerField()),
                        ("at", models.DateTimeField()),
                        ("content_sha256", models.CharField(max_length=64)),
                        (
                            "alert",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="signatures",
                                to="alerts.alert",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("alert", "by"), name="alert_signed_by_two_people"
                            ),
                            models.UniqueConstraint(fields=("alert", "part"), name="alert_signature_once"),
                            models.CheckConstraint(
                                condition=models.Q(("part__in", [1, 2])), name="alert_signature_part"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Step",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=nguon.kernel.ids.uuid7,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("due_at", models.DateTimeField()),
                        ("asked_at", models.DateTimeField()),
                        (
                            "alert",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="alerts.alert",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("alert", "number"), name="alert_step_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Target",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("target", models.CharField(max_length=120)),
                        ("area", models.CharField(db_collation="C", max_length=120)),
                        (
                            "alert",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="targets",
                                to="alerts.alert",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("alert", "target"), name="alert_target_once")
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
