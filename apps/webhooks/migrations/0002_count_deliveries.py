"""Count what became of the messages of each webhook, for metrics."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add two numbers, for which old code need not know a value."""

    dependencies: ClassVar = [("webhooks", "0001_create_webhooks")]

    operations: ClassVar = [
        migrations.AddField("webhook", name, models.PositiveBigIntegerField(db_default=0, default=0, editable=False))
        for name in ("delivered", "failed")
    ]
