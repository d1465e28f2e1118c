"""Newer programs of loudspeakers, wave by wave; those of the own areas (docs/adr/015, 038)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import nguon.areas.database.tables
import nguon.kernel.ids

RULES = """
ALTER TABLE releases_release ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON releases_release USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON releases_release;
ALTER TABLE releases_release DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("devices", "0012_poles_have_boxes"),
        ("areas", "0001_reach"),
    ]

    operations = [
        nguon.areas.database.tables.CreateModels(
            models=[
                migrations.CreateModel(
                    name="Release",
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
                        ("area", models.CharField(db_collation="C", max_length=120)),
                        ("model", models.CharField(max_length=60)),
                        ("number", models.BigIntegerField()),
                        ("version", models.CharField(max_length=40)),
                        ("document", models.CharField(max_length=64)),
                        ("bundle", models.CharField(max_length=64)),
                        ("size", models.PositiveBigIntegerField()),
                        ("notes", models.TextField(blank=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Chờ kiểm tra chữ ký"),
                                    ("refused", "Chữ ký không được chấp nhận"),
                                    ("ready", "Sẵn sàng"),
                                    ("rolling", "Đang cập nhật"),
                                    ("halted", "Đã dừng lại"),
                                    ("done", "Đã xong"),
                                    ("withdrawn", "Đã rút"),
                                ],
                                default="waiting",
                                max_length=9,
                            ),
                        ),
                        ("wave", models.PositiveSmallIntegerField(default=0)),
                        ("opened_at", models.DateTimeField(blank=True, null=True)),
                        ("well_since", models.DateTimeField(blank=True, null=True)),
                        ("soak_minutes", models.PositiveIntegerField(default=60)),
                        ("limit", models.PositiveSmallIntegerField(default=5)),
                        ("reason", models.CharField(blank=True, max_length=300)),
                        ("at", models.DateTimeField()),
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
                        "indexes": [models.Index(fields=["area", "-at"], name="release_of_area")],
                        "constraints": [
                            models.UniqueConstraint(fields=("area", "document"), name="release_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["rolling", "halted"])),
                                fields=("area", "model"),
                                name="release_one_under_way",
                            ),
                            models.CheckConstraint(condition=models.Q(("wave__lte", 3)), name="release_wave"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state__in", ["halted", "refused", "withdrawn"]), _negated=True
                                    ),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="release_halted_says_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("opened_at__isnull", True), ("wave", 0)),
                                    models.Q(("opened_at__isnull", False), ("wave__gt", 0)),
                                    _connector="OR",
                                ),
                                name="release_wave_has_begun",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Turn",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("wave", models.PositiveSmallIntegerField()),
                        ("offered_at", models.DateTimeField()),
                        ("counted", models.BooleanField(default=True)),
                        ("excused", models.BooleanField(default=False)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("offered", "Chờ cập nhật"),
                                    ("later", "Thử lại sau"),
                                    ("updated", "Đã chạy bản mới"),
                                    ("failed", "Không cập nhật được"),
                                    ("back", "Đã quay về bản cũ"),
                                    ("ill", "Có cảnh báo sau khi cập nhật"),
                                    ("silent", "Mất liên lạc sau khi được mời"),
                                ],
                                default="offered",
                                max_length=7,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=40)),
                        ("changed_at", models.DateTimeField()),
                        (
                            "device",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="devices.device",
                            ),
                        ),
                        (
                            "release",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="turns",
                                to="releases.release",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["device"], name="turn_of_device")],
                        "constraints": [
                            models.UniqueConstraint(fields=("release", "device"), name="turn_once")
                        ],
                    },
                ),
            ],
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
