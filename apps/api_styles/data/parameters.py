"""Headers and query parameters of the data style."""

from dataclasses import dataclass

from apps.api.errors import bad_parameter
from apps.api.input import Query
from apps.api_styles.data.location import Location
from apps.geography.names.subdivision_names import Preference

NAME_SOURCES = ("default", "iso")


def wants_iso_names(query: Query) -> bool:
    """Return whether `country_name_source` asks for ISO short names; raises the 400."""
    source = query.one("country_name_source")
    if source is not None and source not in NAME_SOURCES:
        raise bad_parameter(
            "country_name_source", f"The parameter country_name_source must be {' or '.join(NAME_SOURCES)}."
        )
    return source == "iso"


@dataclass(frozen=True, slots=True)
class Naming:
    """How subdivisions are to be named."""

    official: bool = False
    local_variant: bool = False
    romanizations: tuple[str, ...] = ()

    @classmethod
    def of(cls, query: Query) -> "Naming":
        """Return what the parameters say; raises the 400."""
        preference = query.one("subdivision_romanization_preference") or ""
        return cls(
            official=bool(query.boolean("prefer_official", digits=True)),
            local_variant=bool(query.boolean("prefer_local_variant", digits=True)),
            romanizations=tuple(filter(None, (system.strip() for system in preference.split(",")))),
        )

    def preference(self, language: str) -> Preference:
        """Return what the caller prefers among official names."""
        return Preference(language, self.romanizations, self.local_variant, self.official)


@dataclass(frozen=True, slots=True)
class Countries:
    """Which list of countries is asked for: in a language, and for a form with where its caller seems to be."""

    language: str
    wants_iso_names: bool = False
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Subdivisions:
    """Which list of subdivisions is asked for, and how they are to be named."""

    country: str
    language: str
    naming: Naming = Naming()
    location: Location | None = None
