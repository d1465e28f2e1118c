"""Bulletins, their revisions and decisions, what the newsroom keeps, and the laws of them all."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import nguon.kernel.ids
from nguon.areas.database.tables import CreateModels

# Kept whatever a program does: what is submitted never changes, nobody approves alone, a decision names the
# author and the first approver truly.
LAWS = """
CREATE FUNCTION bulletins_revision_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.submitted_at IS NOT NULL THEN
        RAISE EXCEPTION 'revision % is submitted and cannot be changed', OLD.id;
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER bulletins_revision_fixed BEFORE UPDATE OR DELETE ON bulletins_revision
    FOR EACH ROW EXECUTE FUNCTION bulletins_revision_fixed();

CREATE FUNCTION bulletins_target_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    named uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.revision_id ELSE NEW.revision_id END;
BEGIN
    IF EXISTS (SELECT 1 FROM bulletins_revision WHERE id = named AND submitted_at IS NOT NULL) THEN
        RAISE EXCEPTION 'revision % is submitted, its places cannot be changed', named;
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER bulletins_target_fixed BEFORE INSERT OR UPDATE OR DELETE ON bulletins_target
    FOR EACH ROW EXECUTE FUNCTION bulletins_target_fixed();

CREATE FUNCTION bulletins_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a decision is never changed';
END $$;
CREATE TRIGGER bulletins_approval_fixed BEFORE UPDATE OR DELETE ON bulletins_approval
    FOR EACH ROW EXECUTE FUNCTION bulletins_decided();
CREATE TRIGGER bulletins_withdrawal_fixed BEFORE UPDATE OR DELETE ON bulletins_withdrawal
    FOR EACH ROW EXECUTE FUNCTION bulletins_decided();

-- The author that an approval names is the author of its revision, so that "by <> author" cannot be fooled.
ALTER TABLE bulletins_approval ADD CONSTRAINT approval_names_the_author
    FOREIGN KEY (revision_id, author_id) REFERENCES bulletins_revision (id, author_id)
    DEFERRABLE INITIALLY IMMEDIATE;

CREATE TRIGGER bulletins_secondapproval_fixed BEFORE UPDATE OR DELETE ON bulletins_secondapproval
    FOR EACH ROW EXECUTE FUNCTION bulletins_decided();
ALTER TABLE bulletins_secondapproval ADD CONSTRAINT second_approval_names_the_author
    FOREIGN KEY (revision_id, author_id) REFERENCES bulletins_revision (id, author_id)
    DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE bulletins_secondapproval ADD CONSTRAINT second_approval_names_the_first
    FOREIGN KEY (revision_id, first_by_id) REFERENCES bulletins_approval (revision_id, by_id)
    DEFERRABLE INITIALLY IMMEDIATE;

CREATE TRIGGER bulletins_attachment_fixed BEFORE INSERT OR UPDATE OR DELETE ON bulletins_attachment
    FOR EACH ROW EXECUTE FUNCTION bulletins_target_fixed();
CREATE TRIGGER bulletins_version_fixed BEFORE INSERT OR UPDATE OR DELETE ON bulletins_version
    FOR EACH ROW EXECUTE FUNCTION bulletins_target_fixed();
"""
# The own ones, and those that were submitted for a place in the own areas (docs/adr/015). What comes from
# above is meant for every area that it names, so one target within reach is enough; what is approved for a
# province or the country is read in every commune of it.
RULES = """
CREATE VIEW bulletins_received AS SELECT r.bulletin_id
    FROM bulletins_target t JOIN bulletins_revision r ON r.id = t.revision_id
    WHERE r.submitted_at IS NOT NULL AND t.area::text <@ (SELECT nguon_reach())
    UNION ALL SELECT r.bulletin_id
    FROM bulletins_target t JOIN bulletins_revision r ON r.id = t.revision_id
        JOIN bulletins_bulletin b ON b.id = r.bulletin_id
    WHERE t.area = ANY ((SELECT nguon_above())::text[]) AND t.area::text !~ '^[^.]+[.][^.]+[.]' AND b.state IN ('approved', 'withdrawn')
        AND r.submitted_at IS NOT NULL;

