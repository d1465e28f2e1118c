"""A loudspeaker on which announced work goes on has not failed a silent drill."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("control", "0004_logs"),
    ]

    operations = [
        migrations.AlterField(
            model_name="answer",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("proved", "Đạt đến bộ khuếch đại"),
                    ("failed", "Không đạt"),
                    ("silent", "Không trả lời"),
                    ("mended", "Đang bảo trì"),
                ],
                max_length=6,
            ),
        ),
    ]
