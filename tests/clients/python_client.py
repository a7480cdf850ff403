"""Calls by the clients of openapi-python-client."""

from base64 import b64encode

import constants_client
import country_list_client
import data_client
import tenant_countries_client
from constants_client.api.countries import list_countries as list_constants
from constants_client.models import Countries, Problem
from country_list_client.api.countries import list_countries as find_countries
from country_list_client.api.tokens import issue_token
from country_list_client.models import Countries as Found
from country_list_client.models import ProblemAsText, Token, TokenRequest
from data_client.api.countries import list_countries, list_subdivisions
from data_client.api.validation import validate_city, validate_country, validate_subdivision
from data_client.api.widgets import list_subdivisions_of_widget
from data_client.models import (
    CityQuestion,
    CountryQuestion,
    InvalidCode,
    InvalidVerdict,
    SubdivisionQuestion,
    ValidCity,
    Verdicts,
)
from demo import BASE_URL, DEMO, ORIGIN, SECRET
from tenant_countries_client.api.configuration import get_configuration
from tenant_countries_client.api.countries import get_country, switch_countries, switch_country
from tenant_countries_client.api.countries import list_countries as list_of_tenant
from tenant_countries_client.api.tokens import issue_token as issue_token_of_tenant
from tenant_countries_client.models import (
    Change,
    ConfigurationItem,
    Country,
    ExpectedVersion,
    GetCountryXVersion,
    ListCountriesXVersion,
    NamedChange,
    SwitchCountriesXVersion,
    SwitchCountryXVersion,
    TokenForm,
)
from tenant_countries_client.models import GetConfigurationKey as Key
from tenant_countries_client.models import Token as TokenOfTenant


def constants() -> None:
    """Call the constants style."""
    client = constants_client.Client(base_url=BASE_URL)
    headers = {"x_client_hash": "demo", "user_agent": "demo", "accept_language": "fr"}
    found = list_constants.sync(client=client, x_locale="en-US", **headers)
    assert isinstance(found, Countries)
    assert {row.code: row.label for row in found.data}["JP"] == "Japon"
    refused = list_constants.sync(client=client, x_locale="-", **headers)
    assert isinstance(refused, Problem)
    assert refused.code == "VALIDATION.INVALID_PARAMETER"


def country_list() -> None:
    """Call the country_list style."""
    asked = TokenRequest(grant_type="client_credentials", **SECRET)
    token = issue_token.sync(client=country_list_client.Client(base_url=BASE_URL), body=asked)
    assert isinstance(token, Token)
    client = country_list_client.AuthenticatedClient(base_url=BASE_URL, token=token.data.access_token)
    found = find_countries.sync(client=client, country="HK")
    assert isinstance(found, Found)
    assert "Central and Western" in {state.name for state in found.data.countries[0].states}
    assert isinstance(find_countries.sync(client=client, country="Atlantis"), ProblemAsText)


def data() -> None:
    """Call the data style."""
    client = data_client.AuthenticatedClient(base_url=BASE_URL, token=DEMO["private_key"])
    countries = list_countries.sync(client=client)
    assert isinstance(countries, list)
    whole = {row.iso_alpha_2: row.is_subdivision_of for row in countries}
    assert whole["FR"] is None
    assert whole["PR"] is not None
    assert whole["PR"].parent_country_code == "US"
    states = list_subdivisions.sync("US", client=client)
    assert isinstance(states, list)
    assert "US-CA" in {row.code for row in states}
    form = data_client.AuthenticatedClient(
        base_url=BASE_URL, token=DEMO["public_key"], prefix="", auth_header_name="X-API-KEY"
    )
    shown = list_subdivisions_of_widget.sync("FR", client=form, origin=ORIGIN)
    assert isinstance(shown, list)
    assert any(row.parent_id is not None for row in shown)
    assert isinstance(validate_country.sync(client=client, body=CountryQuestion(code="USA")), InvalidCode)
    question = SubdivisionQuestion(code=["US-CA", "US-XX"], country="US")
    verdicts = validate_subdivision.sync(client=client, body=question)
    assert isinstance(verdicts, Verdicts)
    assert isinstance(verdicts.results[1], InvalidVerdict)
    city = validate_city.sync(client=client, body=CityQuestion(city="munich", country="DE"))
    assert isinstance(city, ValidCity)
    assert city.city_id == 2867714


def tenant_countries() -> None:
    """Call the tenant_countries style."""
    secret = b64encode(":".join(SECRET.values()).encode()).decode()
    owner = tenant_countries_client.AuthenticatedClient(base_url=BASE_URL, token=secret, prefix="Basic")
    token = issue_token_of_tenant.sync(client=owner, body=TokenForm(grant_type="client_credentials"))
    assert isinstance(token, TokenOfTenant)
    client = tenant_countries_client.AuthenticatedClient(base_url=BASE_URL, token=token.access_token)
    tenant = DEMO["tenant"]
    rows = list_of_tenant.sync(tenant, client=client, x_version=ListCountriesXVersion.V2, page_size=2, sort="code")
    assert isinstance(rows, list)
    assert [row.code for row in rows] == ["AD", "AE"]
    poland = get_country.sync(tenant, "PL", client=client, x_version=GetCountryXVersion.V2, accept_language="*")
    assert isinstance(poland, Country)
    assert poland.name.additional_properties["de"] == "Polen"
    change = Change(active=True, metadata=ExpectedVersion(version=poland.metadata.version))
    for status in (204, 409):
        answer = switch_country.sync_detailed(
            tenant, "PL", client=client, body=change, x_version=SwitchCountryXVersion.V2
        )
        assert answer.status_code == status
    changes = [NamedChange(code="PL", active=True), NamedChange(code="XX", active=True)]
    results = switch_countries.sync(tenant, client=client, body=changes, x_version=SwitchCountriesXVersion.V2)
    assert isinstance(results, list)
    assert [result.code for result in results] == [204, 404]
    setting = get_configuration.sync(tenant, Key.PROJECT_LANG, client=client)
    assert isinstance(setting, ConfigurationItem)
    assert "de" in setting.value


if __name__ == "__main__":
    for call in (constants, country_list, data, tenant_countries):
        call()
