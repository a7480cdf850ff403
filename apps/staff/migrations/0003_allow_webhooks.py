"""Let roles see webhooks, and those who decide for tenants look after them."""

from django.db import migrations

VERBS = {
    "Viewer": "view",
    "Editor": "view",
    "Tenant manager": "view add change delete",
    "Administrator": "view add change delete",
}


def allow(apps, schema_editor):
    using = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(using)
    kinds = apps.get_model("contenttypes", "ContentType").objects.using(using)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    # Django makes permissions only when all migrations are done.
    kind, _ = kinds.get_or_create(app_label="webhooks", model="webhook")
    for group in groups.filter(name__in=VERBS):
        for verb in VERBS[group.name].split():
            permission, _ = permissions.get_or_create(
                content_type=kind, codename=f"{verb}_webhook", defaults={"name": f"Can {verb} webhook"}
            )
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [("staff", "0002_add_sign_in"), ("webhooks", "0001_create_webhooks")]

    operations = [migrations.RunPython(allow, migrations.RunPython.noop)]
