"""Countries and subdivisions, which the tenant switches on and off, and what a switch asks for, read strictly."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db import transaction
from django.utils.http import parse_etags
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.errors import Refusal, bad_parameter
from apps.api.input import json_body
from apps.api_keys.scopes import COUNTRY_MANAGE
from apps.api_styles.tenant_countries import errors, serializers
from apps.api_styles.tenant_countries.collections import Collection, Countries, Subdivisions
from apps.api_styles.tenant_countries.serializers import Record
from apps.api_styles.tenant_countries.views.lists import CollectionViewSet
from apps.geography import switching
from apps.geography.models import TenantCountry, TenantSubdivision
from apps.geography.models.countries import ALPHA2
from apps.geography.switching import Moved, Unmet, Wish

MAX_CHANGES = 300
VERSIONED_TAG = re.compile(r'"([1-9][0-9]{0,17})-[0-9a-f]+(?:-[a-z]+)?"', re.ASCII)


class SwitchViewSet(CollectionViewSet):
    """Items that the tenant may switch on and off, one by one or in bulk."""

    required_scopes: ClassVar = {"PATCH": COUNTRY_MANAGE}
    activation: ClassVar[switching.Kind]

    def partial_update(self, request: Request, code: str, **path: str) -> Response:
        """Switch one item."""
        wish = self.read_wish(request, code)
        stored = self.switchable(code)
        refused = switching.switch(self.activation, self.tenant, {stored: wish}, by=self.author)
        for refusal in refused.values():
            raise self.dressed(stored, refusal)
        return Response(status=204)

    def read_wish(self, request: Request, code: str) -> Wish:
        """Return what body and If-Match ask for; raises the 404 for an item that is not there before the 400."""
        try:
            return wish_in(json_body(request), condition=expected_versions(request.headers.get("If-Match")))
        except APIException:
            self.record(code)
            raise

    def record(self, code: str) -> Record:
        """Return what the tenant has of one item; raises the 404."""
        return self.collection.record(self.collection.row(self.tenant, code), code)

    def switchable(self, code: str) -> str:
        """Return the code of an item as we store it; raises the 404."""
        return self.record(code).code

    def bulk_update(self, request: Request, **path: str) -> Response:
        """Switch many items, each with its own result; with `atomic=true` all of them or none."""
        is_atomic = self.query.boolean("atomic") or False
        known = set(self.collection.rows(self.tenant).untranslated().order_by().values_list("code", flat=True))
        items = items_in(json_body(request))
        if expected_versions(request.headers.get("If-Match")) is not None:
            raise Refusal(412, "precondition_failed", "If-Match names one version; give each change its own.")
        failures: dict[int, Refusal] = {}
        wishes: dict[str, Wish] = {}
        places: dict[str, int] = {}
        for index, item in enumerate(items):
            try:
                code, wish = self.read_item(item, known, wishes)
            except Refusal as refusal:
                failures[index] = refusal
            else:
                wishes[code], places[code] = wish, index
        with transaction.atomic():
            refused = switching.switch(self.activation, self.tenant, wishes, by=self.author)
            failures |= {places[code]: self.dressed(code, refusal) for code, refusal in refused.items()}
            is_undone = is_atomic and bool(failures)
            transaction.set_rollback(is_undone)
        results = [
            serializers.result(index, _code(item), self.failure(failures.get(index), is_undone=is_undone))
            for index, item in enumerate(items)
        ]
        return Response(results, status=207)

    def read_item(self, item: Any, known: set[str], before: dict[str, Wish]) -> tuple[str, Wish]:
        """Return what one item of a bulk change asks for; raises the refusal of this item alone."""
        code = code_of(item)
        wish = wish_in(item, members=("code", "active", "metadata"))
        if code not in known:
            raise self.collection.missing(code)
        if code in before:
            raise bad_parameter("code", f"The list names {code} more than once.")
        return code, wish

    def failure(self, refusal: Refusal | None, *, is_undone: bool) -> errors.ErrorBody | None:
        """Return the error body of one item of a bulk change, None after success."""
        if refusal is None and is_undone:
            refusal = Refusal(424, "failed_dependency", "Nothing was changed, since another item failed.")
        return None if refusal is None else errors.error(refusal.problem)

    def dressed(self, code: str, refusal: switching.Refused) -> Refusal:
        """Return the error for a wish that was refused; a 409 tells who repeats a wish whether it had won."""
        match refusal:
            case Unmet():
                message = "The version that If-Match names is not the current one."
                return Refusal(412, "precondition_failed", message)
            case Moved(state=state):
                message = "The object that you are trying to update has already changed. Please refresh and try again!"
                detail = f"The current version is {state.version}, active: {str(state.active).lower()}."
                return Refusal(409, "conflict", message, context={"detail": detail})
            case _:
                return self.collection.missing(code)


class CountryViewSet(SwitchViewSet):
    """The countries of the tenant."""

    collection = Countries()
    activation = TenantCountry

    def switchable(self, code: str) -> str:
        """Return the code without a look: the tenant has every country, and its turn finds out which there are."""
        if not ALPHA2.fullmatch(code):
            raise self.collection.missing(code)
        return code.upper()


class SubdivisionViewSet(SwitchViewSet):
    """The subdivisions of one of the tenant's countries."""

    activation = TenantSubdivision

    @property
    def collection(self) -> Collection:
        """The subdivisions of the country in the path."""
        return Subdivisions(self.kwargs["country"])


