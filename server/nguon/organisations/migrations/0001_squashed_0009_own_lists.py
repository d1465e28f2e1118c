"""Places of all days, agencies, facilities, and files that people bring: their own alone (docs/adr/015)."""

import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations, models

from nguon.areas.database.tables import CreateModels

RULES = """
ALTER TABLE organisations_tablefile ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON organisations_tablefile USING (
    (SELECT nguon_everywhere()) OR by_id = (SELECT nguon_person())
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON organisations_tablefile;
"""


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("organisations", "0001_initial"),
        ("organisations", "0002_history"),
        ("organisations", "0003_back_assumed"),
        ("organisations", "0004_agencies_and_facilities"),
        ("organisations", "0005_tables_of_other_apps"),
        ("organisations", "0006_areas_by_bytes"),
        ("organisations", "0007_source_oddities"),
        ("organisations", "0008_row_security"),
        ("organisations", "0009_own_lists"),
    ]
    dependencies = [
        ("areas", "0001_reach"),
    ]
    operations = [
        TrigramExtension(),
        BtreeGistExtension(),
        CreateModels(
            [
                migrations.CreateModel(
                    name="Place",
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
                                    ("country", "Quốc gia"),
                                    ("province", "Tỉnh, thành phố"),
                                    ("district", "Quận, huyện"),
                                    ("commune", "Xã, phường, đặc khu"),
                                    ("village", "Thôn, tổ dân phố"),
                                ],
                                max_length=10,
                                verbose_name="cấp",
                            ),
                        ),
                        (
                            "area",
                            models.CharField(
                                db_collation="C", max_length=120, unique=True, verbose_name="địa bàn"
                            ),
                        ),
                        ("name", models.CharField(max_length=100, verbose_name="tên")),
                        (
                            "designation",
                            models.CharField(blank=True, max_length=30, verbose_name="loại hình"),
                        ),
                        ("search", models.CharField(max_length=600)),
                        ("sort_key", models.BinaryField()),
                        ("valid_from", models.DateField(verbose_name="từ ngày")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="đến hết ngày")),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="organisations.place",
                                verbose_name="cấp trên",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "địa bàn",
                        "verbose_name_plural": "địa bàn",
                        "indexes": [
                            models.Index(fields=["parent", "sort_key"], name="place_children"),
                            django.contrib.postgres.indexes.GinIndex(
                                fields=["search"], name="place_search", opclasses=["gin_trgm_ops"]
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind__in", ["country", "province", "district", "commune", "village"])
                                ),
                                name="place_kind",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("area", "vn"), ("kind", "country"), ("parent__isnull", True)),
                                    models.Q(
                                        models.Q(("kind", "country"), _negated=True),
                                        ("parent__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="place_only_the_country_has_no_parent",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("area__regex", "^vn(\\.[0-9]+){0,0}$"), ("kind", "country")),
                                    models.Q(("area__regex", "^vn(\\.[0-9]+){1,1}$"), ("kind", "province")),
                                    models.Q(("area__regex", "^vn(\\.[0-9]+){2,2}$"), ("kind", "district")),
                                    models.Q(("area__regex", "^vn(\\.[0-9]+){2,3}$"), ("kind", "commune")),
                                    models.Q(("area__regex", "^vn(\\.[0-9]+){3,4}$"), ("kind", "village")),
                                    _connector="OR",
                                ),
                                name="place_area_depth",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("area", "vn"),
                                    (
                                        "area__endswith",
                                        django.db.models.functions.text.Concat(
                                            models.Value("."),
                                            django.db.models.functions.comparison.Cast(
                                                "id", models.CharField()
                                            ),
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="place_area_ends_with_id",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("parent__isnull", True),
                                    models.Q(("parent", models.F("id")), _negated=True),
                                    _connector="OR",
                                ),
                                name="place_not_its_own_parent",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("name", ""), _negated=True), name="place_has_name"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_from__lte", models.F("valid_to")),
                                    _connector="OR",
                                ),
                                name="place_period",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlaceCode",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("system", models.CharField(max_length=30, verbose_name="hệ thống mã")),
                        ("code", models.CharField(max_length=30, verbose_name="mã")),
                        ("valid_from", models.DateField(verbose_name="từ ngày")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="đến hết ngày")),
                        (
                            "place",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="codes",
                                to="organisations.place",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mã địa bàn",
                        "verbose_name_plural": "mã địa bàn",
                        "indexes": [models.Index(fields=["system", "code"], name="placecode_code")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("code", ""), _negated=True),
                                    models.Q(("system", ""), _negated=True),
                                ),
                                name="placecode_has_code",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_from__lte", models.F("valid_to")),
                                    _connector="OR",
                                ),
                                name="placecode_period",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[
                                    ("system", "="),
                                    ("code", "="),
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
                                name="placecode_one_place_a_day",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[
                                    ("place", "="),
                                    ("system", "="),
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
                                name="placecode_one_code_a_day",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlaceChange",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("merge", "Nhập"),
                                    ("split", "Chia, tách"),
                                    ("rename", "Đổi tên"),
                                    ("recode", "Đổi mã"),
                                    ("retype", "Đổi loại hình"),
                                    ("move", "Chuyển cấp trên"),
                                    ("new", "Lập mới"),
                                    ("end", "Kết thúc"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Đang soạn"),
                                    ("confirmed", "Đã xác nhận"),
                                    ("dropped", "Đã bỏ"),
                                ],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        ("day", models.DateField()),
                        ("act", models.CharField(blank=True, max_length=300)),
                        ("act_on", models.DateField(null=True)),
                        ("source", models.CharField(blank=True, max_length=100)),
                        ("key", models.CharField(max_length=60, null=True, unique=True)),
                        ("plan", models.JSONField(default=dict)),
                        ("made_by", models.CharField(max_length=120)),
                        ("made_at", models.DateTimeField()),
                        ("settled_by", models.CharField(blank=True, max_length=120)),
                        ("settled_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["-day"], name="placechange_day")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "merge",
                                            "split",
                                            "rename",
                                            "recode",
                                            "retype",
                                            "move",
                                            "new",
                                            "end",
                                        ],
                                    )
                                ),
                                name="placechange_kind",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("settled_at__isnull", True), ("settled_by", ""), ("state", "draft")
                                    ),
                                    models.Q(
                                        ("state__in", ["confirmed", "dropped"]),
                                        ("settled_at__isnull", False),
                                        models.Q(("settled_by", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="placechange_settled_by_whom_and_when",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlaceDescent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("origin_from", models.DateField()),
                        ("origin_to", models.DateField()),
                        ("successor_from", models.DateField()),
                        ("successor_to", models.DateField(null=True)),
                        ("share", models.FloatField()),
                        ("back_share", models.FloatField()),
                        ("assumed", models.BooleanField()),
                        (
                            "origin",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="organisations.place",
                            ),
                        ),
                        (
                            "successor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="organisations.place",
                            ),
                        ),
                        ("back_assumed", models.BooleanField(default=False)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("origin_to__lt", models.F("successor_from"))),
                                name="placedescent_order",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlaceEdge",
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
                                    ("merge", "Nhập"),
                                    ("split", "Chia, tách"),
                                    ("rename", "Đổi tên"),
                                    ("recode", "Đổi mã"),
                                    ("retype", "Đổi loại hình"),
                                    ("move", "Chuyển cấp trên"),
                                    ("new", "Lập mới"),
                                    ("end", "Kết thúc"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("whole", models.BooleanField()),
                        ("share", models.DecimalField(decimal_places=8, max_digits=9, null=True)),
                        ("back_share", models.DecimalField(decimal_places=8, max_digits=9, null=True)),
                        ("doubtful", models.BooleanField(default=False)),
                        (
                            "change",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="edges",
                                to="organisations.placechange",
                            ),
                        ),
                        (
                            "origin",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="onward",
                                to="organisations.place",
                            ),
                        ),
                        (
                            "successor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="backward",
                                to="organisations.place",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("change", "origin", "successor"),
                                name="placeedge_once",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("share__isnull", True),
                                        models.Q(("share__gte", 0), ("share__lte", 1)),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        ("back_share__isnull", True),
                                        models.Q(("back_share__gte", 0), ("back_share__lte", 1)),
                                        _connector="OR",
                                    ),
                                ),
                                name="placeedge_share",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("whole", False), ("share__isnull", True), ("share", 1), _connector="OR"
                                ),
                                name="placeedge_whole_is_all",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlaceVersion",
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
                                    ("country", "Quốc gia"),
                                    ("province", "Tỉnh, thành phố"),
                                    ("district", "Quận, huyện"),
                                    ("commune", "Xã, phường, đặc khu"),
                                    ("village", "Thôn, tổ dân phố"),
                                ],
                                max_length=10,
                                verbose_name="cấp",
                            ),
                        ),
                        ("area", models.CharField(db_collation="C", max_length=120, verbose_name="địa bàn")),
                        ("name", models.CharField(max_length=100, verbose_name="tên")),
                        (
                            "designation",
                            models.CharField(blank=True, max_length=30, verbose_name="loại hình"),
                        ),
                        ("valid_from", models.DateField(verbose_name="từ ngày")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="đến hết ngày")),
                        (
                            "parent",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisations.place",
                                verbose_name="cấp trên",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="organisations.place",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["area"], name="placeversion_area")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind__in", ["country", "province", "district", "commune", "village"])
                                ),
                                name="placeversion_kind",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("name", ""), _negated=True), name="placeversion_has_name"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_from__lte", models.F("valid_to")),
                                    _connector="OR",
                                ),
                                name="placeversion_period",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("parent__isnull", True),
                                    models.Q(("parent", models.F("place")), _negated=True),
                                    _connector="OR",
                                ),
                                name="placeversion_not_its_own_parent",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[
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
                                name="placeversion_one_a_day",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Agency",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="tên")),
                        ("search", models.CharField(max_length=500)),
                        ("sort_key", models.BinaryField()),
                        ("code", models.CharField(blank=True, max_length=40, verbose_name="mã định danh")),
                        ("area", models.CharField(db_collation="C", max_length=120)),
                        ("valid_from", models.DateField(verbose_name="từ ngày")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="đến hết ngày")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("owner", "Cơ quan chủ quản"),
                                    ("media", "Trung tâm truyền thông, văn hóa"),
                                    ("operator", "Đơn vị vận hành đài"),
                                ],
                                max_length=10,
                                verbose_name="loại",
                            ),
                        ),
                        (
                            "above",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="below",
                                to="organisations.agency",
                                verbose_name="trực thuộc",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisations.place",
                                verbose_name="địa bàn",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                fields=["search"], name="agency_search", opclasses=["gin_trgm_ops"]
                            ),
                            models.Index(fields=["area"], name="agency_area"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["owner", "media", "operator"])),
                                name="agency_kind",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("name", ""), _negated=True), name="agency_has_name"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_from__lte", models.F("valid_to")),
                                    _connector="OR",
                                ),
                                name="agency_period",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True), models.Q(("code", ""), _negated=True)
                                ),
                                fields=("code",),
                                name="agency_code_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("above__isnull", True),
                                    models.Q(("above", models.F("id")), _negated=True),
                                    _connector="OR",
                                ),
                                name="agency_not_above_itself",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AgencyStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField()),
                        ("act", models.CharField(blank=True, max_length=300)),
                        (
                            "origin",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="onward",
                                to="organisations.agency",
                            ),
                        ),
                        (
                            "successor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="backward",
                                to="organisations.agency",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("origin", "successor"), name="agencystep_once"),
                            models.CheckConstraint(
                                condition=models.Q(("origin", models.F("successor")), _negated=True),
                                name="agencystep_onward",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Facility",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="tên")),
                        ("search", models.CharField(max_length=500)),
                        ("sort_key", models.BinaryField()),
                        ("code", models.CharField(blank=True, max_length=40, verbose_name="mã định danh")),
                        ("area", models.CharField(db_collation="C", max_length=120)),
                        ("valid_from", models.DateField(verbose_name="từ ngày")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="đến hết ngày")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("station", "Đài truyền thanh"),
                                    ("studio", "Phòng thu"),
                                    ("house", "Nhà văn hóa"),
                                    ("post", "Điểm bưu điện - văn hóa"),
                                    ("other", "Cơ sở khác"),
                                ],
                                max_length=10,
                                verbose_name="loại",
                            ),
                        ),
                        ("address", models.CharField(blank=True, max_length=300, verbose_name="địa chỉ")),
                        (
                            "operator",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="run",
                                to="organisations.agency",
                                verbose_name="vận hành",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="owned",
                                to="organisations.agency",
                                verbose_name="chủ quản",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisations.place",
                                verbose_name="địa bàn",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                fields=["search"], name="facility_search", opclasses=["gin_trgm_ops"]
                            ),
                            models.Index(fields=["area"], name="facility_area"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind__in", ["station", "studio", "house", "post", "other"])
                                ),
                                name="facility_kind",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("name", ""), _negated=True), name="facility_has_name"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_from__lte", models.F("valid_to")),
                                    _connector="OR",
                                ),
                                name="facility_period",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True), models.Q(("code", ""), _negated=True)
                                ),
                                fields=("code",),
                                name="facility_code_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FacilityStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField()),
                        ("act", models.CharField(blank=True, max_length=300)),
                        (
                            "origin",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="onward",
                                to="organisations.facility",
                            ),
                        ),
                        (
                            "successor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="backward",
                                to="organisations.facility",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("origin", "successor"), name="facilitystep_once"),
                            models.CheckConstraint(
                                condition=models.Q(("origin", models.F("successor")), _negated=True),
                                name="facilitystep_onward",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TableFile",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("kind", models.CharField(max_length=20)),
                        ("name", models.CharField(max_length=200)),
                        ("data", models.BinaryField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Đang chờ"),
                                    ("reading", "Đang kiểm tra"),
                                    ("checked", "Đã kiểm tra"),
                                    ("refused", "Có lỗi"),
                                    ("bringing", "Đang nhập"),
                                    ("done", "Đã nhập"),
                                ],
                                default="waiting",
                                max_length=10,
                            ),
                        ),
                        ("areas", models.JSONField(default=list)),
                        ("by_id", models.BigIntegerField()),
                        ("by_name", models.CharField(max_length=150)),
                        ("made_at", models.DateTimeField()),
                        ("report", models.JSONField(default=dict)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["by_id", "-made_at"], name="tablefile_of_person")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        ["waiting", "reading", "checked", "refused", "bringing", "done"],
                                    )
                                ),
                                name="tablefile_state",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SourceOddity",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("system", models.CharField(max_length=40)),
                        ("source", models.CharField(max_length=100)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("type-disagrees", "Tên và cột loại hình nói khác nhau"),
                                    ("files-disagree", "Hai tệp của nguồn nói khác nhau"),
                                    ("only-in-second-file", "Chỉ có trong tệp thứ hai của nguồn"),
                                    ("count-disagrees", "Số đơn vị khác con số đã công bố"),
                                    ("two-names", "Một mã có hai tên"),
                                    ("code-twice", "Một mã có hai đơn vị"),
                                    ("no-code", "Đơn vị không có mã"),
                                    ("no-name", "Đơn vị không có tên, hoặc tên quá dài"),
                                    ("no-designation", "Đơn vị không rõ loại hình"),
                                    ("no-province", "Không có tỉnh mà nguồn nêu"),
                                    ("nothing-around-it", "Không có đơn vị cấp trên mà nguồn nêu"),
                                    ("looks-alike", "Hai tên trong một tỉnh chỉ khác dấu hoặc loại hình"),
                                    ("name-differs", "Tên khác với bản đồ đang dùng"),
                                    ("parent-differs", "Đơn vị cấp trên khác với bản đồ đang dùng"),
                                    ("not-in-source", "Có trên bản đồ mà nguồn không nêu"),
                                    ("not-on-map", "Nguồn nêu mà bản đồ không có"),
                                    ("district-without-communes", "Huyện không có xã nào trong nguồn"),
                                    ("far-apart", "Hai đầu mối nối ở xa nhau, có thể là hai nơi khác nhau"),
                                    ("link-unknown", "Mối nối tới đơn vị mà nguồn không kê"),
                                    ("link-leaves-province", "Mối nối ra ngoài tỉnh kế tục"),
                                    ("no-predecessor", "Không mối nối nào dẫn tới đơn vị này"),
                                    ("no-successor", "Không mối nối nào đi tiếp từ đơn vị này"),
                                ],
                                max_length=40,
                            ),
                        ),
                        ("code", models.CharField(blank=True, max_length=200)),
                        ("text", models.CharField(blank=True, max_length=400)),
                    ],
                    options={
                        "verbose_name_plural": "source oddities",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("system", "kind", "code", "text"), name="sourceoddity_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "type-disagrees",
                                            "files-disagree",
                                            "only-in-second-file",
                                            "count-disagrees",
                                            "two-names",
                                            "code-twice",
                                            "no-code",
                                            "no-name",
                                            "no-designation",
                                            "no-province",
                                            "nothing-around-it",
                                            "looks-alike",
                                            "name-differs",
                                            "parent-differs",
                                            "not-in-source",
                                            "not-on-map",
                                            "district-without-communes",
                                            "far-apart",
                                            "link-unknown",
                                            "link-leaves-province",
                                            "no-predecessor",
                                            "no-successor",
                                        ],
                                    )
                                ),
                                name="sourceoddity_kind",
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
