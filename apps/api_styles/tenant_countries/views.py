"""The tenant_countries API style: the countries of a tenant, switched on and off by the tenant itself."""

from collections.abc import Sequence
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
from apps.api.errors import Refusal, bad_parameter
from apps.api.parameters import Query
from apps.api.permissions import HasScope, PrivateCredential
from apps.api.renderers import to_json
from apps.api.views import Headers, StyleViewSet, UnknownPathView, answered_by
from apps.api_keys.scopes import COUNTRY_MANAGE
from apps.api_styles.tenant_countries import changes, errors, lists, records, serializers
from apps.api_styles.tenant_countries.changes import Change
from apps.api_styles.tenant_countries.kinds import ALPHA2, Countries, Kind, Regions, Subdivisions
from apps.api_styles.tenant_countries.languages import Languages, languages_for
from apps.api_styles.tenant_countries.lists import Item
from apps.api_styles.tenant_countries.pages import Page
from apps.api_styles.tenant_countries.records import Record
from apps.geography.models import TenantCountry, TenantCountryName, TenantSubdivision
from apps.geography.models.activation import await_turn
from apps.geography.names.languages import SOURCE_LANGUAGE

X_VERSION_HINT = (
    "The header X-Version must be v2. The tenant can be set not to need it: manage.py set_tenant {tenant} "
    '--x-version optional, or the switch "requires X-Version" on its page in the back office.'
)


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
    asks_by = ("Accept-Language", "X-Version", "X-Total-Count", "Emporix-Tenant")
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

    def check_headers(self, headers: Headers) -> None:
        """Check X-Version and Emporix-Tenant."""
        version = headers.get("X-Version", "").strip(" \t")
        if self.is_versioned and self.tenant.requires_x_version and version != "v2":
            raise bad_parameter("X-Version", X_VERSION_HINT.format(tenant=self.tenant))
        if headers.get("Emporix-Tenant", self.tenant.code) != self.tenant.code:
            message = "Tenant in the header is not matching with the one provided in the URI."
            raise bad_parameter("Emporix-Tenant", message)


class RecordViewSet(TenantCountriesView, StyleViewSet):
    """A list and its items. The path ends in the code of an item."""

    @property
    def kind(self) -> Kind:
        """The kind of the items."""
        raise NotImplementedError

    @answered_by(lists.page)
    def list(self, headers: Headers, query: Query, **path: str) -> Page:
        """Return which page is asked for; raises the 400."""
        languages = self.languages(headers, without_header=self.tenant.default_language)
        return Page.of(self.kind, query, headers, languages)

    @answered_by(lists.item)
    def retrieve(self, headers: Headers, query: Query, code: str, **path: str) -> Item:
        """Return which item is asked for, its code as we store it."""
        languages = self.languages(headers, without_header=SOURCE_LANGUAGE)
        return Item(self.kind, self.kind.canonical_code(code) or code, languages)

    def languages(self, headers: Headers, *, without_header: str) -> Languages:
        """Return the languages of names."""
        return languages_for(self.tenant, headers.get("Accept-Language"), without_header=without_header)


class RegionViewSet(RecordViewSet):
    """The regions of the world; the same for every tenant."""

    kind = Regions()
    is_versioned = False


