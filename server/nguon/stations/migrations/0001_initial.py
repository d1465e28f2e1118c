"""Stations of the own areas, with what hangs on them (docs/adr/015)."""

from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models

import nguon.kernel.ids
from nguon.areas.database.tables import CreateModels

OF_STATION = ("covered", "licence")
RULES = """
ALTER TABLE stations_station ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON stations_station USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
) WITH CHECK (true);
""" + "".join(
    f"""
ALTER TABLE stations_{name} ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON stations_{name} USING (
    (SELECT nguon_everywhere())
    OR (SELECT true FROM stations_station s WHERE s.id = stations_{name}.station_id LIMIT 1)
) WITH CHECK (true);
"""
    for name in OF_STATION
)
UNDO = "".join(
    f"DROP POLICY within_reach ON stations_{name}; ALTER TABLE stations_{name} DISABLE ROW LEVEL SECURITY;"
    for name in ("station", *OF_STATION)
)


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("organisations", "0009_own_lists"),
        ("areas", "0001_reach"),
    ]
    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Station",
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
                        ("name", models.CharField(max_length=120)),
                        ("area", models.CharField(db_collation="C", max_length=120)),
                        (
                            "technology",
                            models.CharField(
                                choices=[
                                    ("wired", "Có dây"),
                                    ("fm", "Không dây FM"),
                                    ("it", "Ứng dụng CNTT-VT"),
                                    ("mixed", "Kết hợp"),
                                ],
                                max_length=5,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("working", "Hoạt động tốt"),
                                    ("degraded", "Xuống cấp"),
                                    ("broken", "Hỏng"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "investment",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "–"),
                                    ("new", "Thiết lập mới"),
                                    ("replace", "Thay thế"),
                                    ("extend", "Mở rộng"),
                                ],
                                default="",
                                max_length=7,
                            ),
                        ),
                        ("programme", models.CharField(blank=True, max_length=120)),
                        ("year", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("wired_clusters", models.PositiveIntegerField(default=0)),
                        ("fm_clusters", models.PositiveIntegerField(default=0)),
                        ("integration", models.CharField(blank=True, max_length=120)),
                        ("valid_from", models.DateField()),
                        ("valid_to", models.DateField(blank=True, null=True)),
                        ("ended_reason", models.CharField(blank=True, max_length=300)),
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
                        "indexes": [models.Index(fields=["area"], name="station_area")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("name", ""), _negated=True), name="station_has_name"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("technology__in", ["wired", "fm", "it", "mixed"])),
                                name="station_technology",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["working", "degraded", "broken"])),
                                name="station_state",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_from__lte", models.F("valid_to")),
                                    _connector="OR",
                                ),
                                name="station_period",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("place",),
                                name="station_once_a_commune",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Licence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=60)),
                        ("expires_on", models.DateField()),
                        ("mhz", models.DecimalField(decimal_places=2, max_digits=5)),
                        (
                            "station",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="licences",
                                to="stations.station",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("number", ""), _negated=True), name="licence_has_number"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("mhz__range", (Decimal("54"), Decimal("68")))),
                                name="licence_band",
                            ),
                            models.UniqueConstraint(fields=("station", "number"), name="licence_once"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Covered",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("area", models.CharField(db_collation="C", max_length=120)),
                        (
                            "place",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisations.place",
                            ),
                        ),
                        (
                            "station",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="covered",
                                to="stations.station",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["area"], name="covered_area")],
                        "constraints": [
                            models.UniqueConstraint(fields=("station", "place"), name="covered_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StationStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField()),
                        (
                            "origin",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="onward",
                                to="stations.station",
                            ),
                        ),
                        (
                            "successor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="backward",
                                to="stations.station",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("origin", "successor"), name="stationstep_once"),
                            models.CheckConstraint(
                                condition=models.Q(("origin", models.F("successor")), _negated=True),
                                name="stationstep_onward",
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
