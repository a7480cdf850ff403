"""Lists and their items, as the tenant has them."""

import re
from collections.abc import Hashable, Sequence
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.answers.conditional import strong_etag
from apps.api.errors import Refusal, not_found
from apps.api.renderers import to_json
from apps.api.views import StyleViewSet, stored
from apps.api_styles.tenant_countries import filters, records, serializers
from apps.api_styles.tenant_countries.languages import Languages, languages_for
from apps.api_styles.tenant_countries.pages import TOTAL, Page
from apps.api_styles.tenant_countries.records import Record
from apps.api_styles.tenant_countries.views.policy import TenantCountriesView
from apps.geography.models import Region
from apps.geography.models.names import NamedQuerySet, Names
from apps.geography.names.languages import SOURCE_LANGUAGE

ALPHA2 = re.compile(r"[A-Za-z]{2}", re.ASCII)


class RecordViewSet(TenantCountriesView, StyleViewSet):
    """A list and its items. The path ends in the code of an item."""

    entity: ClassVar[str]
    fields: ClassVar[Sequence[str]] = records.FIELDS
    filterset_class: ClassVar[type[filters.RecordFilter]]

    def rows(self) -> NamedQuerySet[Any]:
        """Return what the tenant has; raises the 404 where the path leads nowhere."""
        raise NotImplementedError

    def serialize(self, found: Sequence[Record], names: Names, languages: Languages) -> Sequence[serializers.Item]:
        """Return the items as the contract shows them."""
        raise NotImplementedError

    def missing(self, code: str) -> Refusal:
        """Return the 404 for an item."""
        return not_found(f"The {self.entity} with the requested code does not exist.", entity_id=code)

    def row(self, code: str) -> NamedQuerySet[Any]:
        """Return the rows of one item, at most one."""
        stored = self.canonical_code(code)
        rows = self.rows()
        return rows.filter(code=stored) if stored else rows.none()

    def record(self, row: NamedQuerySet[Any], code: str) -> Record:
        """Return one item; raises the 404."""
        found = records.read(row)
        if not found:
            raise self.missing(self.canonical_code(code) or code)
        return found[0]

    def question(self, request: Request) -> Hashable:
        """Return the page that a list is asked for, and the languages of one item; raises the 400."""
        header = request.META.get("HTTP_ACCEPT_LANGUAGE")
        if self.action == "retrieve":
            return languages_for(self.tenant, header, without_header=SOURCE_LANGUAGE)
        languages = languages_for(self.tenant, header, without_header=self.tenant.default_language)
        return Page.read(self.query, request.headers, languages, self.fields, self.filterset_class)

    @stored
    def list(self, **path: str) -> Response:
        """Answer with one page of what the filters find."""
        page: Page = self.asked
        languages = page.languages
        rows = self.rows()
        names = rows.names_for(self.tenant, page.needed_languages())
        found = self.filterset_class(dict(page.values), rows, names, dict(page.names), languages).qs
        ordered = records.ordered(records.read(found), page.order, names, languages)
        first = (page.number - 1) * page.size
        body = self.serialize(ordered[first : first + page.size], names, languages)
        return Response(body, headers={TOTAL: str(len(ordered))} if page.is_counted else None)

    @stored
    def retrieve(self, code: str, **path: str) -> Response:
        """Answer with one item; its entity tag starts with its version."""
        languages: Languages = self.asked
        row = self.row(code)
        record = self.record(row, code)
        names = row.names_for(self.tenant, languages.needed())
        content = to_json(self.serialize([record], names, languages)[0])
        return Response(content, headers={"ETag": f'"{record.version}-{strong_etag(content).strip(chr(34))}"'})


class RegionViewSet(RecordViewSet):
    """The regions of the world; the same for every tenant."""

    entity = "region"
    is_versioned = False
    fields = tuple(field for field in records.FIELDS if field != "active")
    filterset_class = filters.RecordFilter

    def rows(self) -> NamedQuerySet[Region]:
        """Return the current regions."""
        rows: NamedQuerySet[Region] = Region.objects.assigned_to(self.tenant)
        return rows

    def canonical_code(self, code: str) -> str | None:
        """Return the code itself."""
        return code if code.isprintable() else None

    def serialize(self, found: Sequence[Record], names: Names, languages: Languages) -> Sequence[serializers.Region]:
        """Return regions as the contract shows them."""
        return [serializers.region(record, languages.texts(names, record.code)) for record in found]


class ConfigurationViewSet(TenantCountriesView, StyleViewSet):
    """The configuration of the tenant, as far as it concerns languages."""

    is_versioned = False

    @stored
    def retrieve(self, key: str, **path: str) -> Response:
        """Answer with `project_lang`."""
        if key != "project_lang":
            raise not_found("The configuration with the requested key does not exist.", entity_id=key)
        return Response(serializers.project_languages(self.tenant))


def no_country(code: str) -> Refusal:
    """Return the 404 for a country."""
    entity_id = code.upper() if ALPHA2.fullmatch(code) else code
    return not_found("The country with the requested code does not exist.", entity_id=entity_id)
