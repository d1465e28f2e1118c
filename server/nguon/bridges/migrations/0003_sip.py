"""Loudspeakers over IP may be called by SIP."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bridges", "0002_row_security")]
    operations = [
        migrations.AlterField(
            "foreignbox",
            "adapter",
            models.CharField(
                blank=True,
                choices=[
                    ("v2-http", "Chuẩn kết nối v2.0 qua HTTP"),
                    ("v2-mqtt", "Chuẩn kết nối v2.0 qua MQTT"),
                    ("v1-http", "Chuẩn kết nối v1.0 qua HTTP"),
                    ("stream", "Hộp tự nghe luồng âm thanh (Icecast, HTTP)"),
                    ("rtp", "Loa IP nghe luồng RTP (multicast)"),
                    ("sip", "Loa IP được gọi bằng SIP"),
                    ("relay", "Đài có dây, đài FM qua rơ-le"),
                ],
                max_length=10,
            ),
        ),
    ]
