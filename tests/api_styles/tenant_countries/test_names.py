"""Names that a tenant gives countries itself: shown to its callers in every style, and to nobody else's."""

from typing import Any

import pytest
from auditlog.models import LogEntry

from apps.revisions import numbers
from apps.tenants.models import Tenant
from tests.api_styles.tenant_countries.conftest import COUNTRIES, Ask, codes
from tests.factories import TenantFactory, issue_key

PATH = f"{COUNTRIES}/TW/names"


def test_names_are_given_changed_and_dropped(ask: Ask) -> None:
    assert ask(PATH).json() == {}
    assert ask(PATH, "PATCH", {"de": "Formosa", "zh-Hant": "寶島", "fr": None}).status_code == 204
    assert ask(PATH).json() == {"de": "Formosa", "zh-Hant": "寶島"}
    assert ask(PATH, "PATCH", {"de": " Taiwan (Insel) ", "zh-hant": None}).status_code == 204
    assert ask(f"{COUNTRIES}/tw/names").json() == {"de": "Taiwan (Insel)"}


def test_a_given_name_is_shown_filtered_and_sorted_by_in_its_language_alone(ask: Ask) -> None:
    assert "TW" in codes(ask(f"{COUNTRIES}?name=taiwan&pageSize=300"))
    ask(PATH, "PATCH", {"en": "Aardvark Island"})
    assert codes(ask(f"{COUNTRIES}?pageSize=1")) == ["TW"]
    assert codes(ask(f"{COUNTRIES}?name=aardvark")) == ["TW"]
    assert codes(ask(f"{COUNTRIES}?name=taiwan")) == []
    assert ask(f"{COUNTRIES}/TW", Accept_Language="*").json()["name"]["en"] == "Aardvark Island"
    assert ask(f"{COUNTRIES}/TW", Accept_Language="de").json()["name"] == {"de": "Taiwan"}


def test_a_given_name_moves_the_revision_of_its_tenant_alone(ask: Ask, tenant: Tenant) -> None:
    mine, other = f"tenant:{tenant.pk}", f"tenant:{TenantFactory().pk}"
    before = numbers.current(mine, other, "data")
    ask(PATH, "PATCH", {"en": "Formosa"})
    after = numbers.current(mine, other, "data")
    assert after[mine] > before[mine]
    assert (after[other], after["data"]) == (before[other], before["data"])


def test_all_styles_show_it_to_this_tenant_and_to_no_other(ask: Ask, client: Any, secret: str, tenant: Tenant) -> None:
    globex = TenantFactory(code="globex")
    other = issue_key(globex)

    def seen(key: str, workspace: str, code: str) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {key}", "Accept-Language": "en", "X-Version": "v2"}
        constants = {"X-Client-Hash": "a", "X-LOCALE": "en", "User-Agent": "x", "Accept-Language": "en"}
        constants |= {"X-Workspace-Id": workspace} if workspace else {}
        data = client.get("/api/data/countries", headers=headers).json()
        listed = client.get("/web/v1/system/constants/countries", headers=constants).json()["data"]
        states = client.get("/v1/country/list?country=TW", headers=headers).content.decode()
        own = client.get(f"/country/{code}/countries/TW", headers=headers).json()["name"]["en"]
        return {
            "data": next(row["name"] for row in data if row["iso_alpha_2"] == "TW"),
            "constants": next(row["label"] for row in listed if row["code"] == "TW"),
            "country_list": next(name for name in ("Formosa", "Taiwan") if f'"{name}"' in states),
            "tenant_countries": own,
        }

    assert set(seen(secret, tenant.workspace_id, "acme").values()) == {"Taiwan"}
    ask(PATH, "PATCH", {"en": "Formosa"})
    assert set(seen(secret, tenant.workspace_id, "acme").values()) == {"Formosa"}
    assert set(seen(other, globex.workspace_id, "globex").values()) == {"Taiwan"}
    assert seen(other, "", "globex")["constants"] == "Taiwan"


NO_NAMES = [{}, [], None, {"xx": "a"}, {"de-CH": "a"}, {"": "a"}, {"de": ""}, {"de": " "}, {"de": 1}, {"de": "a" * 201}]
# Composed, as it is stored, it has twice as many characters.
TOO_LONG_WHEN_STORED = {"hi": "\u0958" * 101}


@pytest.mark.parametrize("body", [*NO_NAMES, TOO_LONG_WHEN_STORED, {"de": "a", "DE": "b"}, {"de": {"x": "y"}}])
def test_what_is_no_name_is_refused(ask: Ask, body: Any) -> None:
    assert ask(PATH, "PATCH", body).status_code == 400
    assert ask(PATH).json() == {}


def test_if_match_keeps_a_later_name_from_being_lost(ask: Ask) -> None:
    tag = ask(PATH).headers["ETag"]
    assert ask(PATH, "PATCH", {"de": "Formosa"}, If_Match=tag).status_code == 204
    assert ask(PATH, "PATCH", {"de": "Taiwan"}, If_Match=tag).status_code == 412
    assert ask(PATH).json() == {"de": "Formosa"}


def test_it_is_logged_and_needs_the_scope(ask: Ask, tenant: Tenant) -> None:
    bearer = f"Bearer {issue_key(tenant, scopes=[])}"
    assert ask(PATH, "PATCH", {"de": "Formosa"}, Authorization=bearer).status_code == 403
    ask(PATH, "PATCH", {"de": "Formosa"})
    assert LogEntry.objects.get().changes == {"name de": [None, "Formosa"]}
