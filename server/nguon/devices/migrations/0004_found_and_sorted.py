"""Loudspeakers found without tone marks by their own or their place's name, and sorted as a dictionary does.

PostgreSQL from the wheel has no ICU, so the order is a column of bytes; a trigger keeps the place's words.
"""

from django.db import migrations, models

from nguon.kernel.text import fold, sort_key

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
UNDO = """
DROP FUNCTION devices_device_words() CASCADE;
DROP FUNCTION devices_place_words() CASCADE;
"""


def fill(apps, schema_editor):
    model = apps.get_model("devices", "Device")
    rows = []
    for row in model.objects.only("pk", "name").order_by("pk").iterator(2000):
        row.search, row.sort_key = f" {fold(row.name)}", sort_key(row.name)
        rows.append(row)
        if len(rows) == 2000:
            model.objects.bulk_update(rows, ["search", "sort_key"])
            rows = []
    model.objects.bulk_update(rows, ["search", "sort_key"])


class Migration(migrations.Migration):
    dependencies = [("devices", "0003_rejoined"), ("organisations", "0001_initial")]
    operations = [
        migrations.AddField("device", "search", models.CharField(default="", editable=False, max_length=760)),
        migrations.AddField("device", "sort_key", models.BinaryField(default=b"")),
        migrations.RunSQL(TRIGGERS, UNDO),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
