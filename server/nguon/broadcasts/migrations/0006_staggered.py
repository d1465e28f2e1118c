"""A session may go to one turn of a commune's loudspeakers after the other (so le)."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from nguon.areas.database.tables import Together


class Migration(migrations.Migration):
    dependencies = [("broadcasts", "0005_row_security"), ("devices", "0013_one_loudspeaker")]
    operations = [
        Together(
            [
                migrations.AddField("session", "staggered", models.BooleanField(default=False)),
                migrations.AddField(
                    "airing",
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="devices.devicegroup",
                    ),
                ),
                migrations.RemoveConstraint("airing", "airing_once_at_an_instant"),
                migrations.AddConstraint(
                    "airing",
                    models.UniqueConstraint(
                        fields=["revision", "at", "area", "group"],
                        name="airing_once_at_an_instant",
                        nulls_distinct=False,
                    ),
                ),
                migrations.AddConstraint(
                    "airing",
                    models.CheckConstraint(
                        condition=Q(group__isnull=True) | ~Q(area=""), name="airing_turn_of_commune"
                    ),
                ),
            ]
        ),
    ]
