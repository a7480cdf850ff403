"""Which divisions places reach into beside the one that they lie in."""

import pytest

from apps.geography.models import City, Subdivision, TenantCountry
from apps.geography.sources.cities.also_within import also_within
from apps.geography.validation import cities
from apps.geography.validation.codes import Reason
from apps.tenants.models import Tenant


def test_places_and_divisions_exist_and_none_is_already_what_the_place_lies_in(db: None) -> None:
    current = dict(Subdivision.objects.iso().filter(withdrawn_on=None).values_list("code", "parent__code"))
    for place, codes in also_within().items():
        assert {code for code in codes if len(code) > len("MA")} <= current.keys(), place
        assert place in current or City.objects.current().filter(pk=int(place)).exists(), place
        assert current.get(place) not in codes, place


def test_a_divided_city_is_right_in_each_of_its_parts_and_nothing_else_is(tenant: Tenant) -> None:
    def is_valid(name: str, country: str, subdivision: str) -> bool:
        (verdict,) = cities.judge([name], country, subdivision, tenant, ("en",))
        return verdict.reason is None

    for name, country, subdivision in (
        ("London", "GB", "GB-LND"),
        ("London", "GB", "GB-CMD"),
        ("London", "GB", "GB-ENG"),
        ("Lyon", "FR", "FR-69"),
        ("Lyon", "FR", "FR-69M"),
        ("Villeurbanne", "FR", "fr-69"),
        ("Monaco", "MC", "MC-MC"),
        ("Skopje", "MK", "MK-801"),
        ("Singapore", "SG", "SG-05"),
        ("Laayoune", "EH", ""),
        ("Laayoune", "MA", ""),
        ("العيون", "MA", "MA-LAA"),
        ("Smara", "MA", "MA-11"),
    ):
        assert is_valid(name, country, subdivision), (name, subdivision)
    for name, country, subdivision in (
        ("London", "GB", "GB-SCT"),
        ("London", "GB", "GB-MAN"),
        ("Manchester", "GB", "GB-LND"),
        ("Villefranche-sur-Saône", "FR", "FR-69M"),
        ("Marseille", "FR", "FR-69"),
        ("Laayoune", "MA", "MA-12"),
        ("Rabat", "EH", ""),
    ):
        assert not is_valid(name, country, subdivision), (name, subdivision)


@pytest.mark.parametrize("name", ["Ma'ale Adummim", "מעלה אדומים", "Beitar Illit", "ביתר עילית", "Modi'in Illit"])
def test_a_town_that_lies_in_a_subdivision_is_right_in_the_country_that_it_reaches_into(
    tenant: Tenant, name: str
) -> None:
    (there,), (here,) = (cities.judge([name], country, "", tenant, ("en",)) for country in ("PS", "IL"))
    assert there.reason is None
    assert there.subdivision is not None
    assert (here.reason, here.subdivision, here.city) == (None, None, there.city)
    (of_a_district,) = cities.judge([name], "IL", "IL-JM", tenant, ("en",))
    assert of_a_district.reason is Reason.CITY_ELSEWHERE


def test_a_guest_is_right_whatever_is_switched_off_where_it_is_stored(tenant: Tenant) -> None:
    TenantCountry.objects.filter(tenant=tenant, country="PS").update(active=False)
    ariel, adummim = cities.judge(["Ariel", "Ma'ale Adummim"], "IL", "", tenant, ("en",))
    assert (ariel.reason, adummim.reason) == (None, None)
    assert [each.reason for each in cities.judge(["Ariel"], "PS", "", tenant, ("en",))] == [Reason.UNKNOWN_COUNTRY]
