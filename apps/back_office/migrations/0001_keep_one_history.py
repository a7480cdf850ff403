"""Copy what Django's own log of the back office holds into the one history; its table stays as it is."""

from django.conf import settings
from django.contrib.admin.models import LogEntry as Message
from django.db import migrations

# Django's addition, change and deletion to django-auditlog's.
ACTIONS = {1: 0, 2: 1, 3: 2}
BATCH = 500


def copy(apps, schema_editor):
    database = schema_editor.connection.alias
    entries = apps.get_model("auditlog", "LogEntry").objects.using(database)
    log = apps.get_model("admin", "LogEntry").objects.using(database)
    new = entries.model
    found = log.exclude(content_type=None).select_related("user").order_by("pk")
    batch = []
    for old in found.iterator(chunk_size=BATCH):
        pk = old.object_id or ""
        batch.append(
            new(
                content_type_id=old.content_type_id,
                object_pk=pk[:255],
                object_id=int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 19 else None,
                object_repr=old.object_repr,
                action=ACTIONS[old.action_flag],
                changes={},
                timestamp=old.action_time,
                actor_id=old.user_id,
                additional_data={
                    "user": old.user.username,
                    "note": Message(change_message=old.change_message).get_change_message(),
                    "django_admin_log": old.pk,
                },
            )
        )
        if len(batch) == BATCH:
            entries.bulk_create(batch)
            batch = []
    entries.bulk_create(batch)


def remove(apps, schema_editor):
    entries = apps.get_model("auditlog", "LogEntry").objects.using(schema_editor.connection.alias)
    entries.filter(additional_data__has_key="django_admin_log").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auditlog", "0017_add_actor_email"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunPython(copy, remove)]
