from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.geography.imports.iso_table import outrank, read
from apps.geography.models import OfficialName

HEADER = (
    "#country_code_alpha2,subdivision_code_iso3166-2,subdivision_name,language_code,romanization_system,localVariant\n"
)
CAIRO = "EG,EG-C,Al Qāhirah,ar,UN 1972,Cairo\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "subdivisions.csv"
    path.write_text(HEADER + CAIRO + "EG,EG-XX,Nowhere,ar,,\nEG,EG-C,Le Caire,fr,,\n", encoding="utf-8")
    return path


def test_rows_are_read_and_unknown_codes_rejected_with_their_line(table: Path) -> None:
    rows, rejected = read(table, {"EG-C"})
    assert rows == [
        ("EG-C", "ar", "UN 1972", "Al Qāhirah", "Cairo", True, False),
        ("EG-C", "fr", None, "Le Caire", None, False, False),
    ]
    assert [str(each) for each in rejected] == ["subdivisions.csv:3: no such code: 'EG-XX'"]


def test_a_table_outranks_what_packages_say_of_its_codes() -> None:
    theirs = ("RU-MOW", "ru", "BGN/PCGN 1947", "Moskva", None, True, False)
    generated = ("RU-MOW", "ru", "BGN/PCGN 1947", "Generated", None, False, True)
    primary = ("RU-MOW", "ru", None, "Moskva", None, True, False)
    native = ("RU-MOW", "ru-Cyrl", None, "Москва", None, False, False)
    other = ("DE-BY", "de", None, "Bayern", None, True, False)
    assert outrank([theirs], [primary, generated, native, other]) == [theirs, native, other]


def test_a_table_of_another_shape_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(CommandError, match="no column for: code, name, language"):
        call_command("import_subdivisions", iso_table=path)


@pytest.mark.django_db
def test_a_table_is_imported(table: Path) -> None:
    call_command("import_subdivisions", iso_table=table, verbosity=0)
    rows = OfficialName.objects.filter(subdivision__code="EG-C", withdrawn_on=None, is_primary=True)
    assert [(row.name, row.romanization, row.local_variant) for row in rows] == [("Al Qāhirah", "UN 1972", "Cairo")]
