"""Indexes of the lists; after the rows are filled, in a transaction of its own."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("devices", "0004_found_and_sorted")]
    operations = [
        migrations.AddIndex(
            "device", GinIndex(fields=["search"], name="device_search", opclasses=["gin_trgm_ops"])
        ),
        migrations.AddIndex(
            "device",
            models.Index(
                fields=["sort_key", "id"], name="device_in_order", condition=Q(revoked_at__isnull=True)
            ),
        ),
    ]
