from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deliveries", "0005_receipt_of_an_attack")]

    operations = [
        migrations.AlterField(
            model_name="signingtask",
            name="kind",
            field=models.CharField(
                choices=[
                    ("plan", "plan"),
                    ("order", "order"),
                    ("stop", "stop"),
                    ("cancel", "cancel"),
                    ("admit", "admit"),
                ],
                max_length=8,
            ),
        ),
    ]
