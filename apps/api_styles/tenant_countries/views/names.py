"""The tenant's own names of countries."""

from collections.abc import Mapping
from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.answers.conditional import matches, strong_etag
from apps.api.bodies import json_body
from apps.api.errors import Refusal
from apps.api.languages import canonical
from apps.api.renderers import to_json
from apps.api.views import StyleViewSet, stored
from apps.api_keys.scopes import COUNTRY_MANAGE
from apps.api_styles.tenant_countries import changes
from apps.api_styles.tenant_countries.views.lists import ALPHA2, no_country
from apps.api_styles.tenant_countries.views.policy import TenantCountriesView
from apps.geography import switching
from apps.geography.models import Country, TenantCountryName


class NameViewSet(TenantCountriesView, StyleViewSet):
    """The names that the tenant itself gives a country, shown to its callers instead of ours in every style."""

    required_scopes: ClassVar = {"PATCH": COUNTRY_MANAGE}

    def stored_code(self, code: str) -> str:
        """Return the code of a country of the tenant's as we store it; raises the 404."""
        countries = Country.objects.assigned_to(self.tenant)
        if not ALPHA2.fullmatch(code) or not countries.filter(code=code.upper()).exists():
            raise no_country(code)
        return code.upper()

    @stored
    def retrieve(self, code: str, **path: str) -> Response:
        """Answer with `{tag: name}`."""
        return Response(_tagged(TenantCountryName.objects.texts(self.tenant, self.stored_code(code))))

    def partial_update(self, request: Request, code: str, **path: str) -> Response:
        """Give the names of the body, and drop those that are null in it."""
        stored_code = self.stored_code(code)
        names = changes.read_names(json_body(request))
        condition = request.headers.get("If-Match", "*")

        def is_met(before: Mapping[str, str]) -> bool:
            return matches(condition, strong_etag(to_json(_tagged(before))))

        try:
            switching.rename(self.tenant, stored_code, names, by=self.author, condition=is_met)
        except switching.Unmet:
            message = "The names are not those that If-Match names."
            raise Refusal(412, "precondition_failed", message) from None
        except switching.Missing:
            raise no_country(code) from None
        return Response(status=204)


def _tagged(names: Mapping[str, str]) -> dict[str, str]:
    """Return names by the tag of their language, as clients write it."""
    return {canonical(language): name for language, name in names.items()}
