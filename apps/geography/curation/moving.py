"""Move cities to another subdivision."""

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from apps.back_office.history import audit
from apps.back_office.history.audit import Author
from apps.geography.models import City, Subdivision
from apps.imports.models.imported import disagreement


def move(by: Author, cities: QuerySet[City], to: Subdivision) -> int:
    """Move cities, and return how many were elsewhere; imports leave them where they are then.

    Raises ValidationError, and moves none, where the rules of a city keep one of them from lying there.
    """
    for theirs, ours in City.rules.agreements["subdivision"].items():
        stranger = cities.exclude(**{ours: getattr(to, theirs)}).first()
        if stranger is not None:
            problem = disagreement("subdivision", to, theirs, getattr(to, theirs), getattr(stranger, ours))
            raise ValidationError(f"{stranger}: {problem.remedy}.")
    return audit.update(by, cities.exclude(subdivision=to).select_related("subdivision"), subdivision=to)
