"""The journal, which nobody may change, the areas that each fact touches, and who may read it (docs/adr/015)."""

import django.db.models.deletion
from django.db import migrations, models

from nguon.areas.database.tables import CreateModels

# A trigger refuses UPDATE and DELETE.
APPEND_ONLY = """
CREATE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only';
END $$;
CREATE TRIGGER journal_entry_append_only BEFORE UPDATE OR DELETE ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION journal_append_only();
CREATE TRIGGER journal_scope_append_only BEFORE UPDATE OR DELETE ON journal_scope
    FOR EACH ROW EXECUTE FUNCTION journal_append_only();
CREATE TRIGGER journal_signedhead_append_only BEFORE UPDATE OR DELETE ON journal_signedhead
    FOR EACH ROW EXECUTE FUNCTION journal_append_only();
"""
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
"""
# The head of the chain is nobody's fact, and a fact is written before its areas are known: both functions
# work as the owner of the table, so the web needs no right to write there. Which areas a fact touches is
# open (numbers and areas, nothing else): with a policy of its own a page took 185 ms instead of 3.
RULES = """
CREATE FUNCTION journal_head() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS
    $$ SELECT hash FROM journal_entry ORDER BY sequence DESC LIMIT 1 $$;
CREATE FUNCTION journal_append(
    fact text, subject text, by text, by_name text, at timestamptz, data jsonb, previous_hash text, hash text
) RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO journal_entry (fact, subject, by, by_name, at, data, previous_hash, hash)
        VALUES (fact, subject, by, by_name, at, data, previous_hash, hash) RETURNING sequence
$$;
ALTER TABLE journal_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY within_reach ON journal_entry USING (
    (SELECT nguon_everywhere()) OR by = 'user:' || (SELECT nguon_person())
    OR (
        SELECT true FROM journal_scope s
        WHERE s.entry_id = journal_entry.sequence AND s.area::text <@ (SELECT nguon_reach()) LIMIT 1
    )
) WITH CHECK (true);
"""
UNDO = """
DROP FUNCTION journal_append(text, text, text, text, timestamptz, jsonb, text, text), journal_head();
DROP FUNCTION journal_scope_fill(), journal_areas(text, jsonb), journal_append_only() CASCADE;
"""


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("journal", "0001_initial"),
        ("journal", "0002_heads_and_areas"),
        ("journal", "0003_areas_by_bytes"),
        ("journal", "0004_row_security"),
    ]
    dependencies = [
        ("areas", "0001_reach"),
    ]
    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Entry",
                    fields=[
                        ("sequence", models.BigAutoField(primary_key=True, serialize=False)),
                        ("fact", models.CharField(max_length=80)),
                        ("subject", models.CharField(max_length=120)),
                        ("by", models.CharField(max_length=120)),
                        ("by_name", models.CharField(blank=True, max_length=200)),
                        ("at", models.DateTimeField()),
                        ("data", models.JSONField(default=dict)),
                        ("previous_hash", models.CharField(max_length=64)),
                        ("hash", models.CharField(max_length=64, unique=True)),
                    ],
                    options={
                        "verbose_name_plural": "entries",
                        "indexes": [
                            models.Index(fields=["subject", "sequence"], name="journal_entry_subject_idx"),
                            models.Index(fields=["fact", "sequence"], name="journal_entry_fact_idx"),
                            models.Index(fields=["by", "sequence"], name="journal_entry_by_idx"),
                            models.Index(fields=["at"], name="journal_entry_at_idx"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Cursor",
                    fields=[
                        ("name", models.CharField(max_length=60, primary_key=True, serialize=False)),
                        ("sequence", models.BigIntegerField(default=0)),
                        ("moved_at", models.DateTimeField()),
                    ],
                ),
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
                        ("area", models.CharField(db_collation="C", max_length=120)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["area", "entry"], name="journal_scope_area")],
                    },
                ),
            ]
        ),
        migrations.RunSQL([APPEND_ONLY, SCOPE, RULES], UNDO),
    ]