class SwitchViewSet(RecordViewSet):
    """Items that the tenant may switch on and off, one by one or in bulk."""

    required_scopes: ClassVar = {"PATCH": COUNTRY_MANAGE}
    activation: ClassVar[Any]

    def record(self, code: str) -> Record:
        """Return what the tenant has of one item; raises the 404."""
        return self.kind.record(self.kind.row(self.tenant, code), code)

    def partial_update(self, request: Request, code: str, **path: str) -> Response:
        """Switch one item."""
        change = self.read_change(request, code)
        versions = changes.expected_versions(request.headers.get("If-Match"))
        with transaction.atomic():
            row = self.record(code) if change.active is None else self.row_to_switch(code)
            LogEntry.objects.bulk_create(self.switch(self.kind.canonical_code(code) or code, row, change, versions))
        return Response(status=204)

    def read_change(self, request: Request, code: str) -> Change:
        """Return what the body asks for; raises the 404 for an item that is not there before the 400."""
        try:
            return changes.read(json_body(request))
        except APIException:
            self.record(code)
            raise

    def bulk_update(self, request: Request, **path: str) -> Response:
        """Switch many items, each with its own result; with `atomic=true` all of them or none."""
        is_atomic = self.query.boolean("atomic") or False
        known = {record.code: record for record in records.read(self.kind.rows(self.tenant))}
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
            raise self.kind.missing(code)
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
        code = self.record(code).code
        rows = self.rows_to_switch([code])
        if code not in rows:
            # Withdrawn between the first look and its turn.
            raise self.kind.missing(code)
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
            raise self.kind.missing(code)
        at_version = row.version if (versions, change.version) != (None, None) else None
        if not self.activation.objects.switch_row(row, change.active, at_version=at_version):
            row.refresh_from_db()
            raise conflict(row)
        new = {"active": (row.active, change.active), "version": (row.version, row.version + 1)}
        return [audit.entry(self.request, row, f"{code} of {self.tenant}", new)]


class CountryViewSet(SwitchViewSet):
    """The countries of the tenant."""

    kind = Countries()
    activation = TenantCountry

    def row_to_switch(self, code: str) -> TenantCountry:
        """Return the row of one country without a first look: every country of the tenant has one; raises the 404."""
        stored = self.kind.canonical_code(code)
        rows = self.rows_to_switch([stored] if stored else [])
        if stored not in rows:
            raise self.kind.missing(stored or code)
        row: TenantCountry = rows[stored]
        return row


class SubdivisionViewSet(SwitchViewSet):
    """The subdivisions of one of the tenant's countries."""

    activation = TenantSubdivision

    @property
    def kind(self) -> Kind:
        """The subdivisions of the country in the path."""
        return Subdivisions(self.kwargs["country"])


class NameViewSet(TenantCountriesView, StyleViewSet):
    """The names that the tenant itself gives a country, shown to its callers instead of ours in every style."""

    required_scopes: ClassVar = {"PATCH": COUNTRY_MANAGE}

    @answered_by(lists.names)
    def retrieve(self, headers: Headers, query: Query, code: str, **path: str) -> str:
        """Return whose names are asked for."""
        return code.upper() if ALPHA2.fullmatch(code) else code

    def partial_update(self, request: Request, code: str, **path: str) -> Response:
        """Give the names of the body, and drop those that are null in it."""
        row = lists.own_country(code, self.tenant)
        names = changes.read_names(json_body(request))
        with transaction.atomic():
            await_turn(self.tenant)
            before = lists.own_names(row, self.tenant)
            if not matches(request.headers.get("If-Match", "*"), strong_etag(to_json(before))):
                raise Refusal(412, "precondition_failed", "The names are not those that If-Match names.")
            TenantCountryName.objects.rename(self.tenant, row.country_id, names)
            new = {f"name {tag}": (before.get(tag), name) for tag, name in names.items()}
            audit.entry(request, row, f"{row.country_id} of {self.tenant}", new).save()
        return Response(status=204)


class ConfigurationViewSet(TenantCountriesView, StyleViewSet):
    """The configuration of the tenant, as far as it concerns languages."""

    is_versioned = False

    @answered_by(lists.configuration)
    def retrieve(self, headers: Headers, query: Query, key: str, **path: str) -> str:
        """Return which configuration is asked for."""
        return key


class UnknownPath(TenantCountriesView, UnknownPathView):
    """Every other path below a tenant."""

    is_versioned = False


def conflict(row: Record | TenantCountry | TenantSubdivision) -> Refusal:
    """Return the 409; its detail tells a caller that repeats itself whether it had won."""
    message = "The object that you are trying to update has already changed. Please refresh and try again!"
    state = f"The current version is {row.version}, active: {str(row.active).lower()}."
    return Refusal(409, "conflict", message, context={"detail": state})


def _code(item: Any) -> str:
    """Return the code of an item of a bulk change, "" where it has none."""
    try:
        return changes.code_of(item)
    except Refusal:
        return ""
