"""People, their roles and their keys, and who may see them: those of the own areas, those above them, and oneself
(docs/adr/015)."""

import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.constraints
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import nguon.kernel.ids
from nguon.areas.database.tables import CreateModels

# What a security key is never changes, and an administrator's word stays.
LAWS = """
CREATE FUNCTION accounts_passkey_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.revoked_at IS NOT NULL
        OR (NEW.user_id, NEW.credential_id, NEW.public_key)
            IS DISTINCT FROM (OLD.user_id, OLD.credential_id, OLD.public_key) THEN
        RAISE EXCEPTION 'a security key is revoked, never changed';
    END IF;
    IF NEW.sign_count < OLD.sign_count THEN
        RAISE EXCEPTION 'what a security key has counted never goes back';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_passkey_fixed BEFORE UPDATE OR DELETE ON accounts_passkey
    FOR EACH ROW EXECUTE FUNCTION accounts_passkey_fixed();

CREATE FUNCTION accounts_passkeygrant_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what an administrator touched for is never changed';
END $$;
CREATE TRIGGER accounts_passkeygrant_fixed BEFORE UPDATE OR DELETE ON accounts_passkeygrant
    FOR EACH ROW EXECUTE FUNCTION accounts_passkeygrant_fixed();
"""
# The view belongs to the owner of the tables, so that the policies may look at all roles without end.
RULES = """
CREATE VIEW accounts_near AS SELECT user_id FROM accounts_roleassignment
    WHERE area::text <@ (SELECT nguon_reach()) OR area = ANY ((SELECT nguon_above())::text[]);

ALTER TABLE accounts_user ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON accounts_user USING (
    (SELECT nguon_everywhere()) OR id = (SELECT nguon_person()) OR (SELECT nguon_entering())
    OR (SELECT true FROM accounts_near n WHERE n.user_id = accounts_user.id LIMIT 1)
) WITH CHECK (true);

ALTER TABLE accounts_roleassignment ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON accounts_roleassignment USING (
    (SELECT nguon_everywhere()) OR user_id = (SELECT nguon_person()) OR (SELECT nguon_entering())
    OR area::text <@ (SELECT nguon_reach())
    OR (SELECT true FROM accounts_near n WHERE n.user_id = accounts_roleassignment.user_id LIMIT 1)
) WITH CHECK (true);
"""
UNDO = """
DROP VIEW accounts_near CASCADE;
DROP FUNCTION accounts_passkeygrant_fixed(), accounts_passkey_fixed() CASCADE;
"""


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_passkeys"),
        ("accounts", "0003_passkey_laws"),
        ("accounts", "0004_people"),
        ("accounts", "0005_derived_names"),
        ("accounts", "0006_areas_by_bytes"),
        ("accounts", "0007_signing_in"),
        ("accounts", "0008_row_security"),
    ]
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("organisations", "0003_back_assumed"),
        ("areas", "0001_reach"),
    ]
    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="User",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "last_login",
                            models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                        ),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False,
                                help_text="Designates that this user has all permissions without explicitly assigning them.",
                                verbose_name="superuser status",
                            ),
                        ),
                        (
                            "username",
                            models.CharField(
                                error_messages={"unique": "A user with that username already exists."},
                                help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                                max_length=150,
                                unique=True,
                                validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                                verbose_name="username",
                            ),
                        ),
                        (
                            "email",
                            models.EmailField(blank=True, max_length=254, verbose_name="email address"),
                        ),
                        (
                            "is_staff",
                            models.BooleanField(
                                default=False,
                                help_text="Designates whether the user can log into this admin site.",
                                verbose_name="staff status",
                            ),
                        ),
                        (
                            "is_active",
                            models.BooleanField(
                                default=True,
                                help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                                verbose_name="active",
                            ),
                        ),
                        (
                            "date_joined",
                            models.DateTimeField(
                                default=django.utils.timezone.now, verbose_name="date joined"
                            ),
                        ),
                        ("full_name", models.CharField(max_length=100, verbose_name="họ và tên")),
                        (
                            "groups",
                            models.ManyToManyField(
                                blank=True,
                                help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.group",
                                verbose_name="groups",
                            ),
                        ),
                        (
                            "user_permissions",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Specific permissions for this user.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.permission",
                                verbose_name="user permissions",
                            ),
                        ),
                        ("search", models.CharField(default="", editable=False, max_length=260)),
                        ("sort_key", models.BinaryField(default=b"")),
                    ],
                    options={
                        "verbose_name": "tài khoản",
                        "verbose_name_plural": "tài khoản",
                        "indexes": [
                            models.Index(fields=["sort_key", "id"], name="user_in_order"),
                            django.contrib.postgres.indexes.GinIndex(
                                fields=["search"], name="user_search", opclasses=["gin_trgm_ops"]
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("username"),
                                name="user_username_any_case",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("full_name", ""), _negated=True),
                                name="user_has_full_name",
                            ),
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("email"),
                                condition=models.Q(("email", ""), _negated=True),
                                name="user_email_any_case",
                            ),
                        ],
                    },
                    managers=[
                        ("objects", django.contrib.auth.models.UserManager()),
                    ],
                ),
                migrations.CreateModel(
                    name="RoleAssignment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("writer", "Người soạn"),
                                    ("approver", "Người duyệt"),
                                    ("duty", "Trực ban"),
                                    ("operator", "Vận hành đài"),
                                    ("technician", "Kỹ thuật thiết bị"),
                                    ("portal_editor", "Biên tập trang xã"),
                                    ("feedback", "Cán bộ phản ánh"),
                                    ("statistics", "Cán bộ thống kê"),
                                    ("trainer", "Cán bộ đào tạo"),
                                    ("auditor", "Kiểm tra, giám sát"),
                                    ("administrator", "Quản trị"),
                                ],
                                max_length=20,
                                verbose_name="vai trò",
                            ),
                        ),
                        ("area", models.CharField(db_collation="C", max_length=120, verbose_name="địa bàn")),
                        ("valid_from", models.DateField(verbose_name="từ ngày")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="đến hết ngày")),
                        (
                            "place",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisations.place",
                                verbose_name="nơi",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="tài khoản",
                            ),
                        ),
                        (
                            "on_behalf_of",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="thay cho",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "vai trò theo địa bàn",
                        "verbose_name_plural": "vai trò theo địa bàn",
                        "indexes": [
                            models.Index(fields=["user", "role", "area"], name="role_of_user"),
                            models.Index(fields=["role", "area"], name="role_in_area"),
                            models.Index(fields=["area", "user"], name="role_people_in_area"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "role__in",
                                        [
                                            "writer",
                                            "approver",
                                            "duty",
                                            "operator",
                                            "technician",
                                            "portal_editor",
                                            "feedback",
                                            "statistics",
                                            "trainer",
                                            "auditor",
                                            "administrator",
                                        ],
                                    )
                                ),
                                name="role_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("area__regex", "^vn(\\.[0-9]+){0,4}$")), name="role_area"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_from__lte", models.F("valid_to")),
                                    _connector="OR",
                                ),
                                name="role_period",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("on_behalf_of__isnull", True),
                                    models.Q(
                                        ("valid_to__isnull", False),
                                        models.Q(("on_behalf_of", models.F("user")), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="role_delegated_for_days",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[
                                    ("user", "="),
                                    ("role", "="),
                                    ("place", "="),
                                    (
                                        django.db.models.functions.comparison.Coalesce("on_behalf_of_id", 0),
                                        "=",
                                    ),
                                    (
                                        models.Func(
                                            models.F("valid_from"),
                                            models.F("valid_to"),
                                            models.Value("[]"),
                                            function="DATERANGE",
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="role_once_a_day",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Passkey",
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
                        ("name", models.CharField(max_length=60, verbose_name="tên khóa")),
                        ("credential_id", models.CharField(max_length=1400, unique=True)),
                        ("public_key", models.TextField()),
                        ("added_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "revoked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="passkeys",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("sign_count", models.BigIntegerField(default=0)),
                        ("last_used_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "verbose_name": "khóa bảo mật",
                        "verbose_name_plural": "khóa bảo mật",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("revoked_at__isnull", True), ("revoked_by__isnull", True)),
                                    models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="passkey_revoked_by_someone",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PasskeyGrant",
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
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("approver", "Duyệt"),
                                    ("duty", "Trực ban"),
                                    ("administrator", "Quản trị"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("area", models.CharField(db_collation="C", max_length=120)),
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
                            "passkey",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="grants",
                                to="accounts.passkey",
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
                                fields=("passkey", "role", "area"), name="passkey_granted_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("role__in", ["approver", "duty", "administrator"])),
                                name="grant_role_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("signature", ""), _negated=True), name="grant_is_touched"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Invitation",
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
                        ("token_hash", models.CharField(max_length=64, unique=True)),
                        ("made_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("used_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="invitations",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "liên kết mời",
                        "verbose_name_plural": "liên kết mời",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("made_at"))),
                                name="invitation_expires",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("used_at__isnull", True), ("ended_at__isnull", True), _connector="OR"
                                ),
                                name="invitation_used_or_ended",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Session",
                    fields=[
                        (
                            "session_key",
                            models.CharField(
                                max_length=40, primary_key=True, serialize=False, verbose_name="session key"
                            ),
                        ),
                        ("session_data", models.TextField(verbose_name="session data")),
                        ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                        ("began_at", models.DateTimeField(null=True)),
                        ("ip", models.CharField(blank=True, max_length=45)),
                        ("agent", models.CharField(blank=True, max_length=200)),
                        (
                            "user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sessions",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "phiên đăng nhập",
                        "verbose_name_plural": "phiên đăng nhập",
                    },
                ),
            ]
        ),
        migrations.RunSQL([LAWS, RULES], UNDO),
    ]
