"""Messages for the own areas and those around them; senders and authorisations of the same (docs/adr/015)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import nguon.kernel.ids
from nguon.areas.database.tables import CreateModels

# A warning for the whole province is for its communes too. Of a message that names no known area everybody
# around its sender is told.
AROUND = "area::text <@ (SELECT nguon_reach()) OR area = ANY ((SELECT nguon_above())::text[])"
RULES = f"""
CREATE VIEW cap_meant AS SELECT a.message_id FROM cap_aim a WHERE a.{AROUND.replace("OR area", "OR a.area")};
CREATE VIEW cap_placed AS SELECT a.message_id FROM cap_aim a WHERE a.sure;
CREATE VIEW cap_near AS SELECT s.id FROM cap_sender s WHERE s.{AROUND.replace("OR area", "OR s.area")};

ALTER TABLE cap_received ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON cap_received USING (
    (SELECT nguon_everywhere())
    OR (SELECT true FROM cap_meant m WHERE m.message_id = cap_received.id LIMIT 1)
    OR (
        NOT EXISTS (SELECT true FROM cap_placed p WHERE p.message_id = cap_received.id)
        AND EXISTS (SELECT true FROM cap_near n WHERE n.id = cap_received.sender_id)
    )
) WITH CHECK (true);

ALTER TABLE cap_sender ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON cap_sender USING (
    (SELECT nguon_everywhere()) OR {AROUND}
    OR EXISTS (SELECT true FROM cap_received r WHERE r.sender_id = cap_sender.id)
) WITH CHECK (true);

ALTER TABLE cap_authorisation ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON cap_authorisation USING (
    (SELECT nguon_everywhere()) OR {AROUND}
) WITH CHECK (true);