def _code(item: Any) -> str:
    """Return the code of an item of a bulk change, "" where it has none."""
    try:
        return code_of(item)
    except Refusal:
        return ""


def wish_in(
    body: Any, *, members: Sequence[str] = ("active", "metadata"), condition: frozenset[int] | None = None
) -> Wish:
    """Return the wish that `{"active": bool?, "metadata": {"version": int}?}` is; raises the 400."""
    if not isinstance(body, dict):
        raise bad_parameter("body", "The body must be an object.")
    for member in body:
        if member not in members:
            raise bad_parameter("body", f"The body may have the members {', '.join(members)} and no others.")
    active = body.get("active")
    if "active" in body and not isinstance(active, bool):
        raise bad_parameter("active", "The member active must be true or false.")
    metadata = body.get("metadata", {})
    if not isinstance(metadata, dict):
        raise bad_parameter("metadata", "The member metadata must be an object.")
    return Wish(active, _version(metadata), condition)


def _version(metadata: Mapping[str, Any]) -> int | None:
    if "version" not in metadata:
        return None
    version = metadata["version"]
    is_number = isinstance(version, int | float) and not isinstance(version, bool)
    if not is_number or version != version // 1 or version < 1:
        raise bad_parameter("metadata.version", "The member metadata.version must be a whole number of at least 1.")
    return int(version)


def items_in(body: Any) -> list[Any]:
    """Return the items of a bulk change, each to be read by itself; raises the 400."""
    if not isinstance(body, list) or not 1 <= len(body) <= MAX_CHANGES:
        raise bad_parameter("body", f"The body must be a list of 1 to {MAX_CHANGES} changes.")
    return body


def code_of(item: Any) -> str:
    """Return the code that an item of a bulk change names, in upper case; raises the 400."""
    code = item.get("code") if isinstance(item, dict) else None
    if not isinstance(code, str) or not 0 < len(code) <= 20 or not code.isascii():
        raise bad_parameter("code", "The member code must be a code.")
    return code.upper()


def expected_versions(if_match: str | None) -> frozenset[int] | None:
    """Return the versions that an If-Match header names, None where any will do; a weak tag names none."""
    if if_match is None or if_match.strip() == "*":
        return None
    tags = (VERSIONED_TAG.fullmatch(tag) for tag in parse_etags(if_match))
    return frozenset(int(match[1]) for match in tags if match)
