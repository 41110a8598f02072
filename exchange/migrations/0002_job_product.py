from django.db import migrations, models

import exchange.models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="product",
            field=models.FileField(
                blank=True,
                max_length=300,
                upload_to=exchange.models.product_path,
                verbose_name="file made",
            ),
        ),
    ]
