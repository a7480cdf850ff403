"""The tenant_countries API style: the countries of a tenant, switched on and off by the tenant itself."""

import re
from collections.abc import Hashable, Sequence
from typing import Any, ClassVar

from auditlog.models import LogEntry
from django.db import transaction
from rest_framework.exceptions import APIException
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import audit
from apps.api.answers.conditional import matches, strong_etag
from apps.api.authentication import BearerAuthentication
from apps.api.bodies import json_body
from apps.api.cors import CrossOriginView
from apps.api.errors import Refusal, bad_parameter, not_found
from apps.api.languages import canonical
from apps.api.permissions import HasScope, PrivateCredential
from apps.api.renderers import to_json
from apps.api.views import StyleViewSet, UnknownPathView, stored
from apps.api_keys.scopes import COUNTRY_MANAGE
from apps.api_styles.tenant_countries import changes, errors, filters, records, serializers
from apps.api_styles.tenant_countries.changes import Change
from apps.api_styles.tenant_countries.languages import Languages, languages_for
from apps.api_styles.tenant_countries.pages import TOTAL, Page
from apps.api_styles.tenant_countries.records import Record
from apps.geography.models import (
    Country,
    Region,
    Subdivision,
    TenantCountry,
    TenantCountryName,
    TenantSubdivision,
)
from apps.geography.models.activation import await_turn
from apps.geography.models.names import NamedQuerySet, Names
from apps.geography.names.languages import SOURCE_LANGUAGE

ALPHA2 = re.compile(r"[A-Za-z]{2}", re.ASCII)
X_VERSION_HINT = (
    "The header X-Version must be v2. The tenant can be set not to need it: manage.py set_tenant {tenant} "
    '--x-version optional, or the switch "requires X-Version" on its page in the back office.'
)
SUBDIVISION_CODE = re.compile(r"[A-Za-z]{2}-[A-Za-z0-9-]{1,17}", re.ASCII)


class OwnTenant(BasePermission):
    """The tenant in the path is the caller's; a foreign one and one that does not exist are refused alike."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Compare the codes."""
        return bool(view.kwargs.get("tenant") == view.caller.tenant.code)


