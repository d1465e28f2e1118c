"""Signed heads, and which areas each fact touches."""

import django.db.models.deletion
from django.db import migrations, models

# Areas come from what is hashed (the fact's data and subject), so they can always be found again.
SCOPE = """
CREATE FUNCTION journal_areas(subject text, data jsonb) RETURNS SETOF text LANGUAGE sql IMMUTABLE AS $$
    SELECT DISTINCT area FROM (
        SELECT data->>'area'
        UNION ALL SELECT jsonb_array_elements_text(
            CASE WHEN jsonb_typeof(data->'areas') = 'array' THEN data->'areas' ELSE '[]'::jsonb END)
        UNION ALL SELECT substr(subject, 8) WHERE subject LIKE 'target:vn%'
    ) AS told(area) WHERE area ~ '^vn(\\.[0-9]+){0,4}$' AND length(area) <= 120
$$;
CREATE FUNCTION journal_scope_fill() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO journal_scope (entry_id, area)
        SELECT NEW.sequence, area FROM journal_areas(NEW.subject, NEW.data) AS area;
    RETURN NULL;
END $$;
CREATE TRIGGER journal_entry_scope AFTER INSERT ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION journal_scope_fill();
INSERT INTO journal_scope (entry_id, area)
    SELECT e.sequence, area FROM journal_entry e, journal_areas(e.subject, e.data) AS area;
CREATE TRIGGER journal_scope_append_only BEFORE UPDATE OR DELETE ON journal_scope
    FOR EACH ROW EXECUTE FUNCTION journal_append_only();
CREATE TRIGGER journal_signedhead_append_only BEFORE UPDATE OR DELETE ON journal_signedhead
    FOR EACH ROW EXECUTE FUNCTION journal_append_only();
"""
UNDO = """
DROP FUNCTION journal_scope_fill() CASCADE;
DROP FUNCTION journal_areas(text, jsonb) CASCADE;
DROP TRIGGER journal_scope_append_only ON journal_scope;
DROP TRIGGER journal_signedhead_append_only ON journal_signedhead;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="SignedHead",
            fields=[
                ("n", models.BigIntegerField(primary_key=True, serialize=False)),
                ("sequence", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("root_v", models.PositiveIntegerField()),
                ("signed_at", models.DateTimeField()),
                ("envelope", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Scope",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="areas",
                        to="journal.entry",
                    ),
                ),
                ("area", models.CharField(max_length=120)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["area", "entry"],
                        name="journal_scope_area",
                        opclasses=["text_pattern_ops", "int8_ops"],
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="entry", index=models.Index(fields=["by", "sequence"], name="journal_entry_by_idx")
        ),
        migrations.AddIndex(
            model_name="entry", index=models.Index(fields=["at"], name="journal_entry_at_idx")
        ),
        migrations.RunSQL(SCOPE, UNDO),
    ]
