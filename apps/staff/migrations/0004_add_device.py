"""The device of django-otp, as we store it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("otp_totp", "0003_add_timestamps"),
        ("staff", "0003_allow_webhooks"),
    ]

    operations = [
        migrations.CreateModel(
            name="Device",
            fields=[],
            options={
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("otp_totp.totpdevice",),
        ),
    ]