class TenantCountriesView(CrossOriginView):
    """A private key or an access token of the tenant in the path; browsers of the tenant's origins."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (OwnTenant, PrivateCredential, HasScope)
    envelope = staticmethod(errors.envelope)
    vary = (
        "Authorization", "Accept-Language", "X-Version", "X-Total-Count", "Emporix-Tenant", "Accept-Encoding", "Origin",
    )  # fmt: skip
    cors_request_headers = (
        "Authorization", "Content-Type", "Accept-Language", "X-Version", "X-Total-Count", "Emporix-Tenant", "If-Match",
        "If-None-Match", "X-Request-Id",
    )  # fmt: skip
    cors_exposed_headers = ("X-Total-Count", "ETag")
    is_versioned = True

    @property
    def origins(self) -> Sequence[str]:
        """The origins of the tenant."""
        return tuple(self.tenant.origins)

    def read(self, request: Request) -> Hashable:
        """Check X-Version and Emporix-Tenant."""
        version = request.headers.get("X-Version", "").strip(" \t")
        if self.is_versioned and self.tenant.requires_x_version and version != "v2":
            raise bad_parameter("X-Version", X_VERSION_HINT.format(tenant=self.tenant))
        if request.headers.get("Emporix-Tenant", self.tenant.code) != self.tenant.code:
            message = "Tenant in the header is not matching with the one provided in the URI."
            raise bad_parameter("Emporix-Tenant", message)
        return None


class RecordViewSet(TenantCountriesView, StyleViewSet):
    """A list and its items. The path ends in the code of an item."""

    entity: ClassVar[str]
    fields: ClassVar[Sequence[str]] = records.FIELDS
    filterset_class: ClassVar[type[filters.RecordFilter]]

    def rows(self) -> NamedQuerySet[Any]:
        """Return what the tenant has; raises the 404 where the path leads nowhere."""
        raise NotImplementedError

    def canonical_code(self, code: str) -> str | None:
        """Return a code of the path as we store it, None where no item can have it."""
        raise NotImplementedError

    def serialize(self, found: Sequence[Record], names: Names, languages: Languages) -> list[dict[str, Any]]:
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

    def canonical_path(self, **path: str) -> dict[str, str]:
        """Return the code as we store it."""
        code = path.get("code")
        return path | {"code": self.canonical_code(code) or code} if code else path

    def read(self, request: Request) -> Hashable:
        """Read the page that a list is asked for, and the languages of one item; raises the 400."""
        super().read(request)
        header = request.META.get("HTTP_ACCEPT_LANGUAGE")
        if self.action == "retrieve":
            return languages_for(self.tenant, header, without_header=SOURCE_LANGUAGE)
        if self.action != "list":
            return None
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

    def serialize(self, found: Sequence[Record], names: Names, languages: Languages) -> list[dict[str, Any]]:
        """Return regions as the contract shows them."""
        return [serializers.region(record, languages.texts(names, record.code)) for record in found]


class SwitchViewSet(RecordViewSet):
    """Items that the tenant may switch on and off, one by one or in bulk."""

    required_scopes: ClassVar = {"PATCH": COUNTRY_MANAGE}
    filterset_class: ClassVar[type[filters.RecordFilter]] = filters.SwitchFilter
    activation: ClassVar[Any]

    def partial_update(self, request: Request, code: str, **path: str) -> Response:
        """Switch one item."""
        change = self.read_change(request, code)
        versions = changes.expected_versions(request.headers.get("If-Match"))
        with transaction.atomic():
            row = self.record(self.row(code), code) if change.active is None else self.row_to_switch(code)
            LogEntry.objects.bulk_create(self.switch(self.canonical_code(code) or code, row, change, versions))
        return Response(status=204)

    def read_change(self, request: Request, code: str) -> Change:
        """Return what the body asks for; raises the 404 for an item that is not there before the 400."""
        try:
            return changes.read(json_body(request))
        except APIException:
            self.record(self.row(code), code)
            raise

    def bulk_update(self, request: Request, **path: str) -> Response:
        """Switch many items, each with its own result; with `atomic=true` all of them or none."""
        is_atomic = self.query.boolean("atomic") or False
        known = {record.code: record for record in records.read(self.rows())}
        items = changes.read_list(json_body(request))
        if changes.expected_versions(request.headers.get("If-Match")) is not None:
            raise Refusal(412, "precondition_failed", "If-Match names one version; give each change its own.")
        with transaction.atomic():
            rows = known | self.rows_to_switch(known.keys() & {code for code in map(_code, items) if code})
            entries: list[LogEntry] = []
            failures: dict[int, Refusal] = {}
            done: set[str] = set()
            for index, item in enumerate(items):
                try:
                    entries += self.switch_item(item, rows, done)
                except Refusal as refusal:
                    failures[index] = refusal
            LogEntry.objects.bulk_create(entries)
            is_undone = is_atomic and bool(failures)
            transaction.set_rollback(is_undone)
        results = [
            serializers.result(index, _code(item), self.failure(failures.get(index), is_undone=is_undone))
            for index, item in enumerate(items)
        ]
        return Response(results, status=207)

    def failure(self, refusal: Refusal | None, *, is_undone: bool) -> dict[str, Any] | None:
        """Return the error body of one item of a bulk change, None after success."""
        if refusal is None and is_undone:
            refusal = Refusal(424, "failed_dependency", "Nothing was changed, since another item failed.")
        return None if refusal is None else errors.envelope(refusal.problem, self.request)

    def switch_item(self, item: Any, rows: dict[str, Any], done: set[str]) -> list[LogEntry]:
        """Switch one item of a bulk change; raises the refusal of this item alone."""
        code = changes.code_of(item)
        change = changes.read(item, members=("code", "active", "metadata"))
        if code not in rows:
            raise self.missing(code)
        if code in done:
            raise bad_parameter("code", f"The list names {code} more than once.")
        done.add(code)
        return self.switch(code, rows[code], change, None)

    def rows_to_switch(self, codes: Any) -> dict[str, Any]:
        """Return the rows of these codes; other switches of the tenant wait until this one has ended."""
        found: dict[str, Any] = self.activation.objects.to_switch(self.tenant, codes) if codes else {}
        return found

    def row_to_switch(self, code: str) -> Any:
        """Return the row of one item, like `rows_to_switch`; raises the 404."""
        code = self.record(self.row(code), code).code
        rows = self.rows_to_switch([code])
        if code not in rows:
            # Withdrawn between the first look and its turn.
            raise self.missing(code)
        return rows[code]

    def switch(self, code: str, row: Any, change: Change, versions: frozenset[int] | None) -> list[LogEntry]:
        """Switch `row` where it is at the version expected, and return what to log; raises the 412 or 409."""
        if versions is not None and row.version not in versions:
            raise Refusal(412, "precondition_failed", "The version that If-Match names is not the current one.")
        if change.version not in {None, row.version}:
            raise conflict(row)
        if change.active is None:
            return []
        if isinstance(row, Record):
            # Withdrawn between the first look and its turn.
            raise self.missing(code)
        at_version = row.version if (versions, change.version) != (None, None) else None
        if not self.activation.objects.switch_row(row, change.active, at_version=at_version):
            row.refresh_from_db()
            raise conflict(row)
        new = {"active": (row.active, change.active), "version": (row.version, row.version + 1)}
        return [audit.entry(self.request, row, f"{code} of {self.tenant}", new)]


class CountryViewSet(SwitchViewSet):
    """The countries of the tenant."""

    entity = "country"
    filterset_class = filters.CountryFilter
    activation = TenantCountry

    def rows(self) -> NamedQuerySet[Country]:
        """Return the countries assigned to the tenant, active or not."""
        rows: NamedQuerySet[Country] = Country.objects.assigned_to(self.tenant)
        return rows

    def canonical_code(self, code: str) -> str | None:
        """Return the code in upper case."""
        return code.upper() if ALPHA2.fullmatch(code) else None

    def row_to_switch(self, code: str) -> TenantCountry:
        """Return the row of one country without a first look: every country of the tenant has one; raises the 404."""
        stored = self.canonical_code(code)
        rows = self.rows_to_switch([stored] if stored else [])
        if stored not in rows:
            raise self.missing(stored or code)
        row: TenantCountry = rows[stored]
        return row

    def serialize(self, found: Sequence[Record], names: Names, languages: Languages) -> list[dict[str, Any]]:
        """Return countries as the contract shows them."""
        # All of them at once take less than a list of codes in the query.
        countries = Country.objects.filter(code=found[0].code) if len(found) == 1 else Country.objects.all()
        regions = countries.region_codes() if found else {}
        return [
            serializers.country(record, languages.texts(names, record.code), regions.get(record.code, []))
            for record in found
        ]


class SubdivisionViewSet(SwitchViewSet):
    """The subdivisions of one of the tenant's countries."""

    entity = "subdivision"
    activation = TenantSubdivision

    def rows(self) -> NamedQuerySet[Subdivision]:
        """Return the country's subdivisions; raises the 404 for a country that the tenant does not have."""
        code = self.kwargs["country"]
        countries = Country.objects.assigned_to(self.tenant)
        if not ALPHA2.fullmatch(code) or not countries.filter(code=code.upper()).exists():
            raise no_country(code)
        rows: NamedQuerySet[Subdivision] = Subdivision.objects.assigned_to(self.tenant)
        return rows.filter(country=code.upper()) if self.tenant.plan.subdivision_access else rows.none()

    def canonical_code(self, code: str) -> str | None:
        """Return the code in upper case."""
        return code.upper() if SUBDIVISION_CODE.fullmatch(code) else None

    def serialize(self, found: Sequence[Record], names: Names, languages: Languages) -> list[dict[str, Any]]:
        """Return subdivisions as the contract shows them."""
        return [serializers.subdivision(record, languages.texts(names, record.code)) for record in found]


