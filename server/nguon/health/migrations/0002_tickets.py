"""Fault tickets and their history."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import nguon.kernel.ids
from nguon.areas.database.tables import Together

RULES = """
ALTER TABLE health_ticket ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON health_ticket USING (
    (SELECT nguon_everywhere())
    OR (SELECT true FROM devices_device d WHERE d.id = health_ticket.device_id LIMIT 1)
) WITH CHECK (true);
ALTER TABLE health_ticketentry ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON health_ticketentry USING (
    (SELECT nguon_everywhere())
    OR (SELECT true FROM health_ticket t WHERE t.id = health_ticketentry.ticket_id LIMIT 1)
) WITH CHECK (true);
"""
UNDO = "".join(
    f"DROP POLICY within_reach ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
    for table in ("health_ticket", "health_ticketentry")
)


class Migration(migrations.Migration):
    dependencies = [
        ("health", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="Ticket",
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
                        ("title", models.CharField(max_length=160)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Mới lập"),
                                    ("taken", "Đang sửa"),
                                    ("waiting", "Chờ linh kiện"),
                                    ("done", "Đã sửa xong"),
                                    ("cancelled", "Đã bỏ"),
                                ],
                                default="open",
                                max_length=10,
                            ),
                        ),
                        ("due_date", models.DateField()),
                        ("opened_at", models.DateTimeField()),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        ("done", models.TextField(blank=True)),
                        (
                            "alarm",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tickets",
                                to="health.alarm",
                            ),
                        ),
                        (
                            "assignee",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "device",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="devices.device",
                            ),
                        ),
                        (
                            "opened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="TicketEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("open", "Mới lập"),
                                    ("taken", "Đang sửa"),
                                    ("waiting", "Chờ linh kiện"),
                                    ("done", "Đã sửa xong"),
                                    ("cancelled", "Đã bỏ"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("text", models.TextField(blank=True)),
                        ("part", models.CharField(blank=True, max_length=120)),
                        ("quantity", models.PositiveIntegerField(default=0)),
                        ("cost", models.PositiveBigIntegerField(default=0)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "ticket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entries",
                                to="health.ticket",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "ticket entries",
                    },
                ),
                migrations.AddIndex(
                    model_name="ticket",
                    index=models.Index(fields=["device", "-opened_at"], name="ticket_of_device"),
                ),
                migrations.AddIndex(
                    model_name="ticket",
                    index=models.Index(
                        condition=models.Q(("state__in", ("open", "taken", "waiting"))),
                        fields=["due_date"],
                        name="ticket_to_mend",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="ticket",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(models.Q(("done", ""), _negated=True), ("closed_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="ticket_done_says_what",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="ticket",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state__in", ("open", "taken", "waiting"))),
                        fields=("alarm",),
                        name="ticket_once_an_alarm",
                    ),
                ),
                migrations.AddIndex(
                    model_name="ticketentry",
                    index=models.Index(fields=["ticket", "at"], name="ticket_history"),
                ),
            ]
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
