"""The answers of the country_list style."""

from typing import NamedTuple

from apps.api.answers.representations import Answer
from apps.api.errors import not_found
from apps.api.languages import canonical
from apps.api_styles.country_list import serializers
from apps.geography import states
from apps.geography.models import Country
from apps.geography.names import naming
from apps.geography.names.collation import sort_key
from apps.geography.names.languages import fallbacks
from apps.tenants.models import Tenant

OK = "OK"
WITHOUT_STATES = "States and cities are not part of your plan."


class Asked(NamedTuple):
    """The code or name of countries, and the language of the answer."""

    term: str
    language: str


def countries(asked: Asked, tenant: Tenant) -> Answer:
    """Answer with every country that bears the name, its states and cities; raises the 404."""
    languages = fallbacks(asked.language)
    named = naming.named(Country.objects.active_for(tenant), asked.term, tenant)
    rows = named.labelled(languages, tenant=tenant).values_list("code", "label")  # type: ignore[misc]
    key = sort_key(asked.language)
    found = sorted(rows, key=lambda row: (key(row[1]), row[0]))
    if not found:
        raise not_found()
    has_states = tenant.plan.subdivision_access
    shown = (
        (code, label, states.with_cities(code, label, languages, tenant) if has_states else ()) for code, label in found
    )
    body = serializers.answer(shown, OK if has_states else WITHOUT_STATES)
    return Answer(body, {"Content-Language": canonical(asked.language)})
