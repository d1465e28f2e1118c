from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deliveries", "0011_alter_signingtask_kind")]

    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "playing")), fields=["device"], name="delivery_sounding"
            ),
        ),
    ]
