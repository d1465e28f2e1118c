"""A loudspeaker may be named by a group of its own, which the next box of its pole takes over."""

from django.db import migrations, models
from django.db.models import Q

from nguon.areas.database.tables import Together


class Migration(migrations.Migration):
    dependencies = [("devices", "0012_poles_have_boxes")]
    operations = [
        Together(
            [
                migrations.AddField("devicegroup", "single", models.BooleanField(default=False)),
                migrations.RemoveConstraint("devicegroup", "group_name_once_in_a_commune"),
                migrations.AddConstraint(
                    "devicegroup",
                    models.UniqueConstraint(
                        fields=["place", "name"],
                        condition=Q(ended_at__isnull=True, single=False),
                        name="group_name_once_in_a_commune",
                    ),
                ),
            ]
        ),
    ]
