"""Loudspeakers, groups, the register and boxes that joined: those of the own areas (docs/adr/015)."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import nguon.kernel.ids
from nguon.areas.database.tables import CreateModels

# PostgreSQL from the wheel has no ICU, so the order is a column of bytes; a trigger keeps the place's words.
TRIGGERS = """
CREATE FUNCTION devices_device_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.search := split_part(NEW.search, ' | ', 1) || ' | '
        || coalesce((SELECT btrim(search) FROM organisations_place WHERE id = NEW.place_id), '');
    RETURN NEW;
END $$;
CREATE TRIGGER devices_device_words BEFORE INSERT OR UPDATE OF search, place_id ON devices_device
    FOR EACH ROW EXECUTE FUNCTION devices_device_words();
CREATE FUNCTION devices_place_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE devices_device SET search = search WHERE place_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER devices_place_words AFTER UPDATE OF search ON organisations_place
    FOR EACH ROW WHEN (OLD.search IS DISTINCT FROM NEW.search) EXECUTE FUNCTION devices_place_words();
"""
# A box that only asks to join is nobody's yet: whoever reads its code vouches for it.
RULES = """
ALTER TABLE devices_device ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON devices_device USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
) WITH CHECK (true);

ALTER TABLE devices_devicegroup ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON devices_devicegroup USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
) WITH CHECK (true);

ALTER TABLE devices_registered ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON devices_registered USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
) WITH CHECK (true);

