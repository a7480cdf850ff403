"""The answers of the tenant API to who reads."""

from dataclasses import dataclass

from apps.api.answers.conditional import strong_etag
from apps.api.answers.representations import Answer
from apps.api.errors import not_found
from apps.api.languages import canonical
from apps.api.renderers import to_json
from apps.api_styles.tenant_countries import records, serializers
from apps.api_styles.tenant_countries.kinds import ALPHA2, Kind, no_country
from apps.api_styles.tenant_countries.languages import Languages
from apps.api_styles.tenant_countries.pages import TOTAL, Page
from apps.geography.models import TenantCountry, TenantCountryName
from apps.tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Item:
    """One item, in which languages."""

    kind: Kind
    code: str
    languages: Languages


def page(asked: Page, tenant: Tenant) -> Answer:
    """Answer with one page of what the filters find."""
    kind, languages = asked.kind, asked.languages
    rows = kind.rows(tenant)
    names = rows.names_for(tenant, asked.needed_languages())
    found = kind.filterset_class(dict(asked.values), rows, names, dict(asked.names), languages).qs
    ordered = records.ordered(records.read(found), asked.order, names, languages)
    first = (asked.number - 1) * asked.size
    body = kind.serialize(ordered[first : first + asked.size], names, languages)
    return Answer(body, {TOTAL: str(len(ordered))} if asked.is_counted else {})


def item(asked: Item, tenant: Tenant) -> Answer:
    """Answer with one item; its entity tag starts with its version. Raises the 404."""
    kind, languages = asked.kind, asked.languages
    row = kind.row(tenant, asked.code)
    record = kind.record(row, asked.code)
    names = row.names_for(tenant, languages.needed())
    content = to_json(kind.serialize([record], names, languages)[0])
    return Answer(content, {"ETag": f'"{record.version}-{strong_etag(content).strip(chr(34))}"'})


def names(code: str, tenant: Tenant) -> Answer:
    """Answer with the names that the tenant itself gives a country; raises the 404."""
    return Answer(own_names(own_country(code, tenant), tenant))


def configuration(key: str, tenant: Tenant) -> Answer:
    """Answer with `project_lang`; raises the 404."""
    if key != "project_lang":
        raise not_found("The configuration with the requested key does not exist.", entity_id=key)
    return Answer(serializers.project_languages(tenant))


def own_country(code: str, tenant: Tenant) -> TenantCountry:
    """Return the tenant's record of a country; raises the 404."""
    rows = TenantCountry.objects.filter(tenant=tenant, country__withdrawn_on=None)
    row = rows.filter(country=code.upper()).first() if ALPHA2.fullmatch(code) else None
    if row is None:
        raise no_country(code)
    return row


def own_names(row: TenantCountry, tenant: Tenant) -> dict[str, str]:
    """Return the tenant's names of a country by tag."""
    texts = TenantCountryName.objects.texts(tenant, row.country_id)
    return {canonical(language): name for language, name in texts.items()}
