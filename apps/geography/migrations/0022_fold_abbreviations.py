"""Fold the names of all places anew when the migration is done: subdivisions are found by what people shorten them to."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# `Unindexed.EVERYTHING`.
EVERYTHING = 0


def note_everything(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Note that the index has to be made anew, where there is one: `post_migrate` does it, a third of a minute."""
    alias = schema_editor.connection.alias
    if apps.get_model("geography", "SearchName").objects.using(alias).exists():
        apps.get_model("geography", "Unindexed").objects.using(alias).get_or_create(kind=EVERYTHING, place="")


class Migration(migrations.Migration):
    """Data only; going back folds anew as well, by what that version folds."""

    dependencies = [("geography", "0021_keep_suspicions")]

    operations = [migrations.RunPython(note_everything, note_everything)]