ALTER TABLE devices_claim ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON devices_claim USING (
    (SELECT nguon_everywhere()) OR device_id IS NULL
    OR (SELECT true FROM devices_device d WHERE d.id = devices_claim.device_id LIMIT 1)
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON devices_claim;
DROP FUNCTION devices_device_words(), devices_place_words() CASCADE;
"""


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("devices", "0001_initial"),
        ("devices", "0002_revocation"),
        ("devices", "0003_rejoined"),
        ("devices", "0004_found_and_sorted"),
        ("devices", "0005_indexes_of_lists"),
        ("devices", "0006_groups_end"),
        ("devices", "0007_areas_by_bytes"),
        ("devices", "0008_register"),
        ("devices", "0009_row_security"),
        ("devices", "0010_row_security_of_register"),
    ]
    dependencies = [
        ("organisations", "0007_source_oddities"),
        ("areas", "0001_reach"),
    ]
    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Device",
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
                            "device_class",
                            models.CharField(
                                choices=[
                                    ("A", "A: có đồng hồ pin, tự kiểm chữ ký"),
                                    ("B", "B: không có đồng hồ pin, tự kiểm chữ ký"),
                                    ("L", "L: không xác thực"),
                                ],
                                default="A",
                                max_length=1,
                            ),
                        ),
                        ("model", models.CharField(blank=True, max_length=80)),
                        ("serial", models.CharField(blank=True, max_length=80)),
                        ("public_key", models.CharField(max_length=200)),
                        ("alg", models.CharField(max_length=10)),
                        ("volume", models.PositiveSmallIntegerField(default=80)),
                        ("enrolled_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(blank=True, null=True)),
                        ("online", models.BooleanField(default=False)),
                        ("last_seen_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "clock_state",
                            models.CharField(
                                choices=[
                                    ("SYNCED", "đồng hồ đúng"),
                                    ("HOLDOVER", "đồng hồ pin"),
                                    ("UNKNOWN", "chưa biết giờ"),
                                ],
                                default="UNKNOWN",
                                max_length=10,
                            ),
                        ),
                        ("playing_item", models.UUIDField(blank=True, null=True)),
                        ("playing_since", models.DateTimeField(blank=True, null=True)),
                        ("agent", models.CharField(blank=True, max_length=40)),
                        ("acknowledged_n", models.PositiveBigIntegerField(default=0)),
                        (
                            "place",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisations.place",
                            ),
                        ),
                        ("cut_off_at", models.DateTimeField(blank=True, null=True)),
                        ("revoked_n", models.PositiveBigIntegerField(blank=True, null=True)),
                        ("revoked_reason", models.CharField(blank=True, max_length=300)),
                        ("rejoined_at", models.DateTimeField(blank=True, null=True)),
                        ("search", models.CharField(default="", editable=False, max_length=760)),
                        ("sort_key", models.BinaryField(default=b"")),
                    ],
                    options={
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                fields=["search"], name="device_search", opclasses=["gin_trgm_ops"]
                            ),
                            models.Index(
                                condition=models.Q(("revoked_at__isnull", True)),
                                fields=["sort_key", "id"],
                                name="device_in_order",
                            ),
                            models.Index(fields=["area"], name="device_area_prefix"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("volume__lte", 100)), name="device_volume_percent"
                            ),
                            models.UniqueConstraint(fields=("public_key",), name="device_key_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("revoked_at__isnull", False),
                                    models.Q(("revoked_n__isnull", True), ("revoked_reason", "")),
                                    _connector="OR",
                                ),
                                name="device_number_when_revoked",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("cut_off_at__isnull", True),
                                    ("revoked_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="device_cut_off_when_revoked",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Claim",
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
                        ("code_hash", models.CharField(db_index=True, max_length=64)),
                        ("public_key", models.CharField(max_length=200)),
                        ("alg", models.CharField(max_length=10)),
                        ("fingerprint", models.CharField(max_length=64)),
                        ("model", models.CharField(blank=True, max_length=80)),
                        ("serial", models.CharField(blank=True, max_length=80)),
                        ("made_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("used_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "device",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="devices.device",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("device__isnull", True), ("used_at__isnull", True)),
                                    models.Q(("device__isnull", False), ("used_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="claim_used_by_a_device",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DeviceGroup",
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
                            "devices",
                            models.ManyToManyField(blank=True, related_name="groups", to="devices.device"),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisations.place",
                            ),
                        ),
                        ("search", models.CharField(default="", editable=False, max_length=760)),
                        ("sort_key", models.BinaryField(default=b"")),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["area"], name="group_area")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("place", "name"),
                                name="group_name_once_in_a_commune",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Registered",
                    fields=[
                        ("name", models.CharField(max_length=120)),
                        ("search", models.CharField(default="", editable=False, max_length=760)),
                        ("sort_key", models.BinaryField(default=b"")),
                        (
                            "id",
                            models.UUIDField(
                                default=nguon.kernel.ids.uuid7,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("serial", models.CharField(max_length=80)),
                        ("area", models.CharField(db_collation="C", max_length=120)),
                        (
                            "device_class",
                            models.CharField(
                                choices=[
                                    ("A", "A: có đồng hồ pin, tự kiểm chữ ký"),
                                    ("B", "B: không có đồng hồ pin, tự kiểm chữ ký"),
                                    ("L", "L: không xác thực"),
                                ],
                                default="A",
                                max_length=1,
                            ),
                        ),
                        ("maker", models.CharField(blank=True, max_length=80)),
                        ("model", models.CharField(blank=True, max_length=80)),
                        ("sim", models.CharField(blank=True, max_length=20)),
                        ("latitude", models.FloatField(blank=True, null=True)),
                        ("longitude", models.FloatField(blank=True, null=True)),
                        ("households", models.PositiveIntegerField(blank=True, null=True)),
                        ("made_at", models.DateTimeField()),
                        (
                            "device",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="registered",
                                to="devices.device",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisations.agency",
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
                        "indexes": [
                            models.Index(fields=["area"], name="registered_area"),
                            models.Index(fields=["sort_key", "id"], name="registered_in_order"),
                            django.contrib.postgres.indexes.GinIndex(
                                fields=["search"], name="registered_search", opclasses=["gin_trgm_ops"]
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("serial", ""), _negated=True),
                                name="registered_has_serial",
                            ),
                            models.UniqueConstraint(
                                django.db.models.functions.text.Upper("serial"), name="registered_serial_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                                    models.Q(
                                        ("latitude__range", (-90, 90)), ("longitude__range", (-180, 180))
                                    ),
                                    _connector="OR",
                                ),
                                name="registered_position",
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL([TRIGGERS, RULES], UNDO),
    ]
