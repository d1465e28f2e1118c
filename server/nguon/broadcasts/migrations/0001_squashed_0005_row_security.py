"""When bulletins air; sessions and clashes of the own areas (docs/adr/015)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import nguon.kernel.ids
from nguon.areas.database.tables import CreateModels

RULES = """
ALTER TABLE broadcasts_session ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON broadcasts_session USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
) WITH CHECK (true);

ALTER TABLE broadcasts_clash ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON broadcasts_clash USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON broadcasts_session;
DROP POLICY within_reach ON broadcasts_clash;
"""


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("broadcasts", "0001_initial"),
        ("broadcasts", "0002_initial"),
        ("broadcasts", "0003_placing"),
        ("broadcasts", "0004_programmes"),
        ("broadcasts", "0005_row_security"),
    ]
    dependencies = [
        ("bulletins", "0015_programme"),
        ("organisations", "0008_row_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("areas", "0001_reach"),
    ]
    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="DayOff",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("area", models.CharField(db_collation="C", db_index=True, max_length=120)),
                        ("name", models.CharField(max_length=60)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("once", "Một ngày"),
                                    ("yearly", "Hằng năm, dương lịch"),
                                    ("lunar", "Hằng năm, âm lịch"),
                                ],
                                max_length=6,
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("month", models.PositiveSmallIntegerField()),
                        ("day", models.PositiveSmallIntegerField()),
                        ("days", models.PositiveSmallIntegerField(default=1)),
                        ("before", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("area", "kind", "year", "month", "day"), name="day_off_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "once"), ("year__isnull", False)),
                                    models.Q(
                                        models.Q(("kind", "once"), _negated=True), ("year__isnull", True)
                                    ),
                                    _connector="OR",
                                ),
                                name="day_off_of_one_year",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HourRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("area", models.CharField(db_collation="C", db_index=True, max_length=120)),
                        ("designation", models.CharField(blank=True, max_length=30)),
                        ("sessions", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("minutes", models.PositiveSmallIntegerField()),
                        ("weekdays", models.CharField(default="0123456", max_length=7)),
                        ("quiet_from", models.TimeField(blank=True, null=True)),
                        ("quiet_to", models.TimeField(blank=True, null=True)),
                        ("source", models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("area", "designation"), name="hour_rule_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("quiet_from__isnull", True), ("quiet_to__isnull", True)),
                                    models.Q(("quiet_from__isnull", False), ("quiet_to__isnull", False)),
                                    _connector="OR",
                                ),
                                name="hour_rule_quiet_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Programme",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=0)),
                        ("changed_at", models.DateTimeField(blank=True, null=True)),
                        ("compiled_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "by",
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
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="organisations.place",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Session",
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
                        ("area", models.CharField(db_collation="C", db_index=True, max_length=120)),
                        ("name", models.CharField(max_length=60)),
                        ("starts", models.TimeField()),
                        ("minutes", models.PositiveSmallIntegerField()),
                        ("weekdays", models.CharField(default="0123456", max_length=7)),
                        ("first", models.DateField()),
                        ("last", models.DateField(blank=True, null=True)),
                        ("on_days_off", models.BooleanField(default=True)),
                        ("made_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "by",
                            models.ForeignKey(
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
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("minutes__gte", 1), ("minutes__lte", 360)),
                                name="session_length",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("weekdays", ""), _negated=True),
                                name="session_on_some_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("last__isnull", True), ("last__gte", models.F("first")), _connector="OR"
                                ),
                                name="session_ends_after_it_begins",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Slot",
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
                                choices=[("item", "Bản tin"), ("filler", "Nội dung lấp chỗ trống")],
                                default="item",
                                max_length=6,
                            ),
                        ),
                        ("position", models.FloatField()),
                        ("rrule", models.CharField(default="FREQ=DAILY", max_length=200)),
                        ("first", models.DateField()),
                        ("last", models.DateField(blank=True, null=True)),
                        ("made_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "revision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="bulletins.revision",
                            ),
                        ),
                        (
                            "session",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="slots",
                                to="broadcasts.session",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("last__isnull", True), ("last__gte", models.F("first")), _connector="OR"
                                ),
                                name="slot_ends_after_it_begins",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Airing",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
                        ("duration_ms", models.PositiveIntegerField()),
                        ("immediate", models.BooleanField(default=False)),
                        (
                            "state",
                            models.CharField(
                                choices=[("planned", "Theo lịch"), ("cancelled", "Đã hủy")],
                                default="planned",
                                max_length=10,
                            ),
                        ),
                        (
                            "revision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="bulletins.revision",
                            ),
                        ),
                        ("area", models.CharField(blank=True, db_collation="C", default="", max_length=120)),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("placed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "slot",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="broadcasts.slot",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["at"], name="airing_at"),
                            models.Index(fields=["ends_at"], name="airing_ends_at"),
                            models.Index(
                                condition=models.Q(("area", ""), _negated=True),
                                fields=["area", "at"],
                                name="airing_area_at",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gte", models.F("at"))),
                                name="airing_ends_after_start",
                            ),
                            models.UniqueConstraint(
                                fields=("revision", "at", "area"), name="airing_once_at_an_instant"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("area", ""), ("by__isnull", True), ("placed_at__isnull", True)),
                                    models.Q(
                                        models.Q(("area", ""), _negated=True),
                                        ("by__isnull", False),
                                        ("immediate", False),
                                        ("placed_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="airing_placed_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Skip",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField()),
                        ("made_at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "slot",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="skips",
                                to="broadcasts.slot",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("slot", "day"), name="skip_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Clash",
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
                        ("area", models.CharField(db_collation="C", db_index=True, max_length=120)),
                        ("wanted_at", models.DateTimeField()),
                        ("made_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "Chờ xã quyết định"), ("decided", "Đã quyết định")],
                                default="open",
                                max_length=8,
                            ),
                        ),
                        (
                            "decision",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("before", "Phát trước"),
                                    ("after", "Phát sau"),
                                    ("shorten", "Bớt nội dung lấp chỗ trống"),
                                    ("move", "Chuyển sang giờ khác"),
                                    ("leave", "Không phát"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "airing",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="broadcasts.airing",
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
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "met",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="broadcasts.airing",
                            ),
                        ),
                        (
                            "revision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="bulletins.revision",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "clashes",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("area", "revision", "wanted_at"), name="clash_asked_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("decided_at__isnull", True),
                                        ("decided_by__isnull", True),
                                        ("decision", ""),
                                        ("state", "open"),
                                    ),
                                    models.Q(
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                        ("state", "decided"),
                                        models.Q(("decision", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="clash_decided_by_somebody",
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
