"""The numbers that move with every write, and whose database this is."""

from django.db import models


class Revision(models.Model):
    """A number that moves in the transaction of every write to what it stands for.

    Names: `data`, `credentials`, and `tenant:<id>` for what one tenant alone sees. Database triggers
    move it (see `triggers`), so it moves whoever writes, and never back.
    """

    name = models.CharField(max_length=40, primary_key=True)
    number = models.BigIntegerField(default=0)

    class Meta:
        # The name of its first app: older processes, and triggers in the database, know the table by it.
        db_table = "tenants_revision"

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class Production(models.Model):
    """One row in a database that production's settings have migrated: those of development then refuse it."""

    since = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"production since {self.since:%Y-%m-%d}"
