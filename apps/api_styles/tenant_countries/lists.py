"""The answers of the tenant API to who reads."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from apps.api.answers.conditional import strong_etag
from apps.api.answers.representations import Answer
from apps.api.errors import not_found
from apps.api.languages import canonical
from apps.api_styles.tenant_countries import records, serializers
from apps.api_styles.tenant_countries.collections import Collection, Countries, no_country
from apps.api_styles.tenant_countries.languages import Languages
from apps.api_styles.tenant_countries.pages import TOTAL, Page
from apps.geography.models import TenantCountryName
from apps.tenants.models import Tenant

CONFIGURATIONS: Mapping[str, Callable[[Tenant], serializers.Configuration]] = {
    "project_lang": serializers.project_languages,
}


@dataclass(frozen=True, slots=True)
class Item:
    """One item, in which languages."""

    collection: Collection
    code: str
    languages: Languages


def page(asked: Page, tenant: Tenant) -> Answer:
    """Answer with one page of what the filters find."""
    collection, languages = asked.collection, asked.languages
    rows = collection.rows(tenant)
    names = rows.names_for(tenant, asked.needed_languages())
    found = collection.filterset_class(dict(asked.values), rows, names, dict(asked.names), languages).qs
    ordered = records.ordered(records.fetch(found), asked.order, names, languages)
    first = (asked.number - 1) * asked.size
    body = collection.serialize(ordered[first : first + asked.size], names, languages)
    return Answer(body, {TOTAL: str(len(ordered))} if asked.is_counted else {})


def item(asked: Item, tenant: Tenant) -> Answer:
    """Answer with one item; its entity tag starts with its version. Raises the 404."""
    collection, languages = asked.collection, asked.languages
    row = collection.row(tenant, asked.code)
    record = collection.record(row, asked.code)
    names = row.names_for(tenant, languages.needed())
    content = orjson.dumps(collection.serialize([record], names, languages)[0])
    return Answer(content, {"ETag": f'"{record.version}-{strong_etag(content).strip(chr(34))}"'})


def names(code: str, tenant: Tenant) -> Answer:
    """Answer with the names that the tenant itself gives a country, by tag; raises the 404."""
    return Answer(tagged(TenantCountryName.objects.texts(tenant, own_country(code, tenant))))


def configurations(keys: Sequence[str], tenant: Tenant) -> Answer:
    """Answer with the configurations of these keys."""
    return Answer([CONFIGURATIONS[key](tenant) for key in keys])


def configuration(key: str, tenant: Tenant) -> Answer:
    """Answer with one configuration; raises the 404."""
    if key not in CONFIGURATIONS:
        raise not_found("The configuration with the requested key does not exist.", entity_id=key)
    return Answer(CONFIGURATIONS[key](tenant))


def own_country(code: str, tenant: Tenant) -> str:
    """Return the code of a country of the tenant's as we store it; raises the 404."""
    found = Countries().row(tenant, code)
    if not found.exists():
        raise no_country(code)
    return code.upper()


def tagged(names: Mapping[str, str]) -> dict[str, str]:
    """Return names by the tag of their language, as clients write it."""
    return {canonical(language): name for language, name in names.items()}