class NameViewSet(TenantCountriesView, StyleViewSet):
    """The names that the tenant itself gives a country, shown to its callers instead of ours in every style."""

    required_scopes: ClassVar = {"PATCH": COUNTRY_MANAGE}

    def row(self, code: str) -> TenantCountry:
        """Return the tenant's record of the country; raises the 404."""
        rows = TenantCountry.objects.filter(tenant=self.tenant, country__withdrawn_on=None)
        row = rows.filter(country=code.upper()).first() if ALPHA2.fullmatch(code) else None
        if row is None:
            raise no_country(code)
        return row

    @stored
    def retrieve(self, code: str, **path: str) -> Response:
        """Answer with `{tag: name}`."""
        return Response(self.names(self.row(code)))

    def partial_update(self, request: Request, code: str, **path: str) -> Response:
        """Give the names of the body, and drop those that are null in it."""
        row = self.row(code)
        names = changes.read_names(json_body(request))
        with transaction.atomic():
            await_turn(self.tenant)
            before = self.names(row)
            if not matches(request.headers.get("If-Match", "*"), strong_etag(to_json(before))):
                raise Refusal(412, "precondition_failed", "The names are not those that If-Match names.")
            TenantCountryName.objects.rename(self.tenant, row.country_id, names)
            new = {f"name {tag}": (before.get(tag), name) for tag, name in names.items()}
            audit.entry(request, row, f"{row.country_id} of {self.tenant}", new).save()
        return Response(status=204)

    def names(self, row: TenantCountry) -> dict[str, str]:
        """Return the tenant's names by tag."""
        texts = TenantCountryName.objects.texts(self.tenant, row.country_id)
        return {canonical(language): name for language, name in texts.items()}


class ConfigurationViewSet(TenantCountriesView, StyleViewSet):
    """The configuration of the tenant, as far as it concerns languages."""

    is_versioned = False

    @stored
    def retrieve(self, key: str, **path: str) -> Response:
        """Answer with `project_lang`."""
        if key != "project_lang":
            raise not_found("The configuration with the requested key does not exist.", entity_id=key)
        return Response(serializers.project_languages(self.tenant))


class UnknownPath(TenantCountriesView, UnknownPathView):
    """Every other path below a tenant."""

    is_versioned = False


def conflict(row: Record | TenantCountry | TenantSubdivision) -> Refusal:
    """Return the 409; its detail tells a caller that repeats itself whether it had won."""
    message = "The object that you are trying to update has already changed. Please refresh and try again!"
    state = f"The current version is {row.version}, active: {str(row.active).lower()}."
    return Refusal(409, "conflict", message, context={"detail": state})


def no_country(code: str) -> Refusal:
    """Return the 404 for a country."""
    entity_id = code.upper() if ALPHA2.fullmatch(code) else code
    return not_found("The country with the requested code does not exist.", entity_id=entity_id)


def _code(item: Any) -> str:
    """Return the code of an item of a bulk change, "" where it has none."""
    try:
        return changes.code_of(item)
    except Refusal:
        return ""
