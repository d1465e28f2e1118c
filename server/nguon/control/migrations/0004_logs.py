"""A box is asked for its log, and what it told; that of the own loudspeakers (docs/adr/015)."""

import django.db.models.deletion
from django.db import migrations, models

import nguon.areas.database.tables

RULES = """
ALTER TABLE control_loganswer ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON control_loganswer USING (
    (SELECT nguon_everywhere())
    OR (SELECT true FROM devices_device d WHERE d.id = control_loganswer.device_id LIMIT 1)
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON control_loganswer;
ALTER TABLE control_loganswer DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("areas", "0001_reach"),
        ("control", "0003_wished"),
        ("devices", "0013_one_loudspeaker"),
    ]

    operations = [
        nguon.areas.database.tables.CreateModels(
            models=[
                migrations.CreateModel(
                    name="LogAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("text", models.TextField()),
                        (
                            "command",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="control.command",
                            ),
                        ),
                        (
                            "device",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="devices.device",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["device", "-at"], name="log_of_device")],
                        "constraints": [
                            models.UniqueConstraint(fields=("command", "device"), name="log_once")
                        ],
                    },
                ),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="command",
            name="command_kind",
        ),
        migrations.AlterField(
            model_name="command",
            name="kind",
            field=models.CharField(
                choices=[
                    ("volume", "Âm lượng"),
                    ("restart", "Khởi động lại"),
                    ("say", "Đọc câu diễn tập"),
                    ("test", "Diễn tập im lặng"),
                    ("logs", "Xin nhật ký máy"),
                ],
                max_length=7,
            ),
        ),
        migrations.AddConstraint(
            model_name="command",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["volume", "restart", "say", "test", "logs"])),
                name="command_kind",
            ),
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
