from django.db import migrations

MODELS = ["importjob", "importrun"]


def _rename(apps, schema_editor, old, new):
    types = apps.get_model("contenttypes", "ContentType").objects.using(schema_editor.connection.alias)
    for model in MODELS:
        # Where one of the new name is there already, nothing refers to the old one.
        if not types.filter(app_label=new, model=model).exists():
            types.filter(app_label=old, model=model).update(app_label=new)


def take_over(apps, schema_editor):
    _rename(apps, schema_editor, "geography", "imports")


def give_back(apps, schema_editor):
    _rename(apps, schema_editor, "imports", "geography")


class Migration(migrations.Migration):
    """Permissions that staff have been given, and history, go with the models."""

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("imports", "0001_initial"),
    ]

    operations = [migrations.RunPython(take_over, give_back, elidable=True)]
