"""Groups are found and sorted as loudspeakers are; a group may end, its name is then free for another one."""

from django.db import migrations, models
from django.db.models import Q

from nguon.kernel.text import fold, sort_key


def fill(apps, schema_editor):
    for row in apps.get_model("devices", "DeviceGroup").objects.all():
        row.search, row.sort_key = f" {fold(row.name)}", sort_key(row.name)
        row.save(update_fields=["search", "sort_key"])


class Migration(migrations.Migration):
    dependencies = [("devices", "0005_indexes_of_lists")]
    operations = [
        migrations.AddField(
            "devicegroup", "search", models.CharField(default="", editable=False, max_length=760)
        ),
        migrations.AddField("devicegroup", "sort_key", models.BinaryField(default=b"")),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddField("devicegroup", "ended_at", models.DateTimeField(blank=True, null=True)),
        migrations.RemoveConstraint("devicegroup", "group_name_once_in_a_commune"),
        migrations.AddConstraint(
            "devicegroup",
            models.UniqueConstraint(
                fields=["place", "name"],
                condition=Q(ended_at__isnull=True),
                name="group_name_once_in_a_commune",
            ),
        ),
    ]
