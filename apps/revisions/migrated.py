"""Which migrations a database has, and which of them this code has."""

from functools import lru_cache

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

Key = tuple[str, str]


def unapplied(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the migrations that this code has and the database has not, as in `tenants.0001_initial`."""
    applied = MigrationRecorder(connection).applied_migrations()
    current, _ = _on_disk()
    return [f"{app}.{name}" for app, name in current if (app, name) not in applied]


def from_later(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the migrations of our apps that the database has and this code has not: a later version has applied them.

    While a release is rolled out, or back, that is as it should be. What the later version made of the triggers is then
    not for this one to judge, or to put right.
    """
    current, replaced = _on_disk()
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("apps.")}
    applied = MigrationRecorder(connection).applied_migrations()
    return [f"{app}.{name}" for app, name in applied if app in ours and (app, name) not in {*current, *replaced}]


@lru_cache(maxsize=1)
def _on_disk() -> tuple[dict[Key, None], frozenset[Key]]:
    """Return the migrations of this code in their order, and those that others replace apart from them."""
    loader = MigrationLoader(None)
    replaced = frozenset(each for migration in loader.disk_migrations.values() for each in migration.replaces)
    return {key: None for key in loader.disk_migrations if key not in replaced}, replaced
