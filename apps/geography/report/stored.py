"""What `data_report` found, kept for staff: each look takes the place of the one before."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone

from apps.geography.models import DataCheck, StoredSuspicion
from apps.geography.report.suspicions import Suspicion


@transaction.atomic
def store(kinds: Collection[str], found: Iterable[Suspicion]) -> None:
    """Keep what these checks have found, in the place of what they found before."""
    by_kind = defaultdict(list)
    for each in found:
        by_kind[each.kind].append(each)
    now = timezone.now()
    # First, so that of two looks one waits for the other.
    DataCheck.objects.bulk_create(
        (DataCheck(kind=kind, looked_at=now) for kind in sorted(kinds)),
        update_conflicts=True,
        unique_fields=["kind"],
        update_fields=["looked_at", "asked_at"],
    )
    StoredSuspicion.objects.filter(check_of__in=kinds).delete()
    StoredSuspicion.objects.bulk_create(
        StoredSuspicion(
            check_of_id=kind, code=each.code, language=each.language, name=each.name[:500], evidence=each.evidence
        )
        for kind in kinds
        for each in by_kind[kind]
    )


@transaction.atomic
def ask(kinds: Collection[str]) -> bool:
    """Note that somebody asks for a new look; return whether nobody is looking already."""
    DataCheck.objects.bulk_create((DataCheck(kind=kind) for kind in kinds), ignore_conflicts=True)
    # Whoever moves the first of them looks.
    first = DataCheck.objects.get(pk=min(kinds))
    unmoved = DataCheck.objects.filter(pk=first.pk, asked_at=first.asked_at)
    return not first.is_looking and unmoved.update(asked_at=timezone.now()) == 1
