"""The answers of the constants style."""

import orjson
from django.conf import settings

from apps.api.answers.representations import Answer, strong_etag
from apps.api.languages import canonical
from apps.api_styles.constants import errors, serializers
from apps.geography.models import Country
from apps.geography.names.collation import sort_key
from apps.geography.names.languages import fallbacks
from apps.tenants.models import Tenant

CACHE_SECONDS = 24 * 60 * 60
COLUMNS = ("alpha3", "numeric", "calling_code", "constant_number")


def countries(language: str, workspace: Tenant | None) -> Answer:
    """Answer with the countries that there are or those that a tenant shows, sorted as readers of the language do."""
    found = Country.objects.active_for(workspace) if workspace else Country.objects.current()
    rows = found.labelled_rows(fallbacks(language), COLUMNS, tenant=workspace)
    key = sort_key(language)
    data = [serializers.country(row) for row in sorted(rows, key=lambda row: (key(row["label"]), row["code"]))]
    visibility, seconds = ("private", settings.WORKSPACE_CACHE_SECONDS) if workspace else ("public", CACHE_SECONDS)
    headers = {
        "Cache-Control": f"{visibility}, max-age={seconds}",
        "Content-Language": canonical(language),
        # Weak: `timestamp` is that of the building, which every process does for itself.
        "ETag": f"W/{strong_etag(orjson.dumps(data))}",
    }
    return Answer(errors.wrapped(success=True, code="2000", message="Success", data=data), headers)
