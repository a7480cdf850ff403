"""What three published clients of this API were seen to send."""

from typing import Any

import pytest

from apps.api_keys.models import OAuthClient
from apps.tenants.models import Tenant

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def token(client: Any, tenant: Tenant) -> str:
    registered, secret = OAuthClient.objects.issue(tenant, "a published client")
    form = f"grant_type=client_credentials&client_id={registered.client_id}&client_secret={secret}"
    response = client.post("/oauth/token", form, content_type=FORM, headers={"Accept": "application/json"})
    return response.json()["access_token"]


def test_a_node_sdk_lists_and_finds_countries_in_every_language(client: Any, tenant: Tenant, token: str) -> None:
    tenant.requires_x_version = False
    tenant.save()
    # Node's fetch sends these by itself.
    silent = {"Accept": "*/*", "Accept-Language": "*", "Sec-Fetch-Mode": "cors", "User-Agent": "node"}
    headers = silent | {"Authorization": f"Bearer {token}", "Emporix-Tenant": "acme"}
    page = client.get("/country/acme/countries?pageNumber=1&pageSize=60", headers=headers).json()
    assert len(page) == 60
    assert page[0]["name"] == {"en": "Afghanistan", "de": "Afghanistan", "pl": "Afganistan"}
    found = client.get("/country/acme/countries?name=isle", headers=headers).json()
    assert [row["code"] for row in found] == ["IM"]
    assert client.get("/country/acme/countries/PL", headers=headers).json()["name"]["pl"] == "Polska"
    other = client.get("/country/acme/countries", headers=headers | {"Emporix-Tenant": "globex"})
    assert other.status_code == 400


def test_a_dashboard_lists_all_and_sends_the_whole_metadata_back(client: Any, token: str) -> None:
    headers = {"Authorization": f"bearer {token}", "X-Version": "v2", "X-Total-Count": "true", "Accept-Language": "*"}
    languages = client.get("/configuration/acme/configurations/project_lang", headers=headers)
    assert languages.status_code == 200
    response = client.get("/country/acme/countries?pageNumber=1&pageSize=1000&sort=code:asc", headers=headers)
    rows = response.json()
    assert response.headers["X-Total-Count"] == "250" == str(len(rows))
    assert [row["code"] for row in rows] == sorted(row["code"] for row in rows)
    row = next(row for row in rows if row["code"] == "PL")
    body = {"active": False, "metadata": row["metadata"]}
    path = "/country/acme/countries/PL"
    assert client.patch(path, body, content_type="application/json", headers=headers).status_code == 204
    assert client.patch(path, body, content_type="application/json", headers=headers).status_code == 409
    regions = client.get("/country/acme/regions?pageSize=1000", headers=headers).json()
    assert {code for row in rows for code in row["regions"]} == {region["code"] for region in regions}


def test_a_terraform_provider_switches_a_country_off_and_reads_it_back(client: Any, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "X-Version": "v2", "Accept": "application/json"}
    path = "/country/acme/countries/DE"
    for active in (False, False, True):
        version = client.get(path, headers=headers).json()["metadata"]["version"]
        body = {"active": active, "metadata": {"version": version}}
        response = client.patch(path, body, content_type="application/json", headers=headers)
        assert (response.status_code, response.content) == (204, b"")
        read = client.get(path, headers=headers)
        assert read.status_code == 200
        assert read.json()["active"] is active
        assert read.json()["name"] == {"en": "Germany"}
