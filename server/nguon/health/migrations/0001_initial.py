"""How loudspeakers are: the last word of each, kept words by month, alarms."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import nguon.kernel.ids
from nguon.areas.database.tables import Together

# By months, which come and go as tables of their own (actions/partitions.py). Narrow: a province of 20,000
# loudspeakers keeps some three million rows a day.
SAMPLES = """
CREATE TABLE health_sample (
    device_id uuid NOT NULL, at timestamptz NOT NULL,
    playing uuid, temp double precision, amp_ma integer,
    battery smallint, disk smallint, signal smallint, volume smallint,
    mains boolean, sound boolean, muted boolean NOT NULL, line varchar(5) NOT NULL,
    PRIMARY KEY (device_id, at)
) PARTITION BY RANGE (at);
ALTER TABLE health_state SET (fillfactor = 70);
"""
# The table of loudspeakers has its own policy, which holds inside these too (docs/adr/015).
RULES = "".join(
    f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON {table} USING (
    (SELECT nguon_everywhere())
    OR (SELECT true FROM devices_device d WHERE d.id = {table}.device_id LIMIT 1)
) WITH CHECK (true);
"""
    for table in ("health_state", "health_sample", "health_alarm")
)
UNDO = "".join(
    f"DROP POLICY within_reach ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
    for table in ("health_state", "health_sample", "health_alarm")
)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("devices", "0010_row_security_of_register"),
        ("areas", "0001_reach"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="State",
                    fields=[
                        ("mains", models.BooleanField(null=True)),
                        ("battery", models.SmallIntegerField(null=True)),
                        ("temp", models.FloatField(null=True)),
                        ("disk", models.SmallIntegerField(null=True)),
                        ("signal", models.SmallIntegerField(null=True)),
                        ("amp_ma", models.IntegerField(null=True)),
                        (
                            "line",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "không đo"),
                                    ("ok", "tốt"),
                                    ("open", "đứt dây"),
                                    ("short", "chập dây"),
                                ],
                                default="",
                                max_length=5,
                            ),
                        ),
                        ("sound", models.BooleanField(null=True)),
                        ("volume", models.SmallIntegerField(null=True)),
                        ("playing", models.UUIDField(null=True)),
                        ("muted", models.BooleanField(default=False)),
                        (
                            "device",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="devices.device",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("net", models.CharField(blank=True, max_length=12)),
                        ("inputs", models.CharField(blank=True, max_length=20)),
                        ("skew_s", models.IntegerField(null=True)),
                        ("kept_at", models.DateTimeField()),
                        ("mains_lost_at", models.DateTimeField(null=True)),
                        ("silent_at", models.DateTimeField(null=True)),
                        ("loud_at", models.DateTimeField(null=True)),
                        ("heard_at", models.DateTimeField(null=True)),
                        ("clock_bad_at", models.DateTimeField(null=True)),
                        ("flooded_at", models.DateTimeField(null=True)),
                        ("dropped", models.PositiveBigIntegerField(default=0)),
                    ],
                    options={
                        "db_table": "health_state",
                    },
                ),
                migrations.CreateModel(
                    name="Alarm",
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
                                    ("silent", "Báo đang phát nhưng không có tiếng"),
                                    ("unstarted", "Đã nhận lệnh nhưng không phát"),
                                    ("loud", "Có tiếng khi không có lệnh phát"),
                                    ("strange", "Phát một bài không có trong lệnh nào"),
                                    ("lost", "Mất kết nối"),
                                    ("mains", "Mất điện lưới"),
                                    ("battery", "Pin yếu"),
                                    ("line", "Đứt hoặc chập dây loa"),
                                    ("disk", "Bộ nhớ đầy"),
                                    ("hot", "Máy quá nóng"),
                                    ("clock", "Đồng hồ sai"),
                                    ("flood", "Gửi quá nhiều tin"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("raised_at", models.DateTimeField()),
                        ("cleared_at", models.DateTimeField(blank=True, null=True)),
                        ("seen_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "device",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="devices.device",
                            ),
                        ),
                        (
                            "seen_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["device", "-raised_at"], name="alarm_of_device"),
                            models.Index(
                                condition=models.Q(("cleared_at__isnull", True)),
                                fields=["-raised_at"],
                                name="alarm_open",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("cleared_at__isnull", True)),
                                fields=("device", "kind"),
                                name="alarm_open_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("seen_at__isnull", True), ("seen_by__isnull", True)),
                                    models.Q(("seen_at__isnull", False), ("seen_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="alarm_seen_by_somebody",
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(SAMPLES, "DROP TABLE health_sample")],
            state_operations=[
                migrations.CreateModel(
                    name="Sample",
                    fields=[
                        ("mains", models.BooleanField(null=True)),
                        ("battery", models.SmallIntegerField(null=True)),
                        ("temp", models.FloatField(null=True)),
                        ("disk", models.SmallIntegerField(null=True)),
                        ("signal", models.SmallIntegerField(null=True)),
                        ("amp_ma", models.IntegerField(null=True)),
                        (
                            "line",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "không đo"),
                                    ("ok", "tốt"),
                                    ("open", "đứt dây"),
                                    ("short", "chập dây"),
                                ],
                                default="",
                                max_length=5,
                            ),
                        ),
                        ("sound", models.BooleanField(null=True)),
                        ("volume", models.SmallIntegerField(null=True)),
                        ("playing", models.UUIDField(null=True)),
                        ("muted", models.BooleanField(default=False)),
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "device_id",
                                "at",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("device_id", models.UUIDField()),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "health_sample",
                    },
                ),
            ],
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
