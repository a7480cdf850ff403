"""Write subdivisions' codes in capitals: addresses found none in small letters, which staff could give."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F
from django.db.models.functions import Upper


def write_in_capitals(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Change the codes, and lists that mention them, unless the code in capitals is another's already."""
    rows = apps.get_model("geography", "Subdivision").objects.using(schema_editor.connection.alias)
    small = rows.exclude(code=Upper(F("code")))
    capitals = {code: code.upper() for code in small.values_list("code", flat=True)}
    taken = set(rows.filter(code__in=capitals.values()).values_list("code", flat=True))
    changed = {code: capital for code, capital in capitals.items() if capital not in taken}
    for code, capital in changed.items():
        rows.filter(code=code).update(code=capital)
    for pk, codes in rows.exclude(replaced_by=[]).values_list("pk", "replaced_by") if changed else ():
        if not changed.keys().isdisjoint(codes):
            rows.filter(pk=pk).update(replaced_by=[changed.get(code, code) for code in codes])


class Migration(migrations.Migration):
    """Data only; nothing is to be undone on the way back."""

    dependencies = [("geography", "0019_add_other_capitals")]

    operations = [migrations.RunPython(write_in_capitals, migrations.RunPython.noop)]
