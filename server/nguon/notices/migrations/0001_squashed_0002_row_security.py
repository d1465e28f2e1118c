"""Notices are their person's alone (docs/adr/015)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import nguon.kernel.ids
from nguon.areas.database.tables import CreateModels

RULES = """
ALTER TABLE notices_notice ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON notices_notice USING (
    (SELECT nguon_everywhere()) OR user_id = (SELECT nguon_person())
) WITH CHECK (true);
ALTER TABLE notices_nomail ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON notices_nomail USING (
    (SELECT nguon_everywhere()) OR user_id = (SELECT nguon_person())
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON notices_notice;
DROP POLICY within_reach ON notices_nomail;
"""


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("notices", "0001_initial"),
        ("notices", "0002_row_security"),
    ]
    dependencies = [
        ("bulletins", "0011_row_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("areas", "0001_reach"),
    ]
    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="NoMail",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=12)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "kind"), name="no_mail_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Notice",
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
                        ("kind", models.CharField(max_length=12)),
                        ("sequence", models.BigIntegerField()),
                        ("at", models.DateTimeField()),
                        ("data", models.JSONField(default=dict)),
                        ("read_at", models.DateTimeField(blank=True, null=True)),
                        ("settled_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "mail",
                            models.CharField(
                                choices=[
                                    ("none", "Không gửi thư"),
                                    ("waiting", "Chờ gửi thư"),
                                    ("sent", "Đã gửi thư"),
                                    ("failed", "Không gửi được thư"),
                                ],
                                default="none",
                                max_length=8,
                            ),
                        ),
                        ("mailed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "bulletin",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="bulletins.bulletin",
                            ),
                        ),
                        (
                            "revision",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="bulletins.revision",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["user", "-at"], name="notice_of_user"),
                            models.Index(
                                condition=models.Q(("read_at__isnull", True), ("settled_at__isnull", True)),
                                fields=["user"],
                                name="notice_unread",
                            ),
                            models.Index(fields=["bulletin", "kind"], name="notice_of_bulletin"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("user", "sequence", "kind"), name="notice_once_a_person"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("mail", "sent"), _negated=True),
                                    ("mailed_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="notice_mailed_when",
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
