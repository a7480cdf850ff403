"""The report on the imported tables, and the command that prints it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.geography.models import City, StoredSuspicion, Subdivision
from apps.geography.report.suspicions import Suspicion, accepted, reason, unexplained
from apps.geography.report.tables import KINDS, suspicions
from tests.factories import CityFactory

pytestmark = pytest.mark.django_db


@pytest.mark.once
def test_nothing_in_the_imported_tables_is_suspicious_without_a_reason() -> None:
    assert unexplained(suspicions()) == []


def test_each_reason_is_for_a_check_and_says_something() -> None:
    assert {kind for kind, *_ in accepted()} <= set(KINDS)
    assert all(accepted().values())


def test_a_reason_is_for_one_name_unless_it_says_any() -> None:
    assert reason(Suspicion("doubled_city", "4393217", "", "Kansas City", ""))
    assert not reason(Suspicion("doubled_city", "1", "", "Kansas City", ""))


def test_the_command_fails_and_names_what_is_not_explained() -> None:
    CityFactory(geonameid=-70000001, name="Ct 0001")
    output = StringIO()
    with pytest.raises(CommandError, match=r"^1 suspicions are not explained"):
        call_command("data_report", kind=["odd_city_name"], stdout=output)
    assert "odd_city_name  -70000001  Ct 0001: a number, no name" in output.getvalue()
    # Staff find it, too.
    assert StoredSuspicion.objects.get().code == "-70000001"


def test_the_command_prints_json_with_the_reasons() -> None:
    output = StringIO()
    call_command("data_report", kind=["lost_capital"], json=True, all=True, stdout=output)
    rows = json.loads(output.getvalue())
    assert {"AQ", "UM"} <= {row["code"] for row in rows}
    assert all(row["reason"] for row in rows)


def test_the_command_succeeds_where_all_is_explained() -> None:
    output = StringIO()
    call_command("data_report", kind=["no_successor", "page_title"], stdout=output)
    assert "page_title: 0, and 0 explained" in output.getvalue()


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("UA-46", "en", "Lviv"),
        ("UA-26", "en", "Ivano-Frankivsk"),
        ("FR-20R", "en", "Corsica"),
        ("FR-NOR", "en", "Normandy"),
        ("IS-1", "en", "Capital Region"),
        ("VE-A", "en", "Capital District"),
        ("CO-DC", "en", "Bogotá"),
        ("GB-PTE", "en", "Peterborough"),
        ("LT-57", "en", "Vilnius City"),
        ("US-DC", "en", "District of Columbia"),
        ("MX-MEX", "ru", "Штат Мехико"),
        ("MX-CMX", "ru", "Мехико"),
        ("UZ-TK", "zh_hant", "塔什干"),
        ("IT-BG", "it", "Bergamo"),
        ("IR-04", "sl", "Zahodni Azerbajdžan"),
        ("CZ-202", "hy", "Բերոունի շրջան"),
        ("BB-04", "ar", "سانت جيمس"),
    ],
)
def test_what_upstream_had_wrong_is_right(code: str, language: str, name: str) -> None:
    stored = Subdivision.objects.untranslated().values_list(f"name_{language}", flat=True).get(code=code)
    assert stored == name


@pytest.mark.parametrize(
    ("code", "language"),
    [
        *[("IE-WH", "th"), ("IT-TO", "th"), ("ES-GR", "hr"), ("MG-T", "ar"), ("OM-BJ", "ru")],
        *[("UG-315", "sw"), ("TG-K", "th"), ("TH-42", "ga")],
    ],
)
def test_a_name_of_another_place_is_left_out(code: str, language: str) -> None:
    stored = Subdivision.objects.untranslated().values_list(f"name_{language}", flat=True).get(code=code)
    assert not stored


@pytest.mark.parametrize(
    ("code", "successors"),
    [
        ("NO-01", ["NO-30"]),
        ("NO-20", ["NO-54"]),
        ("NO-16", ["NO-50"]),
        ("LV-JKB", ["LV-042"]),
        ("CD-BN", ["CD-KG", "CD-KL", "CD-MN"]),
        ("GR-A1", ["GR-I"]),
        ("GB-IOM", ["IM"]),
    ],
)
def test_a_withdrawn_code_names_its_successors(code: str, successors: list[str]) -> None:
    assert Subdivision.objects.get(code=code).replaced_by == successors


def test_british_bases_in_cyprus_are_no_state_of_the_united_kingdom() -> None:
    assert not City.objects.current().filter(country="GB", subdivision=None).exists()
