"""Index cities as lists of the back office sort them: late pages of that order come from the index alone."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index in the place of another."""

    dependencies: ClassVar = [("geography", "0022_fold_abbreviations")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="city",
            index=models.Index(fields=["population", "geonameid"], name="city_by_population"),
        ),
        migrations.RemoveIndex(model_name="city", name="city_population"),
    ]