ALTER TABLE cap_decision ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON cap_decision USING (
    (SELECT nguon_everywhere()) OR by_id = (SELECT nguon_person()) OR {AROUND}
) WITH CHECK (true);
"""
TABLES = ("cap_received", "cap_sender", "cap_authorisation", "cap_decision")
UNDO = (
    "".join(
        f"DROP POLICY within_reach ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
        for table in TABLES
    )
    + "DROP VIEW cap_meant; DROP VIEW cap_placed; DROP VIEW cap_near;"
)


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("organisations", "0001_squashed_0009_own_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("areas", "0001_reach"),
    ]
    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Sender",
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
                        ("name", models.CharField(max_length=100)),
                        ("sender", models.CharField(max_length=300)),
                        ("area", models.CharField(db_collation="C", max_length=120)),
                        ("feed", models.CharField(blank=True, max_length=500)),
                        ("token_sha256", models.CharField(blank=True, max_length=64)),
                        ("certificate", models.TextField(blank=True)),
                        ("made_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("asked_at", models.DateTimeField(blank=True, null=True)),
                        ("fault", models.CharField(blank=True, max_length=300)),
                        ("seen", models.JSONField(default=list)),
                        (
                            "made_by",
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
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("sender",),
                                name="cap_sender_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("token_sha256", ""), _negated=True),
                                fields=("token_sha256",),
                                name="cap_token_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("token_sha256", ""), _negated=True),
                                    models.Q(("feed", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="cap_sender_has_a_way_in",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Received",
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
                        ("identifier", models.CharField(max_length=300)),
                        ("sent", models.DateTimeField()),
                        ("kind", models.CharField(max_length=8)),
                        (
                            "nature",
                            models.CharField(
                                choices=[
                                    ("real", "Thật"),
                                    ("exercise", "Diễn tập: chỉ được thành bản tin diễn tập"),
                                    ("system", "Tin của hệ thống: không phát"),
                                    ("test", "Thử kỹ thuật: không phát"),
                                    ("draft", "Bản nháp: không phát"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "hazard",
                            models.CharField(
                                choices=[
                                    ("storm", "Bão, áp thấp nhiệt đới"),
                                    ("flood", "Lũ, ngập lụt"),
                                    ("landslide", "Sạt lở, lũ quét"),
                                    ("tsunami", "Sóng thần"),
                                    ("fire", "Cháy"),
                                    ("epidemic", "Dịch bệnh"),
                                    ("evacuation", "Sơ tán"),
                                    ("other", "Hiểm họa khác"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "weight",
                            models.CharField(
                                choices=[
                                    ("urgent", "Khẩn cấp: phát ngay"),
                                    ("priority", "Ưu tiên"),
                                    ("ordinary", "Thông thường"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("title", models.CharField(blank=True, max_length=300)),
                        ("text", models.TextField(blank=True)),
                        ("expires_at", models.DateTimeField(blank=True, null=True)),
                        ("xml", models.BinaryField()),
                        ("signed", models.BooleanField(default=False)),
                        (
                            "way",
                            models.CharField(
                                choices=[("post", "Nơi gửi gửi đến"), ("feed", "Lấy từ nguồn tin")],
                                max_length=4,
                            ),
                        ),
                        ("received_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Chờ quyết định"),
                                    ("decided", "Đã quyết định"),
                                    ("closed", "Đã đóng"),
                                    ("noted", "Chỉ ghi nhận"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "why",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("test", "tin thử kỹ thuật, không bao giờ phát"),
                                    ("draft", "bản nháp, không bao giờ phát"),
                                    ("system", "tin của hệ thống, không phát"),
                                    ("ack", "nơi gửi báo đã nhận"),
                                    ("error", "nơi gửi báo lỗi"),
                                    ("elsewhere", "không có địa bàn nào của hệ thống này"),
                                    ("expired", "đã hết hạn"),
                                    ("old", "gửi đã quá lâu mà không ghi hạn"),
                                    ("cancelled", "nơi gửi đã hủy tin này"),
                                    ("updated", "nơi gửi đã thay bằng tin mới"),
                                    (
                                        "unseen",
                                        "hủy một tin chưa từng nhận; nếu tin ấy đến sau thì cũng không phát",
                                    ),
                                    ("taken_back", "đã hủy một tin chưa ai quyết định"),
                                    ("empty", "không có nội dung để phát"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("unknown", models.JSONField(default=list)),
                        (
                            "closed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="cap.received",
                            ),
                        ),
                        (
                            "sender",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="received",
                                to="cap.sender",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["state", "-received_at"], name="cap_received_state"),
                            models.Index(fields=["-received_at"], name="cap_received_newest"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("sender", "identifier", "sent"), name="cap_received_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["waiting", "decided"]),
                                    models.Q(("why", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="cap_over_has_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["waiting", "decided"]), _negated=True),
                                    ("nature__in", ["real", "exercise"]),
                                    _connector="OR",
                                ),
                                name="cap_test_is_never_real",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Authorisation",
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
                            "hazard",
                            models.CharField(
                                choices=[
                                    ("storm", "Bão, áp thấp nhiệt đới"),
                                    ("flood", "Lũ, ngập lụt"),
                                    ("landslide", "Sạt lở, lũ quét"),
                                    ("tsunami", "Sóng thần"),
                                    ("fire", "Cháy"),
                                    ("epidemic", "Dịch bệnh"),
                                    ("evacuation", "Sơ tán"),
                                    ("other", "Hiểm họa khác"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("area", models.CharField(db_collation="C", max_length=120)),
                        ("first_day", models.DateField()),
                        ("last_day", models.DateField()),
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
                            "officer",
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
                            "sender",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="authorisations",
                                to="cap.sender",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("first_day__lte", models.F("last_day"))),
                                name="cap_authorised_days",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("sender", "hazard", "area"),
                                name="cap_authorised_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Decision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("area", models.CharField(db_collation="C", max_length=120)),
                        (
                            "verdict",
                            models.CharField(
                                choices=[
                                    ("alert", "Lập báo động khẩn cấp"),
                                    ("drill", "Lập bản tin diễn tập"),
                                    ("stop", "Đã xử lý báo động đang chạy theo tin này"),
                                    ("ignore", "Không phát"),
                                ],
                                max_length=6,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=300)),
                        ("alert", models.UUIDField(blank=True, null=True)),
                        ("at", models.DateTimeField()),
                        (
                            "authorisation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="cap.authorisation",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "message",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="cap.received",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["alert"], name="cap_decision_alert")],
                        "constraints": [
                            models.UniqueConstraint(fields=("message", "area"), name="cap_decided_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("verdict", "ignore"), _negated=True),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="cap_ignored_with_a_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("verdict__in", ["alert", "drill"]), _negated=True),
                                    ("alert__isnull", False),
                                    _connector="OR",
                                ),
                                name="cap_decided_has_alert",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Aim",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("area", models.CharField(db_collation="C", max_length=120)),
                        ("sure", models.BooleanField(default=True)),
                        ("because", models.CharField(blank=True, max_length=300)),
                        (
                            "message",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="aims",
                                to="cap.received",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["area"], name="cap_aim_area")],
                        "constraints": [
                            models.UniqueConstraint(fields=("message", "area"), name="cap_aim_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reference",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("sender", models.CharField(max_length=300)),
                        ("identifier", models.CharField(max_length=300)),
                        ("sent", models.DateTimeField()),
                        (
                            "message",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="references",
                                to="cap.received",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["identifier", "sent"], name="cap_reference_of")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("message", "sender", "identifier", "sent"), name="cap_reference_once"
                            )
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
