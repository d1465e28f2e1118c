"""Live sessions: the own ones, and those for the own areas and what is around them (docs/adr/015)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import nguon.kernel.ids
from nguon.areas.database.tables import CreateModels

RULES = """
CREATE VIEW live_near AS SELECT session_id FROM live_target
    WHERE area::text <@ (SELECT nguon_reach()) OR area = ANY ((SELECT nguon_above())::text[]);

ALTER TABLE live_session ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON live_session USING (
    (SELECT nguon_everywhere()) OR by_id = (SELECT nguon_person())
    OR (SELECT true FROM live_near n WHERE n.session_id = live_session.id LIMIT 1)
) WITH CHECK (true);
"""
UNDO = """
DROP VIEW live_near CASCADE;
"""


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("live", "0001_initial"),
        ("live", "0002_kinds"),
        ("live", "0003_row_security"),
    ]
    dependencies = [
        ("audio", "0002_dictionary_and_manner"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("areas", "0001_reach"),
    ]
    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Session",
                    fields=[
                        ("credential_id", models.CharField(blank=True, max_length=1400)),
                        ("authenticator_data", models.TextField(blank=True)),
                        ("client_data", models.TextField(blank=True)),
                        ("signature", models.TextField(blank=True)),
                        (
                            "id",
                            models.UUIDField(
                                default=nguon.kernel.ids.uuid7,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("title", models.CharField(blank=True, max_length=120)),
                        ("minutes", models.PositiveSmallIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("ready", "Chưa nói"),
                                    ("open", "Đang nói"),
                                    ("ended", "Đã kết thúc"),
                                ],
                                default="ready",
                                max_length=8,
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                        ("opened_at", models.DateTimeField(blank=True, null=True)),
                        ("expires_at", models.DateTimeField(blank=True, null=True)),
                        ("heard_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "ending",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("finished", "người nói kết thúc"),
                                    ("time", "hết thời gian"),
                                    ("microphone", "mất micro"),
                                    ("silent", "mất kết nối với trình duyệt"),
                                    ("stopped", "trực ban bấm dừng"),
                                    ("refused", "bộ ký từ chối"),
                                    ("lost", "bộ ký khởi động lại"),
                                    ("source", "mất nguồn tiếp sóng"),
                                    ("gave_way", "nhường bản tin phát ngay hoặc lời nói trực tiếp"),
                                ],
                                max_length=10,
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
                        (
                            "recording",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="audio.media",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("voice", "Nói trực tiếp"), ("relay", "Tiếp sóng")],
                                default="voice",
                                max_length=5,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["-opened_at"], name="live_newest")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("minutes__gte", 1), ("minutes__lte", 30)),
                                name="live_minutes",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", "ready"), ("opened_at__isnull", False), _connector="XOR"
                                ),
                                name="live_opened_has_instant",
                            ),
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
                                name="live_ended_has_reason",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "voice"), ("state", "open")),
                                fields=("by",),
                                name="live_one_microphone_a_person",
                            ),
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
                            "session",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="targets",
                                to="live.session",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("session", "target"), name="live_target_once")
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
