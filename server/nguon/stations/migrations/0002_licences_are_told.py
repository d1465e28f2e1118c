"""A licence knows of how many days before its end people were told last."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stations", "0001_initial")]
    operations = [
        migrations.AddField(
            "licence",
            "told_days",
            models.PositiveSmallIntegerField(null=True, blank=True, editable=False),
        ),
    ]
