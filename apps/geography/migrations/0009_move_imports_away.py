from django.db import migrations


class Migration(migrations.Migration):
    """See 0001_initial of `imports`, which keeps the tables."""

    dependencies = [
        ("geography", "0008_remember_sources_of_city_names"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="ImportJob"), migrations.DeleteModel(name="ImportRun")],
        ),
    ]
