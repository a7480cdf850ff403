"""Places under the contract's field names."""

from typing import Any

from apps.api.languages import canonical
from apps.geography.models.search import Kind
from apps.geography.names.languages import LANGUAGES
from apps.geography.search.found import Found, Named
from apps.geography.search.places import Name


def place(found: Found) -> dict[str, Any]:
    """Return a place as a result lists it."""
    return {
        "type": found.kind.label,
        "id": found.id,
        "code": None if found.kind == Kind.CITY else found.id,
        "name": found.name,
        "full_name": found.full_name,
        "matched": _matched(found.matched) if found.matched else None,
        "match": found.tier.name.lower() if found.tier else None,
        "country": _named(found.country),
        "subdivision": _named(found.subdivision) if found.subdivision else None,
        "latitude": found.latitude,
        "longitude": found.longitude,
        "population": found.population,
    }


def _named(named: Named) -> dict[str, str]:
    return {"code": named.code, "name": named.name}


def _matched(name: Name) -> dict[str, str | None]:
    tag = canonical(name.language) if name.language in LANGUAGES else name.language
    return {"text": name.text, "language": tag or None}
