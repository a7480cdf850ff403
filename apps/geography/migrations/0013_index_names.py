"""Let `migrate` fold the names of the places that are there, when it is done."""

from typing import Any

from django.db import migrations

EVERYTHING = 0


def note_everything(apps: Any, schema_editor: Any) -> None:
    """Note that no name has been folded yet, where there are any."""
    using = schema_editor.connection.alias
    if apps.get_model("geography", "Country").objects.using(using).exists():
        apps.get_model("geography", "Unindexed").objects.using(using).get_or_create(kind=EVERYTHING, place="")


class Migration(migrations.Migration):
    dependencies = [
        ("geography", "0012_add_search_names"),
    ]

    operations = [
        migrations.RunPython(note_everything, migrations.RunPython.noop),
    ]
