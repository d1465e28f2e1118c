"""One more kind of alarms: the box of another maker behind a bridge does not do as it is told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("health", "0007_half_and_slow"),
    ]

    operations = [
        migrations.AlterField(
            model_name="alarm",
            name="kind",
            field=models.CharField(
                choices=[
                    ("silent", "Báo đang phát nhưng không có tiếng"),
                    ("unstarted", "Đã nhận lệnh nhưng không phát"),
                    ("loud", "Có tiếng khi không có lệnh phát"),
                    ("strange", "Phát một bài không có trong lệnh nào"),
                    ("lost", "Mất kết nối"),
                    ("mains", "Mất điện lưới"),
                    ("battery", "Pin yếu"),
                    ("line", "Đứt hoặc chập dây loa"),
                    ("disk", "Bộ nhớ đầy"),
                    ("hot", "Máy quá nóng"),
                    ("clock", "Đồng hồ sai"),
                    ("flood", "Gửi quá nhiều tin"),
                    ("key", "Có máy dùng sai khóa của cụm loa này"),
                    ("half", "Đã cho vào hệ thống nhưng chưa nối lần nào"),
                    ("slow", "Có kết nối nhưng không nhận kịp lệnh"),
                    ("box", "Hộp hãng khác không làm theo lệnh"),
                ],
                max_length=10,
            ),
        ),
    ]
