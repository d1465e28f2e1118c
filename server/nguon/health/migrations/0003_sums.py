"""Sums by area and day, looks by commune and hour."""

from django.db import migrations, models

from nguon.areas.database.tables import Together

RULES = "".join(
    f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON {table} USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
) WITH CHECK (true);
"""
    for table in ("health_areaday", "health_areahour")
)
UNDO = "".join(
    f"DROP POLICY within_reach ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
    for table in ("health_areaday", "health_areahour")
)


class Migration(migrations.Migration):
    dependencies = [
        ("health", "0002_tickets"),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="AreaHour",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "area", "hour", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("area", models.CharField(db_collation="C", max_length=120)),
                        ("hour", models.DateTimeField()),
                        ("total", models.PositiveIntegerField()),
                        ("online", models.PositiveIntegerField()),
                        ("playing", models.PositiveIntegerField()),
                        ("wrong", models.PositiveIntegerField()),
                    ],
                    options={
                        "db_table": "health_areahour",
                    },
                ),
                migrations.CreateModel(
                    name="AreaDay",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "area", "day", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("area", models.CharField(db_collation="C", max_length=120)),
                        ("day", models.DateField()),
                        ("heard", models.PositiveIntegerField()),
                        ("played", models.PositiveIntegerField()),
                        ("partly", models.PositiveIntegerField()),
                        ("refused", models.PositiveIntegerField()),
                        ("seconds", models.PositiveBigIntegerField()),
                    ],
                    options={
                        "db_table": "health_areaday",
                        "indexes": [models.Index(fields=["day", "area"], name="health_day")],
                    },
                ),
            ]
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
