"""Let roles see what looks wrong in the data, and how much was asked; who corrects places may ask for a new look."""

from django.db import migrations

LOOK = "view_storedsuspicion change_datacheck"
ALLOWED = {
    "geography": {
        "Viewer": "view_storedsuspicion",
        "Editor": LOOK,
        "Translator": "view_storedsuspicion",
        "Importer": LOOK,
        "Administrator": LOOK,
    },
    "api_keys": {
        "Viewer": "view_requestcount",
        "Editor": "view_requestcount",
        "Tenant manager": "view_requestcount",
        "Key manager": "view_requestcount",
        "Administrator": "view_requestcount",
    },
}


def allow(apps, schema_editor):
    using = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(using)
    kinds = apps.get_model("contenttypes", "ContentType").objects.using(using)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    for app, of_roles in ALLOWED.items():
        for group in groups.filter(name__in=of_roles):
            for code in of_roles[group.name].split():
                verb, _, model = code.partition("_")
                # Django makes permissions only when all migrations are done.
                kind, _ = kinds.get_or_create(app_label=app, model=model)
                permission, _ = permissions.get_or_create(
                    content_type=kind, codename=code, defaults={"name": f"Can {verb} {model}"}
                )
                group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0005_seal_second_steps"),
        ("geography", "0021_keep_suspicions"),
        ("api_keys", "0006_name_counts"),
    ]

    operations = [migrations.RunPython(allow, migrations.RunPython.noop)]
