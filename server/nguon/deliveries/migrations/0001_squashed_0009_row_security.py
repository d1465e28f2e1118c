"""Signed documents and receipts; what the loudspeakers of the own areas proved, and who made them silent
(docs/adr/015)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import nguon.kernel.ids
from nguon.areas.database.tables import CreateModels

# Receipts are evidence: nobody changes or removes one.
LAW = """
CREATE FUNCTION deliveries_receipt_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'receipts are append-only';
END $$;
CREATE TRIGGER deliveries_receipt_fixed BEFORE UPDATE OR DELETE ON deliveries_receipt
    FOR EACH ROW EXECUTE FUNCTION deliveries_receipt_fixed();
"""
# The table of loudspeakers has its own policy, which holds inside these too.
RULES = """
ALTER TABLE deliveries_delivery ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON deliveries_delivery USING (
    (SELECT nguon_everywhere())
    OR (SELECT true FROM devices_device d WHERE d.id = deliveries_delivery.device_id LIMIT 1)
) WITH CHECK (true);

ALTER TABLE deliveries_receipt ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON deliveries_receipt USING (
    (SELECT nguon_everywhere())
    OR (SELECT true FROM devices_device d WHERE d.id = deliveries_receipt.device_id LIMIT 1)
) WITH CHECK (true);

ALTER TABLE deliveries_stop ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON deliveries_stop USING (
    (SELECT nguon_everywhere()) OR by_id = (SELECT nguon_person())
    OR area::text <@ (SELECT nguon_reach()) OR area = ANY ((SELECT nguon_above())::text[])
) WITH CHECK (true);
"""
UNDO = """
DROP FUNCTION deliveries_receipt_fixed() CASCADE;
"""


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("deliveries", "0001_initial"),
        ("deliveries", "0002_initial"),
        ("deliveries", "0003_append_only"),
        ("deliveries", "0004_receipt_after_revocation"),
        ("deliveries", "0005_receipt_of_an_attack"),
        ("deliveries", "0006_officers_own"),
        ("deliveries", "0007_areas_by_bytes"),
        ("deliveries", "0008_live"),
        ("deliveries", "0009_row_security"),
    ]
    dependencies = [
        ("broadcasts", "0002_initial"),
        ("devices", "0009_row_security"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("areas", "0001_reach"),
    ]
    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Receipt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("n", models.PositiveBigIntegerField()),
                        ("previous", models.CharField(blank=True, max_length=64)),
                        ("sha256", models.CharField(max_length=64)),
                        ("event", models.CharField(max_length=12)),
                        ("item", models.UUIDField(blank=True, db_index=True, null=True)),
                        ("document", models.CharField(blank=True, max_length=64)),
                        ("at", models.DateTimeField()),
                        ("started_at", models.DateTimeField(blank=True, null=True)),
                        ("seconds_ms", models.PositiveIntegerField(blank=True, null=True)),
                        ("reason", models.CharField(blank=True, max_length=40)),
                        ("clock", models.CharField(max_length=10)),
                        ("envelope", models.TextField()),
                        ("received_at", models.DateTimeField()),
                        ("chained", models.BooleanField(default=True)),
                        (
                            "device",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="devices.device",
                            ),
                        ),
                        ("after_revocation", models.BooleanField(default=False)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["-received_at"], name="receipt_newest"),
                            models.Index(
                                condition=models.Q(
                                    ("event", "refused"), ("reason__in", ["threshold", "rollback"])
                                ),
                                fields=["-received_at"],
                                name="receipt_of_an_attack",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("device", "n"), name="receipt_number_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReleasedMedia",
                    fields=[
                        ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ("released_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="SigningTask",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("plan", "plan"),
                                    ("order", "order"),
                                    ("stop", "stop"),
                                    ("cancel", "cancel"),
                                    ("live", "live"),
                                    ("admit", "admit"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("target", models.CharField(max_length=120)),
                        ("subject", models.UUIDField(blank=True, null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("pending", "Chờ ký"),
                                    ("signing", "Đang ký"),
                                    ("done", "Đã ký"),
                                    ("refused", "Bộ ký từ chối"),
                                ],
                                default="pending",
                                max_length=8,
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        ("attempts", models.PositiveIntegerField(default=0)),
                        ("reason", models.CharField(blank=True, max_length=60)),
                        ("message", models.TextField(blank=True)),
                        ("done_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["pending", "signing"])),
                                fields=["due_at"],
                                name="signing_due",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "plan"), ("state", "pending")),
                                fields=("target",),
                                name="one_plan_request_a_target",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "plan"), _negated=True),
                                fields=("kind", "target", "subject"),
                                name="one_request_a_subject_and_target",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Document",
                    fields=[
                        ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ("type", models.CharField(max_length=10)),
                        ("target", models.CharField(db_index=True, max_length=120)),
                        ("epoch", models.BigIntegerField()),
                        ("v", models.BigIntegerField()),
                        ("issued_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("items", models.JSONField(default=list)),
                        ("envelope", models.TextField()),
                        (
                            "task",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="deliveries.signingtask",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["type", "target", "-epoch", "-v"], name="document_latest")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Stop",
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
                        ("at", models.DateTimeField()),
                        ("reason", models.CharField(blank=True, max_length=300)),
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
                ),
                migrations.CreateModel(
                    name="Delivery",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Chờ gửi"),
                                    ("delivered", "Đã nhận"),
                                    ("playing", "Đang phát"),
                                    ("played", "Đã phát"),
                                    ("partly", "Phát một phần"),
                                    ("refused", "Loa từ chối"),
                                    ("unreachable", "Không liên lạc được"),
                                    ("cancelled", "Đã hủy"),
                                ],
                                default="waiting",
                                max_length=12,
                            ),
                        ),
                        ("seconds_ms", models.PositiveIntegerField(default=0)),
                        ("started_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("reason", models.CharField(blank=True, max_length=40)),
                        ("receipt_n", models.PositiveBigIntegerField(default=0)),
                        ("changed_at", models.DateTimeField()),
                        (
                            "airing",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="broadcasts.airing",
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
                    ],
                    options={
                        "verbose_name_plural": "deliveries",
                        "indexes": [
                            models.Index(fields=["device", "-changed_at"], name="delivery_of_device")
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("airing", "device"), name="delivery_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["refused"]), _negated=True),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="delivery_refused_has_reason",
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL([LAW, RULES], UNDO),
    ]
