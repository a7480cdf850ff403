"""Seal the secrets of second steps, which lay in clear."""

from django.db import migrations

from apps.staff import seals


def seal(apps, schema_editor):
    for device in _devices(apps, schema_editor):
        device.key = seals.sealed(device.key, device.user_id)
        device.save(update_fields=["key"])


def lay_bare(apps, schema_editor):
    for device in _devices(apps, schema_editor):
        device.key = seals.opened(device.key, device.user_id).hex()
        device.save(update_fields=["key"])


def _devices(apps, schema_editor):
    return apps.get_model("otp_totp", "TOTPDevice").objects.using(schema_editor.connection.alias).all()


class Migration(migrations.Migration):
    dependencies = [("staff", "0004_add_device")]

    operations = [migrations.RunPython(seal, lay_bare)]
