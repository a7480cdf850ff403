from django.db import migrations


class Migration(migrations.Migration):
    """See 0001_initial of `revisions`, which keeps the table."""

    dependencies = [
        ("tenants", "0002_validate_origins"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name="Revision")]),
    ]
