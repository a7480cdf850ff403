"""The tenant's own names of countries."""

from collections.abc import Mapping
from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.answers.conditional import matches, strong_etag
from apps.api.bodies import json_body
from apps.api.errors import Refusal
from apps.api.parameters import Query
from apps.api.renderers import to_json
from apps.api.views import Headers, StyleViewSet, answered_by
from apps.api_keys.scopes import COUNTRY_MANAGE
from apps.api_styles.tenant_countries import changes, lists
from apps.api_styles.tenant_countries.collections import Countries, no_country
from apps.api_styles.tenant_countries.views.policy import TenantCountriesView
from apps.geography import switching


class NameViewSet(TenantCountriesView, StyleViewSet):
    """The names that the tenant itself gives a country, shown to its callers instead of ours in every style."""

    required_scopes: ClassVar = {"PATCH": COUNTRY_MANAGE}

    @answered_by(lists.names)
    def retrieve(self, headers: Headers, query: Query, code: str, **path: str) -> str:
        """Return whose names are asked for."""
        return Countries().canonical_code(code) or code

    def partial_update(self, request: Request, code: str, **path: str) -> Response:
        """Give the names of the body, and drop those that are null in it."""
        stored_code = lists.own_country(code, self.tenant)
        names = changes.names_in(json_body(request))
        condition = request.headers.get("If-Match", "*")

        def is_met(before: Mapping[str, str]) -> bool:
            return matches(condition, strong_etag(to_json(lists.tagged(before))))

        try:
            switching.rename(self.tenant, stored_code, names, by=self.author, condition=is_met)
        except switching.Unmet:
            message = "The names are not those that If-Match names."
            raise Refusal(412, "precondition_failed", message) from None
        except switching.Missing:
            raise no_country(code) from None
        return Response(status=204)
