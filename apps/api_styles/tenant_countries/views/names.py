"""The tenant's own names of countries."""

from collections.abc import Mapping
from typing import Any, ClassVar

import orjson
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.answers.representations import matches, strong_etag
from apps.api.errors import Refusal, bad_parameter
from apps.api.input import Query, json_body
from apps.api.languages import canonical, lookup
from apps.api.views import Headers, StyleViewSet, answered_by
from apps.api_keys.scopes import COUNTRY_MANAGE
from apps.api_styles.tenant_countries import lists
from apps.api_styles.tenant_countries.collections import Countries, no_country
from apps.api_styles.tenant_countries.views.policy import TenantCountriesView
from apps.geography import switching
from apps.geography.validation.characters import fault, nameless, tidied

MAX_NAME_LENGTH = 200


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
        names = names_in(json_body(request))
        condition = request.headers.get("If-Match", "*")

        def is_met(before: Mapping[str, str]) -> bool:
            return matches(condition, strong_etag(orjson.dumps(lists.tagged(before))))

        try:
            switching.rename(self.tenant, stored_code, names, by=self.author, condition=is_met)
        except switching.Unmet:
            message = "The names are not those that If-Match names."
            raise Refusal(412, "precondition_failed", message) from None
        except switching.Missing:
            raise no_country(code) from None
        return Response(status=204)


def names_in(body: Any) -> dict[str, str | None]:
    """Return `{language: name}` of `{tag: name}`, None for a name to be dropped; raises the 400."""
    if not isinstance(body, dict) or not body:
        raise bad_parameter("body", "The body must be an object of language tags and names.")
    names: dict[str, str | None] = {}
    for tag, name in body.items():
        language = lookup(tag)
        if language is None or canonical(language).lower() != tag.lower() or language in names:
            raise bad_parameter("body", "Each member must be the tag of a language that we hold, and once.")
        names[language] = None if name is None else _legible(canonical(language), name)
    return names


def _legible(member: str, given: Any) -> str:
    """Return a name as it is stored, with nothing in it that nobody sees; raises the 400."""
    # Composed, a text may have more characters than before.
    name = tidied(given) if isinstance(given, str) else ""
    if not 0 < len(name) <= MAX_NAME_LENGTH:
        raise bad_parameter(member, f"A name must have 1 to {MAX_NAME_LENGTH} characters, or be null.")
    if nameless(name) or fault(name):
        raise bad_parameter(member, "A name must have letters, and no control, invisible or direction characters.")
    return name
