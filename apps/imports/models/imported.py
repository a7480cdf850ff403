"""What every imported row carries."""

from django.db import models


class ImportedRow(models.Model):
    """A row that an import writes and staff may correct.

    `upstream` is what upstream last said, `{field: value}`, one entry for each language of a translated
    field. A field that differs from it is staff's and no import touches it. None: the row is staff's own.
    """

    upstream = models.JSONField(null=True, blank=True, editable=False, default=None)
    withdrawn_on = models.DateField(
        null=True, blank=True, help_text="Upstream no longer has it; kept out of every list since this day."
    )

    class Meta:
        abstract = True
