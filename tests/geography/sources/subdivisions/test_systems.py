"""An operator may have the divisions of today in the place of ISO's, country by country."""

import pycountry
import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from apps.geography.sources.cities import placement
from apps.geography.sources.countries.reader import codes
from apps.geography.sources.subdivisions import reader as subdivisions
from apps.geography.sources.subdivisions import systems
from apps.geography.tables import SUBDIVISIONS
from apps.imports.files.source import BadSource


def rows() -> dict[str, tuple]:
    """Return the subdivisions that an import would have, by code."""
    _, found, _ = subdivisions.datasets(keep_table=False)
    return {row[0]: row for row in found.rows}


def withdrawn_on(row: tuple) -> str | None:
    return row[-1] if len(row) > len(SUBDIVISIONS.columns) else None


def replaced_by(row: tuple) -> list[str]:
    return row[SUBDIVISIONS.columns.index("replaced_by")]


@pytest.fixture
def norway(settings) -> None:
    settings.SUBDIVISION_SYSTEMS = ["NO=2024"]


def test_by_default_the_list_is_isos_and_newer_codes_name_them() -> None:
    found = rows()
    current = {code for code, row in found.items() if withdrawn_on(row) is None}
    assert current == {each.code for each in pycountry.subdivisions}
    assert (replaced_by(found["NO-32"]), withdrawn_on(found["NO-32"])) == (["NO-30"], "2024-01-01")
    assert replaced_by(found["IQ-HB"]) == ["IQ-SU"]
    assert found["NO-32"][SUBDIVISIONS.columns.index("name_en")] == "Akershus"


def test_what_was_chosen_is_listed_and_isos_codes_name_it(norway) -> None:
    found = rows()
    assert replaced_by(found["NO-30"]) == ["NO-31", "NO-32", "NO-33"]
    assert withdrawn_on(found["NO-30"]) == "2024-01-01"
    assert withdrawn_on(found["NO-32"]) is None
    # What had gone before names what stands today.
    assert replaced_by(found["NO-20"]) == ["NO-55", "NO-56"]
    columns = SUBDIVISIONS.columns
    assert found["NO-30"][columns.index("name_en")] == "Viken"
    assert [found["NO-55"][columns.index(name)] for name in ("name_en", "country_id", "type_id")] == [
        "Troms",
        "NO",
        "county",
    ]
    _, _, official = subdivisions.datasets(keep_table=False)
    assert [row[3] for row in official.rows if row[0] == "NO-55"] == ["Troms"]


def test_cities_lie_in_what_was_chosen(settings) -> None:
    def where() -> list[str | None]:
        of = placement.load().subdivision
        return [of(3133895, "NO", "18"), of(1562414, "VN", "79"), of(1581349, "VN", "08"), of(-1, "IQ", "19")]

    assert where() == ["NO-54", "VN-43", "VN-03", "IQ-SU"]
    settings.SUBDIVISION_SYSTEMS = ["IQ=2025", "NO=2024", "VN=2025"]
    assert where() == ["NO-55", "VN-SG", "VN-07", "IQ-HB"]


def test_viet_nam_has_34_provinces_of_2025(settings) -> None:
    settings.SUBDIVISION_SYSTEMS = ["VN=2025"]
    found = {code: row for code, row in rows().items() if code.startswith("VN-")}
    assert sum(withdrawn_on(row) is None for row in found.values()) == 34
    assert replaced_by(found["VN-43"]) == ["VN-SG"]


def test_an_unknown_system_is_refused_with_those_that_there_are(settings) -> None:
    settings.SUBDIVISION_SYSTEMS = ["NO=1999"]
    with pytest.raises(BadSource, match=r"NO=1999; give some of IQ=2025, NO=2024, VN=2025"):
        rows()


def test_an_unknown_system_stops_the_start(settings) -> None:
    settings.SUBDIVISION_SYSTEMS = ["ZZ=2024"]
    with pytest.raises(ImproperlyConfigured, match=r"^SUBDIVISION_SYSTEMS has ZZ=2024; give some of IQ=2025"):
        apps.get_app_config("geography").ready()


def test_each_system_succeeds_codes_of_isos_list_in_a_country_of_ours() -> None:
    current = {each.code for each in pycountry.subdivisions}
    for each in systems.known():
        assert each.country in codes()
        assert set(each.succeeds) <= current
        assert each.is_new == (each.code not in current)
