"""A command keeps what its person said apart from the ceilings that were laid over."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("control", "0002_row_security")]
    operations = [
        migrations.AddField("command", "wished", models.JSONField(default=list)),
        migrations.RunSQL("UPDATE control_command SET wished = hours", migrations.RunSQL.noop),
    ]
