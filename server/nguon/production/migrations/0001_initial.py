"""The plan of what an area means to make: that of the own areas; tasks and scripts with their items (docs/adr/015)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import nguon.kernel.ids
from nguon.areas.database.tables import CreateModels

RULES = """
ALTER TABLE production_item ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON production_item USING (
    (SELECT nguon_everywhere()) OR area::text <@ (SELECT nguon_reach())
) WITH CHECK (true);
ALTER TABLE production_task ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON production_task USING (
    (SELECT nguon_everywhere()) OR item_id IN (SELECT id FROM production_item)
) WITH CHECK (true);
ALTER TABLE production_script ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON production_script USING (
    (SELECT nguon_everywhere()) OR item_id IN (SELECT id FROM production_item)
) WITH CHECK (true);
"""
UNDO = """
DROP POLICY within_reach ON production_script;
ALTER TABLE production_script DISABLE ROW LEVEL SECURITY;
DROP POLICY within_reach ON production_task;
ALTER TABLE production_task DISABLE ROW LEVEL SECURITY;
DROP POLICY within_reach ON production_item;
ALTER TABLE production_item DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("bulletins", "0019_review_rules"),
        ("organisations", "0009_own_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("areas", "0001_reach"),
    ]
    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Item",
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
                        ("title", models.CharField(max_length=200)),
                        ("brief", models.TextField(blank=True)),
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
                        ("air_date", models.DateField(blank=True, null=True)),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("idea", "Ý tưởng"),
                                    ("script", "Kịch bản"),
                                    ("recording", "Thu âm, ghi hình"),
                                    ("post", "Hậu kỳ"),
                                    ("schedule", "Xếp lịch"),
                                    ("done", "Đã xong"),
                                    ("given_up", "Đã bỏ"),
                                ],
                                default="idea",
                                max_length=10,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=300)),
                        ("made_at", models.DateTimeField()),
                        ("changed_at", models.DateTimeField()),
                        (
                            "bulletin",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="bulletins.bulletin",
                            ),
                        ),
                        (
                            "campaign",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="bulletins.campaign",
                            ),
                        ),
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
                        (
                            "template",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="bulletins.template",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["area", "stage"], name="plan_item_area_stage"),
                            models.Index(fields=["-changed_at"], name="plan_item_changed"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("title", ""), _negated=True), name="plan_item_has_a_title"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "stage__in",
                                        [
                                            "idea",
                                            "script",
                                            "recording",
                                            "post",
                                            "schedule",
                                            "done",
                                            "given_up",
                                        ],
                                    )
                                ),
                                name="plan_item_stage_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("stage", "given_up"), _negated=True),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="plan_item_given_up_with_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Script",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("text", models.TextField()),
                        ("made_at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="scripts",
                                to="production.item",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("item", "number"), name="plan_script_number_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Task",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("idea", "Ý tưởng"),
                                    ("script", "Kịch bản"),
                                    ("recording", "Thu âm, ghi hình"),
                                    ("post", "Hậu kỳ"),
                                    ("schedule", "Xếp lịch"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("due", models.DateField()),
                        ("done_at", models.DateTimeField(blank=True, null=True)),
                        ("near_at", models.DateTimeField(blank=True, null=True)),
                        ("late_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tasks",
                                to="production.item",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["person", "due"], name="plan_task_person")],
                        "constraints": [
                            models.UniqueConstraint(fields=("item", "stage"), name="plan_task_once_a_stage"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("stage__in", ["idea", "script", "recording", "post", "schedule"])
                                ),
                                name="plan_task_stage_known",
                            ),
                        ],
                    },
                ),
            ]
        ),
        migrations.RunSQL(RULES, UNDO),
    ]
