import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """The tables are those of `geography`, which made them; only the models move."""

    initial = True

    dependencies = [
        ("geography", "0009_move_imports_away"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="ImportJob",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "what",
                            models.CharField(
                                choices=[
                                    ("import_countries", "Countries, regions and their names"),
                                    ("import_subdivisions", "Subdivisions, their types and names"),
                                    (
                                        "import_cities --cities 15000",
                                        "Cities of at least 15,000 people, and their names",
                                    ),
                                    ("import_cities --cities 5000", "Cities of at least 5,000 people, and their names"),
                                    ("import_cities --cities 1000", "Cities of at least 1,000 people, and their names"),
                                    ("import_cities --cities 500", "Cities of at least 500 people, and their names"),
                                ],
                                max_length=40,
                                verbose_name="what to import",
                            ),
                        ),
                        (
                            "force",
                            models.BooleanField(
                                default=False,
                                help_text="Off: refused when the source looks empty or more than 5 % of a table would be withdrawn.",
                                verbose_name="whatever it withdraws",
                            ),
                        ),
                        ("started_by", models.CharField(editable=False, max_length=150)),
                        ("started_at", models.DateTimeField(auto_now_add=True)),
                        ("heard_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("comparing", "Comparing"),
                                    ("compared", "Compared; nothing is written yet"),
                                    ("applying", "Applying"),
                                    ("applied", "Applied"),
                                    ("failed", "Failed"),
                                ],
                                default="comparing",
                                editable=False,
                                max_length=10,
                            ),
                        ),
                        ("progress", models.CharField(blank=True, editable=False, max_length=100)),
                        ("error", models.TextField(blank=True, editable=False)),
                        (
                            "revision",
                            models.BigIntegerField(
                                editable=False, help_text="Of the data that was compared", null=True
                            ),
                        ),
                        ("sources", models.JSONField(default=dict, editable=False)),
                        ("report", models.JSONField(default=dict, editable=False)),
                    ],
                    options={
                        "verbose_name": "import to review",
                        "verbose_name_plural": "imports to review",
                        "db_table": "geography_importjob",
                        "ordering": ["-started_at"],
                    },
                ),
                migrations.CreateModel(
                    name="ImportRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "command",
                            models.CharField(help_text='What was run, as in "import_countries"', max_length=40),
                        ),
                        (
                            "started_by",
                            models.CharField(
                                blank=True, help_text="User name; empty: the command line", max_length=150
                            ),
                        ),
                        ("started_at", models.DateTimeField()),
                        ("seconds", models.FloatField(help_text="Until the changes were written")),
                        ("sources", models.JSONField(default=dict, help_text="Version or checksum of each source")),
                        (
                            "counts",
                            models.JSONField(
                                default=dict, help_text="How many rows of each table were added, changed, withdrawn …"
                            ),
                        ),
                        (
                            "report",
                            models.JSONField(
                                default=dict, help_text="As --report writes it, cut to a thousand entries of each kind"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "import",
                        "db_table": "geography_importrun",
                        "ordering": ["-started_at"],
                    },
                ),
            ],
        ),
    ]