ALTER TABLE bulletins_bulletin ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON bulletins_bulletin USING (
    (SELECT nguon_everywhere()) OR author_id = (SELECT nguon_person())
    OR (SELECT true FROM bulletins_received s WHERE s.bulletin_id = bulletins_bulletin.id LIMIT 1)
) WITH CHECK (true);

ALTER TABLE bulletins_revision ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON bulletins_revision USING (
    (SELECT nguon_everywhere()) OR author_id = (SELECT nguon_person())
    OR (
        submitted_at IS NOT NULL
        AND (SELECT true FROM bulletins_received s WHERE s.bulletin_id = bulletins_revision.bulletin_id LIMIT 1)
    )
) WITH CHECK (true);
"""
# Sounds that people brought: the own ones, and those of bulletins that one may read, in any language.
RULES_OF_UPLOADS = """
ALTER TABLE audio_upload ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON audio_upload USING (
    (SELECT nguon_everywhere()) OR by_id = (SELECT nguon_person())
    OR (SELECT true FROM bulletins_revision r WHERE r.upload_id = audio_upload.id LIMIT 1)
    OR (SELECT true FROM bulletins_version v WHERE v.upload_id = audio_upload.id LIMIT 1)
) WITH CHECK (true);
"""
# Files and versions go with their revision; campaigns and templates are read within reach and from above.
RULES_OF_THE_NEWSROOM = """
ALTER TABLE bulletins_attachment ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON bulletins_attachment USING (
    (SELECT nguon_everywhere()) OR EXISTS (SELECT 1 FROM bulletins_revision r WHERE r.id = revision_id)
) WITH CHECK (true);
ALTER TABLE bulletins_version ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON bulletins_version USING (
    (SELECT nguon_everywhere()) OR EXISTS (SELECT 1 FROM bulletins_revision r WHERE r.id = revision_id)
) WITH CHECK (true);
ALTER TABLE bulletins_campaign ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON bulletins_campaign USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
    OR area = ANY ((SELECT nguon_above())::text[])
) WITH CHECK (true);
ALTER TABLE bulletins_template ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON bulletins_template USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
    OR area = ANY ((SELECT nguon_above())::text[])
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON audio_upload;
ALTER TABLE audio_upload DISABLE ROW LEVEL SECURITY;
DROP VIEW bulletins_received CASCADE;
ALTER TABLE bulletins_secondapproval DROP CONSTRAINT second_approval_names_the_first;
DROP FUNCTION bulletins_decided(), bulletins_target_fixed(), bulletins_revision_fixed() CASCADE;
"""


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("bulletins", "0001_initial"),
        ("bulletins", "0002_initial"),
        ("bulletins", "0003_laws"),
        ("bulletins", "0004_second_approval"),
        ("bulletins", "0005_second_approval_laws"),
        ("bulletins", "0006_second_decision"),
        ("bulletins", "0007_areas_by_bytes"),
        ("bulletins", "0008_hearing"),
        ("bulletins", "0009_origins"),
        ("bulletins", "0010_manner"),
        ("bulletins", "0011_row_security"),
        ("bulletins", "0012_row_security_of_uploads"),
        ("bulletins", "0013_newsroom"),
        ("bulletins", "0014_newsroom_laws"),
        ("bulletins", "0015_programme"),
        ("bulletins", "0016_library"),
        ("bulletins", "0017_recordings_of_versions"),
        ("bulletins", "0018_supplied"),
        ("bulletins", "0019_review_rules"),
    ]
    dependencies = [
        ("audio", "0005_joined"),
        ("devices", "0007_areas_by_bytes"),
        ("organisations", "0009_own_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("areas", "0001_reach"),
    ]
    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Bulletin",
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
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Đang soạn"),
                                    ("submitted", "Chờ duyệt"),
                                    ("returned", "Trả lại"),
                                    ("approved", "Đã duyệt"),
                                    ("withdrawn", "Đã thu hồi"),
                                ],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("changed_at", models.DateTimeField()),
                        (
                            "author",
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
                            "origin",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="descendants",
                                to="bulletins.bulletin",
                            ),
                        ),
                        (
                            "origin_kind",
                            models.CharField(
                                blank=True,
                                choices=[("copy", "Soạn lại"), ("correction", "Đính chính")],
                                max_length=10,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["state", "-changed_at"], name="bulletin_state_changed"),
                            models.Index(fields=["area"], name="bulletin_area"),
                            models.Index(fields=["-changed_at", "-id"], name="bulletin_changed"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["draft", "submitted", "returned", "approved", "withdrawn"])
                                ),
                                name="bulletin_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("origin__isnull", True), ("origin_kind", "")),
                                    models.Q(
                                        ("origin__isnull", False),
                                        ("origin_kind__in", ["copy", "correction"]),
                                        models.Q(("origin", models.F("id")), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="bulletin_origin_and_its_kind",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Withdrawal",
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
                        ("at", models.DateTimeField()),
                        ("reason", models.TextField()),
                        (
                            "bulletin",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="withdrawal",
                                to="bulletins.bulletin",
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
                    ],
                ),
                migrations.CreateModel(
                    name="Campaign",
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
                        ("number", models.CharField(blank=True, max_length=20)),
                        ("title", models.CharField(max_length=300)),
                        ("decision", models.CharField(blank=True, max_length=120)),
                        ("signed_on", models.DateField(blank=True, null=True)),
                        ("issued_by", models.CharField(blank=True, max_length=200)),
                        ("first_day", models.DateField(blank=True, null=True)),
                        ("last_day", models.DateField(blank=True, null=True)),
                        ("search", models.TextField(blank=True)),
                        ("made_at", models.DateTimeField()),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisations.place",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["area"], name="campaign_area")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("title", ""), _negated=True), name="campaign_has_a_title"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("first_day__isnull", True),
                                    ("last_day__isnull", True),
                                    ("last_day__gte", models.F("first_day")),
                                    _connector="OR",
                                ),
                                name="campaign_ends_after_it_begins",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("place__isnull", True), models.Q(("number", ""), _negated=True)
                                ),
                                fields=("number",),
                                name="campaign_number_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Revision",
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
                        ("number", models.PositiveIntegerField(default=1)),
                        ("title", models.CharField(blank=True, max_length=200)),
                        ("summary", models.CharField(blank=True, max_length=500)),
                        (
                            "topic",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Thông tin chung"),
                                    (2, "Thông tin đột xuất"),
                                    (3, "Đường lối, chủ trương của Đảng, chính sách, pháp luật của Nhà nước"),
                                    (4, "Chỉ đạo, điều hành của cấp ủy, chính quyền cơ sở"),
                                    (5, "Kiến thức khoa học, kỹ thuật, kinh tế, văn hóa, xã hội"),
                                    (6, "Gương người tốt, việc tốt, điển hình tiên tiến"),
                                ],
                                default=1,
                            ),
                        ),
                        (
                            "essential",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Không thuộc thông tin thiết yếu"),
                                    (
                                        "a-policy",
                                        "Chủ trương của Đảng, pháp luật của Nhà nước, quy định của địa phương",
                                    ),
                                    ("a-events", "Sự kiện quan trọng của địa phương"),
                                    (
                                        "b-projects",
                                        "Dự án, chương trình kinh tế - xã hội liên quan người dân",
                                    ),
                                    (
                                        "b-knowledge",
                                        "Chính trị, kinh tế, văn hóa, xã hội, khoa học, kỹ thuật",
                                    ),
                                    ("b-security", "Quốc phòng, an ninh, trật tự, an toàn xã hội"),
                                    ("b-disaster", "Thiên tai, cứu nạn, cháy nổ, khẩn cấp, dịch bệnh"),
                                    ("b-examples", "Gương người tốt, việc tốt"),
                                    ("b-wrongdoing", "Đấu tranh với vi phạm pháp luật, hiện tượng tiêu cực"),
                                    ("b-products", "Sản phẩm, hàng hóa"),
                                ],
                                default="",
                                max_length=20,
                            ),
                        ),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "Khẩn cấp"), (2, "Ưu tiên"), (3, "Thông thường")], default=3
                            ),
                        ),
                        (
                            "content_type",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Ký tự"),
                                    (2, "Hình ảnh"),
                                    (3, "Âm thanh"),
                                    (4, "Video"),
                                    (5, "Trực tiếp"),
                                ],
                                default=3,
                            ),
                        ),
                        ("source", models.CharField(blank=True, max_length=200)),
                        ("text", models.TextField(blank=True)),
                        ("spoken_text", models.TextField(blank=True)),
                        ("voice", models.CharField(blank=True, max_length=80)),
                        ("speed", models.PositiveSmallIntegerField(default=120)),
                        (
                            "timing",
                            models.CharField(
                                choices=[
                                    ("now", "Phát ngay khi được duyệt"),
                                    ("at", "Vào một ngày giờ"),
                                    ("repeat", "Lặp lại"),
                                    ("programme", "Theo chương trình của xã"),
                                ],
                                default="now",
                                max_length=10,
                            ),
                        ),
                        ("starts_at", models.DateTimeField(blank=True, null=True)),
                        ("rrule", models.TextField(blank=True)),
                        ("until_at", models.DateTimeField(blank=True, null=True)),
                        ("content_sha256", models.CharField(blank=True, max_length=64)),
                        ("search", models.TextField(blank=True)),
                        ("made_at", models.DateTimeField()),
                        ("submitted_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "bulletin",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="revisions",
                                to="bulletins.bulletin",
                            ),
                        ),
                        (
                            "media",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="audio.media",
                            ),
                        ),
                        (
                            "rendering",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="audio.rendering",
                            ),
                        ),
                        (
                            "upload",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="audio.upload",
                            ),
                        ),
                        ("jingle", models.CharField(blank=True, default="", max_length=20)),
                        ("pause_ms", models.PositiveSmallIntegerField(default=0)),
                        ("spoken_own", models.BooleanField(default=False)),
                        ("author_name", models.CharField(blank=True, max_length=120)),
                        ("details", models.JSONField(blank=True, default=list)),
                        ("language", models.CharField(default="vie", max_length=3)),
                        ("live_minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("more_sha256", models.CharField(blank=True, default="", max_length=64)),
                        ("pen_name", models.CharField(blank=True, max_length=80)),
                        ("produced_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "campaign",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="bulletins.campaign",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                fields=["search"], name="revision_search", opclasses=["gin_trgm_ops"]
                            ),
                            models.Index(
                                condition=models.Q(("language", "vie"), _negated=True),
                                fields=["language"],
                                name="revision_language",
                            ),
                            models.Index(
                                condition=models.Q(("priority", 3), _negated=True),
                                fields=["priority"],
                                name="revision_priority",
                            ),
                            models.Index(
                                condition=models.Q(("content_type", 3), _negated=True),
                                fields=["content_type"],
                                name="revision_type",
                            ),
                            models.Index(
                                condition=models.Q(("essential", ""), _negated=True),
                                fields=["essential"],
                                name="revision_essential",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("bulletin", "number"), name="revision_number_once"
                            ),
                            models.UniqueConstraint(fields=("id", "author"), name="revision_and_author"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("submitted_at__isnull", True),
                                    models.Q(
                                        models.Q(
                                            ("media__isnull", False),
                                            ("content_type__in", (1, 2, 5)),
                                            _connector="OR",
                                        ),
                                        models.Q(("content_sha256", ""), _negated=True),
                                        models.Q(("title", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="revision_submitted_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("submitted_at__isnull", True),
                                    ("timing__in", ["now", "programme"]),
                                    ("starts_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="revision_submitted_with_a_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Target",
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
                                choices=[("place", "Địa bàn"), ("group", "Nhóm loa"), ("device", "Cụm loa")],
                                max_length=6,
                            ),
                        ),
                        ("area", models.CharField(db_collation="C", max_length=120)),
                        ("target", models.CharField(max_length=120)),
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
                        (
                            "group",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="devices.devicegroup",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisations.place",
                            ),
                        ),
                        (
                            "revision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="targets",
                                to="bulletins.revision",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["target"], name="target_target"),
                            models.Index(fields=["area"], name="target_area"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("revision", "target"), name="target_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("device__isnull", True),
                                        ("group__isnull", True),
                                        ("kind", "place"),
                                        ("place__isnull", False),
                                    ),
                                    models.Q(
                                        ("device__isnull", True),
                                        ("group__isnull", False),
                                        ("kind", "group"),
                                        ("place__isnull", True),
                                    ),
                                    models.Q(
                                        ("device__isnull", False),
                                        ("group__isnull", True),
                                        ("kind", "device"),
                                        ("place__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="target_is_one_thing",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Approval",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "decision",
                            models.CharField(
                                choices=[("approve", "Duyệt"), ("return", "Trả lại")], max_length=8
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("reason", models.TextField(blank=True)),
                        ("content_sha256", models.CharField(max_length=64)),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                            "revision",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="approval",
                                to="bulletins.revision",
                            ),
                        ),
                        ("authenticator_data", models.TextField(blank=True)),
                        ("client_data", models.TextField(blank=True)),
                        ("credential_id", models.CharField(blank=True, max_length=1400)),
                        ("signature", models.TextField(blank=True)),
                        ("heard_ms", models.PositiveIntegerField(blank=True, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("by", models.F("author")), _negated=True),
                                name="approval_by_a_second_person",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decision", "approve"),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="approval_return_has_reason",
                            ),
                            models.UniqueConstraint(fields=("revision", "by"), name="approval_and_person"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SecondApproval",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("credential_id", models.CharField(blank=True, max_length=1400)),
                        ("authenticator_data", models.TextField(blank=True)),
                        ("client_data", models.TextField(blank=True)),
                        ("signature", models.TextField(blank=True)),
                        ("at", models.DateTimeField()),
                        ("content_sha256", models.CharField(max_length=64)),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                            "first_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "revision",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="second_approval",
                                to="bulletins.revision",
                            ),
                        ),
                        (
                            "decision",
                            models.CharField(
                                choices=[("approve", "Duyệt"), ("return", "Trả lại")],
                                default="approve",
                                max_length=8,
                            ),
                        ),
                        ("reason", models.TextField(blank=True)),
                        ("heard_ms", models.PositiveIntegerField(blank=True, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("by", models.F("author")), _negated=True),
                                    models.Q(("by", models.F("first_by")), _negated=True),
                                ),
                                name="second_approval_by_a_third_person",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Hearing",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("spans", models.JSONField(default=list)),
                        ("heard_ms", models.PositiveIntegerField(default=0)),
                        ("began_at", models.DateTimeField()),
                        ("changed_at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "revision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="hearings",
                                to="bulletins.revision",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("revision", "by"), name="hearing_once_a_person")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attachment",
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
                        ("sha256", models.CharField(max_length=64)),
                        ("filename", models.CharField(max_length=120)),
                        ("mime", models.CharField(max_length=100)),
                        ("size", models.PositiveIntegerField()),
                        ("added_at", models.DateTimeField()),
                        (
                            "revision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attachments",
                                to="bulletins.revision",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$"), ("size__gt", 0)),
                                name="attachment_whole",
                            ),
                            models.UniqueConstraint(fields=("revision", "sha256"), name="attachment_once"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Template",
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
                        ("name", models.CharField(max_length=120)),
                        ("title", models.CharField(blank=True, max_length=200)),
                        ("summary", models.CharField(blank=True, max_length=500)),
                        ("text", models.TextField(blank=True)),
                        (
                            "topic",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Thông tin chung"),
                                    (2, "Thông tin đột xuất"),
                                    (3, "Đường lối, chủ trương của Đảng, chính sách, pháp luật của Nhà nước"),
                                    (4, "Chỉ đạo, điều hành của cấp ủy, chính quyền cơ sở"),
                                    (5, "Kiến thức khoa học, kỹ thuật, kinh tế, văn hóa, xã hội"),
                                    (6, "Gương người tốt, việc tốt, điển hình tiên tiến"),
                                ],
                                default=1,
                            ),
                        ),
                        (
                            "essential",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Không thuộc thông tin thiết yếu"),
                                    (
                                        "a-policy",
                                        "Chủ trương của Đảng, pháp luật của Nhà nước, quy định của địa phương",
                                    ),
                                    ("a-events", "Sự kiện quan trọng của địa phương"),
                                    (
                                        "b-projects",
                                        "Dự án, chương trình kinh tế - xã hội liên quan người dân",
                                    ),
                                    (
                                        "b-knowledge",
                                        "Chính trị, kinh tế, văn hóa, xã hội, khoa học, kỹ thuật",
                                    ),
                                    ("b-security", "Quốc phòng, an ninh, trật tự, an toàn xã hội"),
                                    ("b-disaster", "Thiên tai, cứu nạn, cháy nổ, khẩn cấp, dịch bệnh"),
                                    ("b-examples", "Gương người tốt, việc tốt"),
                                    ("b-wrongdoing", "Đấu tranh với vi phạm pháp luật, hiện tượng tiêu cực"),
                                    ("b-products", "Sản phẩm, hàng hóa"),
                                ],
                                default="",
                                max_length=20,
                            ),
                        ),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "Khẩn cấp"), (2, "Ưu tiên"), (3, "Thông thường")], default=3
                            ),
                        ),
                        (
                            "content_type",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "Ký tự"),
                                    (2, "Hình ảnh"),
                                    (3, "Âm thanh"),
                                    (4, "Video"),
                                    (5, "Trực tiếp"),
                                ],
                                default=3,
                            ),
                        ),
                        ("rrule", models.TextField(blank=True)),
                        ("days", models.PositiveSmallIntegerField(default=0)),
                        ("made_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
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
                        "indexes": [models.Index(fields=["area"], name="template_area")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("name", ""), _negated=True), name="template_has_a_name"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Version",
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
                        ("language", models.CharField(max_length=3)),
                        ("title", models.CharField(blank=True, max_length=200)),
                        ("text", models.TextField(blank=True)),
                        (
                            "revision",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="bulletins.revision",
                            ),
                        ),
                        (
                            "upload",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="audio.upload",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("revision", "language"), name="version_once_a_language"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReviewRule",
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
                            "topic",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[
                                    (1, "Thông tin chung"),
                                    (2, "Thông tin đột xuất"),
                                    (3, "Đường lối, chủ trương của Đảng, chính sách, pháp luật của Nhà nước"),
                                    (4, "Chỉ đạo, điều hành của cấp ủy, chính quyền cơ sở"),
                                    (5, "Kiến thức khoa học, kỹ thuật, kinh tế, văn hóa, xã hội"),
                                    (6, "Gương người tốt, việc tốt, điển hình tiên tiến"),
                                ],
                                null=True,
                            ),
                        ),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[(1, "Khẩn cấp"), (2, "Ưu tiên"), (3, "Thông thường")],
                                null=True,
                            ),
                        ),
                        ("second", models.BooleanField(default=False)),
                        ("hours", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("made_at", models.DateTimeField()),
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
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
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
                        "indexes": [models.Index(fields=["area"], name="review_rule_area")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("second", True), ("hours__isnull", False), _connector="OR"
                                ),
                                name="review_rule_asks_something",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="review_rule_ended_by_somebody",
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL([LAWS, RULES, RULES_OF_UPLOADS, RULES_OF_THE_NEWSROOM], UNDO),
    ]
