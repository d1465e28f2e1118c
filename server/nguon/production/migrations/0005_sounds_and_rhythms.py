"""Sounds that are sent straight into the library, heard by whoever may use it; rhythms of the law in the plan."""

import django.db.models.deletion
from django.db import migrations, models

LIBRARY = """
CREATE POLICY in_library ON audio_upload FOR SELECT USING (
    (SELECT true FROM production_asset a WHERE a.upload_id = audio_upload.id LIMIT 1)
);
"""
UNDO = "DROP POLICY in_library ON audio_upload;"


class Migration(migrations.Migration):
    dependencies = [
        ("audio", "0001_squashed_0005_joined"),
        ("bulletins", "0001_squashed_0019_review_rules"),
        ("production", "0004_row_security_of_the_library"),
    ]
    operations = [
        migrations.AddField(
            model_name="asset",
            name="upload",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="audio.upload",
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="cadence",
            field=models.CharField(blank=True, default="", max_length=40),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(model_name="asset", name="asset_is_a_sound_or_a_file"),
        migrations.AddConstraint(
            model_name="asset",
            constraint=models.CheckConstraint(
                condition=models.Q(("media__isnull", False), ("sha256", ""), ("upload__isnull", True))
                | models.Q(("media__isnull", True), ("sha256", ""), ("upload__isnull", False))
                | models.Q(
                    ("media__isnull", True), ("sha256__regex", "^[0-9a-f]{64}$"), ("upload__isnull", True)
                ),
                name="asset_is_a_sound_or_a_file",
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(("cadence", ""), ("template__isnull", True), _connector="OR"),
                name="plan_item_one_template",
            ),
        ),
        migrations.RunSQL(LIBRARY, UNDO),
    ]
