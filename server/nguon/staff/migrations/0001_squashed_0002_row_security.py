"""Who works in the own areas, with all posts and courses, and oneself (docs/adr/015)."""

import django.contrib.postgres.constraints
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from nguon.areas.database.tables import CreateModels

# All posts, also those elsewhere: where a person works now decides who reads the telephone number.
RULES = """
CREATE VIEW staff_within AS SELECT staff_id FROM staff_post WHERE area::text <@ (SELECT nguon_reach());

ALTER TABLE staff_staff ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON staff_staff USING (
    (SELECT nguon_everywhere()) OR user_id = (SELECT nguon_person())
    OR (SELECT true FROM staff_within n WHERE n.staff_id = staff_staff.id LIMIT 1)
) WITH CHECK (true);

ALTER TABLE staff_post ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON staff_post USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
    OR (SELECT true FROM staff_within n WHERE n.staff_id = staff_post.staff_id LIMIT 1)
) WITH CHECK (true);

ALTER TABLE staff_training ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON staff_training USING (
    (SELECT nguon_everywhere()) OR (SELECT true FROM staff_within n WHERE n.staff_id = staff_training.staff_id LIMIT 1)
) WITH CHECK (true);
"""
UNDO = """
DROP VIEW staff_within CASCADE;
"""


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("staff", "0001_initial"),
        ("staff", "0002_row_security"),
    ]
    dependencies = [
        ("organisations", "0006_areas_by_bytes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("areas", "0001_reach"),
    ]
    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Staff",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("full_name", models.CharField(max_length=100, verbose_name="họ và tên")),
                        (
                            "birth_year",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="năm sinh"),
                        ),
                        (
                            "gender",
                            models.CharField(
                                blank=True,
                                choices=[("", "–"), ("f", "Nữ"), ("m", "Nam"), ("x", "Giới tính khác")],
                                default="",
                                max_length=1,
                                verbose_name="giới tính",
                            ),
                        ),
                        ("phone", models.CharField(blank=True, max_length=20, verbose_name="điện thoại")),
                        ("email", models.CharField(blank=True, max_length=254, verbose_name="e-mail")),
                        ("zalo", models.CharField(blank=True, max_length=100, verbose_name="Zalo")),
                        ("search", models.CharField(default="", editable=False, max_length=220)),
                        ("sort_key", models.BinaryField(default=b"")),
                        (
                            "user",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="tài khoản",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "nhân sự",
                        "verbose_name_plural": "nhân sự",
                        "indexes": [
                            models.Index(fields=["sort_key", "id"], name="staff_in_order"),
                            django.contrib.postgres.indexes.GinIndex(
                                fields=["search"], name="staff_search", opclasses=["gin_trgm_ops"]
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("full_name", ""), _negated=True), name="staff_has_name"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("gender__in", ["", "f", "m", "x"])), name="staff_gender"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("birth_year__isnull", True),
                                    models.Q(("birth_year__gte", 1900), ("birth_year__lte", 2100)),
                                    _connector="OR",
                                ),
                                name="staff_birth_year",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Post",
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
                                    ("cadre", "Cán bộ"),
                                    ("civil", "Công chức"),
                                    ("public", "Viên chức"),
                                    ("contract", "Lao động hợp đồng"),
                                    ("part-time", "Người hoạt động không chuyên trách"),
                                    ("communicator", "Tuyên truyền viên cơ sở"),
                                    ("other", "Khác"),
                                ],
                                max_length=12,
                                verbose_name="loại",
                            ),
                        ),
                        ("title", models.CharField(blank=True, max_length=120, verbose_name="chức danh")),
                        ("area", models.CharField(db_collation="C", max_length=120, verbose_name="địa bàn")),
                        ("valid_from", models.DateField(verbose_name="từ ngày")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="đến hết ngày")),
                        (
                            "agency",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisations.agency",
                                verbose_name="cơ quan",
                            ),
                        ),
                        (
                            "before",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="after",
                                to="staff.post",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisations.facility",
                                verbose_name="cơ sở",
                            ),
                        ),
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
                            "staff",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="posts",
                                to="staff.staff",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["staff", "area"], name="post_of_staff"),
                            models.Index(fields=["area", "staff"], name="post_in_area"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "cadre",
                                            "civil",
                                            "public",
                                            "contract",
                                            "part-time",
                                            "communicator",
                                            "other",
                                        ],
                                    )
                                ),
                                name="post_kind",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("area__regex", "^vn(\\.[0-9]+){0,4}$")), name="post_area"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_from__lte", models.F("valid_to")),
                                    _connector="OR",
                                ),
                                name="post_period",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[
                                    ("staff", "="),
                                    ("kind", "="),
                                    ("place", "="),
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
                                name="post_once_a_day",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Training",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("course", models.CharField(max_length=200, verbose_name="khóa học")),
                        (
                            "organiser",
                            models.CharField(blank=True, max_length=200, verbose_name="đơn vị tổ chức"),
                        ),
                        ("first_day", models.DateField(verbose_name="từ ngày")),
                        ("last_day", models.DateField(verbose_name="đến hết ngày")),
                        (
                            "result",
                            models.CharField(blank=True, max_length=200, verbose_name="kết quả, chứng nhận"),
                        ),
                        (
                            "staff",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="trainings",
                                to="staff.staff",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["last_day", "staff"], name="training_by_day")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("course", ""), _negated=True), name="training_has_course"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("first_day__lte", models.F("last_day"))),
                                name="training_period",
                            ),
                            models.UniqueConstraint(
                                fields=("staff", "course", "first_day"), name="training_once"
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
