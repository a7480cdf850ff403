"""The views that ours are compared with. Those that read authenticate nobody."""

import hashlib
import hmac
import json
import os
from pathlib import Path

from django.conf import settings
from django.db.models import F, Prefetch
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from rest_framework import generics

from tests.benchmarks.plain import serializers
from tests.benchmarks.plain.models import ApiKey, City, Country, Subdivision, TenantCountry

# What our server answered, one file for each list.
BODIES = {file.name: file.read_bytes() for file in Path(os.environ["BODIES"]).iterdir()}


def body(request: HttpRequest, name: str) -> HttpResponse:
    """Return the bytes that ours returned."""
    return HttpResponse(BODIES[name], content_type="application/json")


class ConstantsList(generics.ListAPIView[Country]):
    """The countries of the constants style."""

    queryset = Country.objects.filter(withdrawn_on=None).order_by("name_de")
    serializer_class = serializers.ConstantsSerializer


class DataList(generics.ListAPIView[Country]):
    """The countries of the data style."""

    queryset = (
        Country.objects.filter(withdrawn_on=None)
        .prefetch_related(
            Prefetch("redirects", Subdivision.objects.filter(withdrawn_on=None, is_iso=True).select_related(None))
        )
        .order_by("name_de")
    )
    serializer_class = serializers.DataSerializer


class TenantList(generics.ListAPIView[TenantCountry]):
    """The countries of the tenant_countries style."""

    queryset = (
        TenantCountry.objects.filter(tenant__code="demo", country__withdrawn_on=None)
        .select_related("country")
        .prefetch_related("country__regions")
        .order_by("country_id")
    )
    serializer_class = serializers.TenantSerializer


class CountryList(generics.ListAPIView[Country]):
    """The states and cities of a country, of the country_list style."""

    queryset = Country.objects.filter(withdrawn_on=None).prefetch_related(
        Prefetch(
            "subdivisions",
            Subdivision.objects.filter(withdrawn_on=None, is_state=True, redirect_country=None).order_by("name_en"),
        ),
        Prefetch("subdivisions__cities", City.objects.filter(withdrawn_on=None).order_by("name")),
    )
    serializer_class = serializers.CountryListSerializer

    def get_queryset(self):
        """Return the country that is asked for."""
        return super().get_queryset().filter(code=self.request.GET["country"])


@require_http_methods(["PATCH"])
def switch(request: HttpRequest, tenant: str, country: str) -> HttpResponse:
    """Switch a country of the key's tenant: one query for the key by its digest, one UPDATE, no audit entry."""
    secret = request.headers.get("Authorization", "").removeprefix("Bearer ")
    digest = hmac.digest(settings.API_KEY_PEPPER.encode(), secret.encode(), hashlib.sha256).hex()
    key = ApiKey.objects.filter(digest=digest, revoked_at=None, tenant__is_enabled=True, tenant__code=tenant).first()
    if key is None:
        return HttpResponse(status=401)
    active = json.loads(request.body)["active"]
    rows = TenantCountry.objects.filter(tenant=key.tenant_id, country=country)
    changed = rows.update(active=active, version=F("version") + 1, modified_at=timezone.now())
    return HttpResponse(status=204 if changed else 404)
