from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.geography.models import OfficialName
from apps.geography.sources.subdivisions.iso_table import SOURCE, outrank, parse
from apps.revisions import numbers

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
    read_table = parse(table, {"EG-C"})
    assert read_table.rows == [
        ("EG-C", "ar", "UN 1972", "Al Qāhirah", "Cairo", True, False, SOURCE),
        ("EG-C", "fr", None, "Le Caire", None, False, False, SOURCE),
    ]
    assert [str(each) for each in read_table.rejected] == [
        "subdivisions.csv:3: code cannot be 'EG-XX'; give a current code of ISO 3166-2"
    ]
    assert (read_table.unread, list(read_table.lines)) == ({("EG-XX",)}, [2, 4])


def test_a_table_outranks_what_packages_say_of_its_codes() -> None:
    theirs = ("RU-MOW", "ru", "BGN/PCGN 1947", "Moskva", None, True, False)
    generated = ("RU-MOW", "ru", "BGN/PCGN 1947", "Generated", None, False, True)
    primary = ("RU-MOW", "ru", None, "Moskva", None, True, False)
    native = ("RU-MOW", "ru-Cyrl", None, "Москва", None, False, False)
    other = ("DE-BY", "de", None, "Bayern", None, True, False)
    assert outrank([theirs], [primary, generated, native, other]) == [theirs, native, other]


@pytest.mark.once
@pytest.mark.django_db
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


def official_names(code: str) -> set[tuple[str, str, str]]:
    rows = OfficialName.objects.filter(subdivision__code=code, withdrawn_on=None)
    return set(rows.values_list("language", "romanization", "name"))


@pytest.mark.once
@pytest.mark.django_db
def test_later_imports_of_the_packages_keep_to_the_table(table: Path) -> None:
    call_command("import_subdivisions", iso_table=table, verbosity=0)
    of_table, before = official_names("EG-C"), numbers.current("data")
    call_command("import_subdivisions", verbosity=0)
    assert numbers.current("data") == before
    assert of_table == official_names("EG-C") >= {("ar", "UN 1972", "Al Qāhirah"), ("fr", "", "Le Caire")}


@pytest.mark.django_db
def test_the_table_is_kept_to_where_staff_edited_its_rows(table: Path) -> None:
    call_command("import_subdivisions", iso_table=table, verbosity=0)
    OfficialName.objects.filter(name="Le Caire").update(name="Notre Caire")
    call_command("import_subdivisions", verbosity=0)
    assert ("fr", "", "Notre Caire") in official_names("EG-C")
    assert OfficialName.objects.get(name="Notre Caire").upstream["name"] == "Le Caire"


@pytest.mark.once
@pytest.mark.django_db
def test_a_new_table_takes_the_place_of_the_old(table: Path) -> None:
    call_command("import_subdivisions", iso_table=table, verbosity=0)
    table.write_text(HEADER + CAIRO, encoding="utf-8")
    call_command("import_subdivisions", iso_table=table, verbosity=0)
    assert ("fr", "", "Le Caire") not in official_names("EG-C")


@pytest.mark.django_db
def test_a_table_is_forgotten_only_when_staff_say_so(table: Path) -> None:
    before = official_names("EG-C")
    call_command("import_subdivisions", iso_table=table, verbosity=0)
    call_command("import_subdivisions", forget_iso_table=True, verbosity=0)
    assert official_names("EG-C") == before


@pytest.mark.once
@pytest.mark.django_db
def test_a_table_outranks_generated_names(tmp_path: Path) -> None:
    path = tmp_path / "subdivisions.csv"
    path.write_text(HEADER + "RU,RU-MOW,Moskwa,ru,BGN/PCGN 1947,\n", encoding="utf-8")
    call_command("import_subdivisions", iso_table=path, verbosity=0)
    rows = OfficialName.objects.filter(subdivision__code="RU-MOW", romanization="BGN/PCGN 1947", withdrawn_on=None)
    assert [(row.name, row.is_primary, row.is_generated) for row in rows] == [("Moskwa", True, False)]


def test_a_table_and_an_export_are_not_mixed(table: Path) -> None:
    with pytest.raises(CommandError, match="either --from or --iso-table"):
        call_command("import_subdivisions", iso_table=table, exported=table)
