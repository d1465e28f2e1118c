"""Announced work; and hours say how many were away for it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import nguon.areas.database.tables
import nguon.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("devices", "0013_one_loudspeaker"),
        ("health", "0004_room_for_changes"),
        ("stations", "0002_licences_are_told"),
    ]

    operations = [
        nguon.areas.database.tables.CreateModels(
            models=[
                migrations.CreateModel(
                    name="Maintenance",
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
                        ("starts_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
                        ("reason", models.CharField(max_length=300)),
                        ("at", models.DateTimeField()),
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
                            "line",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="devices.registered",
                            ),
                        ),
                        (
                            "responsible",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "station",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="stations.station",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "maintenance",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=["ends_at"],
                                name="maintenance_open",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("starts_at__lt", models.F("ends_at"))),
                                name="maintenance_period",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True), name="maintenance_says_why"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("line__isnull", True), ("station__isnull", True), _connector="OR"
                                ),
                                name="maintenance_of_one_thing",
                            ),
                        ],
                    },
                ),
            ],
        ),
        migrations.AddField(
            model_name="areahour",
            name="mended",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
