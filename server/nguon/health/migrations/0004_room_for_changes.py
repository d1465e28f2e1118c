"""Room on each page of the loudspeakers' table: a word a minute changes the row in place, and none of the
indexes (the one of names among them) need be written. Without it the database spends five times as long."""

from django.db import migrations

ROOM = "ALTER TABLE devices_device SET (fillfactor = 70)"
UNDO = "ALTER TABLE devices_device RESET (fillfactor)"


class Migration(migrations.Migration):
    dependencies = [("health", "0003_sums")]
    operations = [migrations.RunSQL(ROOM, UNDO)]
