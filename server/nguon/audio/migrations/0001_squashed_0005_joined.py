"""Sounds, recordings and how words are read: in the own areas and around them (docs/adr/015)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import nguon.kernel.ids
from nguon.areas.database.tables import CreateModels

RULES = """
ALTER TABLE audio_pronunciation ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON audio_pronunciation USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach()) OR area = ANY ((SELECT nguon_above())::text[])
) WITH CHECK (true);

ALTER TABLE audio_areamanner ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON audio_areamanner USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach()) OR area = ANY ((SELECT nguon_above())::text[])
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON audio_pronunciation;
DROP POLICY within_reach ON audio_areamanner;
"""


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("audio", "0001_initial"),
        ("audio", "0002_dictionary_and_manner"),
        ("audio", "0003_row_security"),
        ("audio", "0004_arriving_and_pictures"),
        ("audio", "0005_joined"),
    ]
    dependencies = [
        ("organisations", "0007_source_oddities"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("areas", "0001_reach"),
    ]
    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Media",
                    fields=[
                        ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ("mime", models.CharField(default="audio/ogg", max_length=40)),
                        ("size", models.PositiveBigIntegerField()),
                        ("duration_ms", models.PositiveIntegerField()),
                        ("loudness_lufs", models.FloatField()),
                        ("true_peak_dbtp", models.FloatField()),
                        ("created_at", models.DateTimeField()),
                        ("peaks", models.BinaryField(default=b"")),
                        ("silent", models.JSONField(default=list)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                                name="media_sha256_hex",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("size__gt", 0), ("duration_ms__gt", 0)),
                                name="media_not_empty",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Rendering",
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
                        ("key", models.CharField(max_length=64, unique=True)),
                        ("spoken_text", models.TextField()),
                        ("voice", models.CharField(max_length=80)),
                        ("speed", models.PositiveSmallIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("arriving", "Đang gửi lên"),
                                    ("queued", "Đang chờ"),
                                    ("running", "Đang xử lý"),
                                    ("done", "Xong"),
                                    ("failed", "Không xử lý được"),
                                ],
                                default="queued",
                                max_length=8,
                            ),
                        ),
                        ("error", models.CharField(blank=True, max_length=40)),
                        ("requested_at", models.DateTimeField()),
                        ("changed_at", models.DateTimeField()),
                        (
                            "media",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="audio.media",
                            ),
                        ),
                        ("jingle", models.CharField(blank=True, default="", max_length=20)),
                        ("pause_ms", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["state", "changed_at"], name="rendering_state_changed")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "done"), _negated=True),
                                    ("media__isnull", False),
                                    _connector="OR",
                                ),
                                name="rendering_done_has_media",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["arriving", "queued", "running", "done", "failed"])
                                ),
                                name="rendering_state_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Upload",
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
                        ("filename", models.CharField(max_length=255)),
                        ("size", models.PositiveBigIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("arriving", "Đang gửi lên"),
                                    ("queued", "Đang chờ"),
                                    ("running", "Đang xử lý"),
                                    ("done", "Xong"),
                                    ("failed", "Không xử lý được"),
                                ],
                                default="queued",
                                max_length=8,
                            ),
                        ),
                        ("error", models.CharField(blank=True, max_length=40)),
                        ("uploaded_at", models.DateTimeField()),
                        ("changed_at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "media",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="audio.media",
                            ),
                        ),
                        ("clipped", models.JSONField(default=list)),
                        ("from_ms", models.PositiveIntegerField(blank=True, null=True)),
                        ("to_ms", models.PositiveIntegerField(blank=True, null=True)),
                        ("trims_silence", models.BooleanField(default=True)),
                        ("wanted_from_ms", models.PositiveIntegerField(blank=True, null=True)),
                        ("wanted_to_ms", models.PositiveIntegerField(blank=True, null=True)),
                        ("whole_ms", models.PositiveIntegerField(blank=True, null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["state", "changed_at"], name="upload_state_changed")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "done"), _negated=True),
                                    ("media__isnull", False),
                                    _connector="OR",
                                ),
                                name="upload_done_has_media",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["arriving", "queued", "running", "done", "failed"])
                                ),
                                name="upload_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("wanted_from_ms__isnull", True), ("wanted_to_ms__isnull", True)
                                    ),
                                    ("wanted_from_ms__lt", models.F("wanted_to_ms")),
                                    _connector="OR",
                                ),
                                name="upload_marks_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("from_ms__isnull", True),
                                        ("to_ms__isnull", True),
                                        ("whole_ms__isnull", True),
                                    ),
                                    models.Q(
                                        ("from_ms__lt", models.F("to_ms")),
                                        ("to_ms__lte", models.F("whole_ms")),
                                    ),
                                    _connector="OR",
                                ),
                                name="upload_plays_a_part_of_the_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AreaManner",
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
                        ("voice", models.CharField(max_length=80)),
                        ("speed", models.PositiveSmallIntegerField()),
                        ("pause_ms", models.PositiveSmallIntegerField()),
                        ("jingle", models.CharField(blank=True, max_length=20)),
                        ("set_at", models.DateTimeField()),
                        (
                            "place",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisations.place",
                            ),
                        ),
                        (
                            "set_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["area", "-set_at"], name="areamanner_area")],
                    },
                ),
                migrations.CreateModel(
                    name="Pronunciation",
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
                        ("word", models.CharField(max_length=60)),
                        ("reading", models.CharField(max_length=200)),
                        ("search", models.TextField()),
                        ("added_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "added_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                    ],
                    options={
                        "indexes": [models.Index(fields=["area", "ended_at"], name="pronunciation_area")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("word", ""), _negated=True),
                                    models.Q(("reading", ""), _negated=True),
                                ),
                                name="pronunciation_not_empty",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="pronunciation_ended_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Joined",
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
                        ("key", models.CharField(max_length=64, unique=True)),
                        ("parts", models.JSONField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("arriving", "Đang gửi lên"),
                                    ("queued", "Đang chờ"),
                                    ("running", "Đang xử lý"),
                                    ("done", "Xong"),
                                    ("failed", "Không xử lý được"),
                                ],
                                default="queued",
                                max_length=8,
                            ),
                        ),
                        ("error", models.CharField(blank=True, max_length=40)),
                        ("requested_at", models.DateTimeField()),
                        ("changed_at", models.DateTimeField()),
                        (
                            "media",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="audio.media",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["state", "changed_at"], name="joined_state_changed")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["arriving", "queued", "running", "done", "failed"])
                                ),
                                name="joined_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "done"), _negated=True),
                                    ("media__isnull", False),
                                    _connector="OR",
                                ),
                                name="joined_done_has_media",
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
