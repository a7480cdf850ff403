from django.db import migrations, models


class Migration(migrations.Migration):
    """The table is that of `tenants`, which made it; only the model moves."""

    initial = True

    dependencies = [
        ("tenants", "0003_move_revisions_away"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Revision",
                    fields=[
                        ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                        ("number", models.BigIntegerField(default=0)),
                    ],
                    options={"db_table": "tenants_revision"},
                ),
            ],
        ),
    ]
