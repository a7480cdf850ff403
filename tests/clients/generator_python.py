"""Calls by openapi-generator's Python clients, which check each answer against its description."""

import constants_by_generator as constants
import country_list_by_generator as country_list
import data_by_generator as data
import tenant_countries_by_generator as tenant_countries
from demo import BASE_URL, DEMO, ORIGIN


def call_constants() -> None:
    """Call the constants style."""
    with constants.ApiClient(constants.Configuration(host=BASE_URL)) as client:
        found = constants.CountriesApi(client).list_countries("demo", "en-US", "demo", "fr")
    assert {row.code: row.label for row in found.data}["JP"] == "Japon"


def call_country_list() -> None:
    """Call the country_list style."""
    with country_list.ApiClient(country_list.Configuration(host=BASE_URL)) as client:
        token = country_list.TokensApi(client).issue_token(
            "client_credentials", DEMO["client_id"], DEMO["client_secret"]
        )
    settings = country_list.Configuration(host=BASE_URL, access_token=token.data.access_token)
    with country_list.ApiClient(settings) as client:
        found = country_list.CountriesApi(client).list_countries("HK")
    assert "Central and Western" in {state.name for state in found.data.countries[0].states}


def call_data() -> None:
    """Call the data style."""
    settings = data.Configuration(
        host=BASE_URL, access_token=DEMO["private_key"], api_key={"publicKey": DEMO["public_key"]}
    )
    with data.ApiClient(settings) as client:
        countries = data.CountriesApi(client).list_countries()
        assert {row.iso_alpha_2: row.is_subdivision_of for row in countries}["FR"] is None
        forms = data.WidgetsApi(client).list_subdivisions_of_widget("FR", origin=ORIGIN)
        assert any(row.parent_id is not None for row in forms)
        city = data.ValidationApi(client).validate_city(data.CityQuestion(city="Paris", country="FR"))
        assert city.city_id == 2988507


def call_tenant_countries() -> None:
    """Call the tenant_countries style."""
    settings = tenant_countries.Configuration(host=BASE_URL, access_token=DEMO["private_key"])
    with tenant_countries.ApiClient(settings) as client:
        countries = tenant_countries.CountriesApi(client)
        rows = countries.list_countries(DEMO["tenant"], "v2", code="PL,DE", sort="code")
        assert [row.code for row in rows] == ["DE", "PL"]
        countries.switch_country(DEMO["tenant"], "PL", "v2", tenant_countries.Change(active=True))
        setting = tenant_countries.ConfigurationApi(client).get_configuration(DEMO["tenant"], "project_lang")
        assert setting.version == 1


if __name__ == "__main__":
    for call in (call_constants, call_country_list, call_data, call_tenant_countries):
        call()
