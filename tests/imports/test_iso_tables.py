"""A table of ISO 3166-2 refuses what every other way in refuses, as `test_ways_in.py` says of those."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from django.core.management import call_command

from apps.geography.models import OfficialName
from apps.revisions import numbers
from tests.imports.formats import check, csv_file, semicolons, workbook
from tests.imports.reports import reported
from tests.imports.wrong_values import OF_ISO_TABLE, Wrong

ISO_COLUMNS = {
    "code": "subdivision_code",
    "name": "subdivision_name",
    "language": "language_code",
    "romanization": "romanization_system",
    "local_variant": "local_variant",
}


def iso_table(folder: Path, as_file: Callable[..., Path], wrong: Sequence[Wrong] = ()) -> Path:
    """Return a table of ISO 3166-2 with a wrong value in each of its first lines; one of no code is a line more."""
    fields = ("subdivision__code", "name", "language", "romanization", "local_variant")
    stored = OfficialName.objects.filter(is_primary=True, subdivision__country__in=["AD", "DE", "PL"])
    lines = stored.exclude(language="").order_by("subdivision__code").values_list(*fields)
    rows = [dict(zip(ISO_COLUMNS.values(), line, strict=True)) for line in lines]
    for place, each in enumerate(wrong):
        if each.column == "code":
            rows.insert(place, {**rows[-1]})
        rows[place][ISO_COLUMNS[each.column]] = each.typed
    return as_file(folder, "table", list(ISO_COLUMNS.values()), rows)


@pytest.mark.django_db
@pytest.mark.parametrize("as_file", [csv_file, semicolons, workbook], ids=lambda each: each.__name__)
def test_a_table_of_iso(as_file: Callable[..., Path], tmp_path: Path) -> None:
    call_command("import_subdivisions", iso_table=iso_table(tmp_path, as_file), verbosity=0)
    before = numbers.current("data")
    wrong = [each for each in OF_ISO_TABLE if as_file is not workbook or each.is_plain]
    tables = reported("subdivisions", tmp_path, iso_table=iso_table(tmp_path, as_file, wrong))
    check([each for table in tables for each in table["rejected"]], wrong)
    assert numbers.current("data") == before
