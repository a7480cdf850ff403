"""What the operator shows to whoever has no credential: one tenant's view of the data, limited by address."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import ceil

from django.conf import settings
from django.http import HttpRequest

from apps.api.errors import Refusal
from apps.api.limits import throttling
from apps.api.limits.throttling import shares
from apps.api.named_tenants import NamedTenants
from apps.geography.names.languages import fallbacks
from apps.geography.search.find import NotReady, find
from apps.geography.search.found import Found
from apps.tenants.models import Tenant

logger = logging.getLogger("gazetteer.site")

RETRY_AFTER_SECONDS = 30
SHOWN = 8

_tenants = NamedTenants("code")


def tenant() -> Tenant | None:
    """Return the tenant that is shown to everybody, None where there is none."""
    return _tenants.find(settings.REST_COUNTRIES_TENANT)[0] if settings.REST_COUNTRIES_TENANT else None


def count(request: HttpRequest) -> None:
    """Count a question against the limit of its address; raises the 429."""
    verdict = throttling.count(request, None, "anonymous")
    if verdict and not verdict.is_allowed:
        wait = str(max(1, ceil(verdict.wait)))
        raise Refusal(429, "throttled", f"Too many questions; try again in {wait} s.", headers={"Retry-After": wait})


@contextmanager
def share(shown: Tenant) -> Iterator[None]:
    """Work in one of the threads that the tenant has while others ask, too; raises the 429 where all are at work."""
    shares.note(shown.pk)
    if not shares.take_thread(shown.pk):
        raise Refusal(429, "throttled", "Too many are asking at this moment; try again.", headers={"Retry-After": "1"})
    try:
        yield
    finally:
        shares.give_back(shown.pk)


def found(text: str, shown: Tenant, language: str) -> Sequence[Found]:
    """Return the places that a text may mean; raises the 503 while names are being folded."""
    try:
        return find(text, tenant=shown, languages=fallbacks(language, shown.default_language), limit=SHOWN)
    except NotReady as error:
        logger.error("Search is not ready: %s", error)
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        raise Refusal(503, "unavailable", "Names are being made ready for search.", headers=headers) from None
