"""The answers of the search style."""

import logging
from collections.abc import Sequence
from typing import Any

from apps.api.answers.representations import Answer
from apps.api.changes import listed, moment
from apps.api.errors import Refusal, bad_parameter
from apps.api.languages import canonical
from apps.api_styles.search import serializers
from apps.api_styles.search.parameters import Changes, Nearest, Search
from apps.geography.changes import feed
from apps.geography.names.languages import fallbacks
from apps.geography.search.find import NotReady, find
from apps.geography.search.nearest import nearest_cities
from apps.tenants.models import Tenant

logger = logging.getLogger("gazetteer.search")

RETRY_AFTER_SECONDS = 30


def search(asked: Search, tenant: Tenant) -> Answer:
    """Answer with the places that the text may mean, best first; raises the 503 while names are being folded."""
    try:
        found = find(
            asked.text,
            tenant=tenant,
            languages=fallbacks(asked.language, tenant.default_language),
            kinds=asked.kinds,
            countries=asked.countries,
            subdivision=asked.subdivision,
            limit=asked.limit,
            fuzzy=asked.fuzzy,
        )
    except NotReady as error:
        logger.error("Search is not ready: %s", error)
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        raise Refusal(503, "unavailable", "Names are being made ready for search.", headers=headers) from None
    return _answer({"query": asked.text, "results": list(map(serializers.place, found))}, asked.language)


def nearest(asked: Nearest, tenant: Tenant) -> Answer:
    """Answer with the nearest cities, the nearest first."""
    languages: Sequence[str] = fallbacks(asked.language, tenant.default_language)
    found = nearest_cities(asked.latitude, asked.longitude, tenant=tenant, languages=languages, limit=asked.limit)
    results = [serializers.place(city) | {"distance_km": round(distance, 1)} for city, distance in found]
    return _answer({"results": results}, asked.language)


def changes(asked: Changes, tenant: Tenant) -> Answer:
    """Answer with what has changed; raises the 400 where that is not known."""
    try:
        page = (
            feed.page(tenant, asked.since, kinds=asked.kinds, limit=asked.limit)
            if asked.since
            else feed.beginning(tenant)
        )
    except feed.TooOld as error:
        message = f"is older than what is known of changes, which begins at {moment(error.number)}"
        raise bad_parameter("since", f"The parameter since {message}; read everything again.") from None
    except feed.NotYet:
        message = "The parameter since was not given by this server as it is now; read everything again."
        raise bad_parameter("since", message) from None
    return Answer(listed(page, tenant))


def _answer(body: Any, language: str) -> Answer:
    return Answer(body, {"X-Selected-Language": canonical(language)})
