"""Stations of the own areas and of those around them; bookings that are heard there (docs/adr/015)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import nguon.kernel.ids
from nguon.areas.database.tables import CreateModels

RULES = """
ALTER TABLE relays_source ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON relays_source USING (
    (SELECT nguon_everywhere()) OR by_id = (SELECT nguon_person())
    OR area::text <@ (SELECT nguon_reach()) OR area = ANY ((SELECT nguon_above())::text[])
) WITH CHECK (true);

CREATE VIEW relays_heard AS SELECT t.booking_id FROM relays_target t WHERE t.area::text <@ (SELECT nguon_reach());

ALTER TABLE relays_booking ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON relays_booking USING (
    (SELECT nguon_everywhere()) OR author_id = (SELECT nguon_person())
    OR (SELECT true FROM relays_heard h WHERE h.booking_id = relays_booking.id LIMIT 1)
) WITH CHECK (true);
"""
UNDO = """
DROP VIEW relays_heard CASCADE;
"""


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("relays", "0001_initial"),
        ("relays", "0002_row_security"),
    ]
    dependencies = [
        ("bulletins", "0011_row_security"),
        ("live", "0002_kinds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("areas", "0001_reach"),
    ]
    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Source",
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
                        ("name", models.CharField(max_length=80)),
                        ("url", models.CharField(max_length=500)),
                        ("at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("tried_at", models.DateTimeField(blank=True, null=True)),
                        ("tried", models.JSONField(blank=True, default=dict)),
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
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("area", "url"),
                                name="relay_source_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Booking",
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
                        ("at", models.DateTimeField()),
                        ("weekdays", models.CharField(max_length=7)),
                        ("begins", models.TimeField()),
                        ("ends", models.TimeField()),
                        ("first_day", models.DateField()),
                        ("last_day", models.DateField()),
                        ("silence_s", models.PositiveSmallIntegerField(default=10)),
                        (
                            "fallback",
                            models.CharField(
                                choices=[
                                    ("plan", "Trở lại lịch phát"),
                                    ("bulletin", "Phát một bản tin đã duyệt"),
                                ],
                                default="plan",
                                max_length=8,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Chờ duyệt"),
                                    ("approved", "Đã duyệt"),
                                    ("returned", "Trả lại"),
                                    ("ended", "Đã ngừng"),
                                ],
                                default="waiting",
                                max_length=8,
                            ),
                        ),
                        ("content_sha256", models.CharField(max_length=64)),
                        ("known_at", models.DateTimeField(blank=True, null=True)),
                        ("refused", models.CharField(blank=True, max_length=40)),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "author",
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
                            "instead",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="bulletins.revision",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bookings",
                                to="relays.source",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["state", "last_day"], name="relay_state_day")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends__gt", models.F("begins"))),
                                name="relay_within_a_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("last_day__gte", models.F("first_day"))),
                                name="relay_days_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("weekdays", ""), _negated=True),
                                name="relay_has_a_weekday",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("fallback", "plan"), ("instead__isnull", True)),
                                    models.Q(("fallback", "bulletin"), ("instead__isnull", False)),
                                    _connector="OR",
                                ),
                                name="relay_fallback_is_there",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", "ended"), ("ended_at__isnull", True), _connector="XOR"
                                ),
                                name="relay_ended_has_instant",
                            ),
                            models.UniqueConstraint(fields=("id", "author"), name="relay_booking_and_author"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Run",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("on", "Đang tiếp sóng"),
                                    ("lost", "Mất nguồn"),
                                    ("stopped", "Trực ban đã dừng"),
                                    ("over", "Đã xong"),
                                ],
                                default="on",
                                max_length=8,
                            ),
                        ),
                        ("began_at", models.DateTimeField()),
                        ("lost_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("why", models.CharField(blank=True, max_length=40)),
                        ("sent_ms", models.PositiveIntegerField(default=0)),
                        ("instead_ms", models.PositiveIntegerField(default=0)),
                        ("losses", models.PositiveSmallIntegerField(default=0)),
                        (
                            "booking",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="runs",
                                to="relays.booking",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["-began_at"], name="relay_run_newest")],
                        "constraints": [
                            models.UniqueConstraint(fields=("booking", "day"), name="relay_run_once_a_day")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Piece",
                    fields=[
                        (
                            "session",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="live.session",
                            ),
                        ),
                        (
                            "booking",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="pieces",
                                to="relays.booking",
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="pieces",
                                to="relays.run",
                            ),
                        ),
                    ],
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
                            "booking",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="targets",
                                to="relays.booking",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["area"], name="relay_target_area")],
                        "constraints": [
                            models.UniqueConstraint(fields=("booking", "target"), name="relay_target_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Approval",
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
                        ("approved", models.BooleanField()),
                        ("at", models.DateTimeField()),
                        ("reason", models.TextField(blank=True)),
                        ("content_sha256", models.CharField(max_length=64)),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                            "booking",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="approval",
                                to="relays.booking",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("by", models.F("author")), _negated=True),
                                name="relay_approved_by_a_second_person",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("approved", True),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="relay_return_has_reason",
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
