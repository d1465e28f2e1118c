"""Answers to what is supplied from above: those of the own areas (docs/adr/015)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import nguon.kernel.ids
from nguon.areas.database.tables import CreateModels

RULES = """
ALTER TABLE supply_answer ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON supply_answer USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON supply_answer;
"""


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("supply", "0001_initial"),
        ("supply", "0002_row_security"),
    ]
    dependencies = [
        ("bulletins", "0018_supplied"),
        ("organisations", "0009_own_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("areas", "0001_reach"),
    ]
    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Answer",
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
                        (
                            "reply",
                            models.CharField(
                                choices=[
                                    ("taken", "Đã xếp vào chương trình"),
                                    ("declined", "Không dùng"),
                                    ("asked", "Trùng giờ, chờ xã chọn thứ tự"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=300)),
                        ("by_default", models.BooleanField(default=False)),
                        ("at", models.DateTimeField()),
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
                        "indexes": [models.Index(fields=["area", "-at"], name="answer_of_area")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("revision", "area"), name="answer_once_a_commune"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("reply", "declined"), _negated=True),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="answer_declined_with_a_reason",
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
