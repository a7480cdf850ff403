"""Subdivisions of countries, their types and their official names."""

import re
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, FilteredRelation, Q, Value
from django.db.models.functions import Coalesce

from apps.geography.models.countries import Country
from apps.geography.models.names import NamedQuerySet
from apps.geography.names.shown import shown_name
from apps.geography.validation import rows
from apps.imports.models.imported import ImportedRow
from apps.tenants.models import Tenant

# As callers write it, in either case.
SUBDIVISION_CODE = re.compile(r"[A-Za-z]{2}-[A-Za-z0-9-]{1,17}", re.ASCII)


class SubdivisionType(ImportedRow):
    """A category of subdivisions: "State", "Province"."""

    rules = rows.SUBDIVISION_TYPE

    code = models.CharField(max_length=60, primary_key=True, help_text="The English name in lower case")
    name = models.CharField(max_length=200)

    objects = NamedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return shown_name(self)


class SubdivisionQuerySet(NamedQuerySet["Subdivision"]):
    """The questions this project asks about subdivisions."""

    def current(self) -> Self:
        """Return the subdivisions that are not withdrawn."""
        return self.filter(withdrawn_on=None)

    def assigned_to(self, tenant: Tenant) -> Self:
        """Return the subdivisions that `tenant` may switch on and off.

        Annotated with the tenant's record of each: `active`, `version`, `assigned_at` and `switched_at`.
        """
        condition = Q(tenant_subdivisions__tenant=tenant.pk)
        return (
            self.current()
            .annotate(own=FilteredRelation("tenant_subdivisions", condition=condition))
            .annotate(
                active=Coalesce("own__active", Value(value=True)),
                version=Coalesce("own__version", 1),
                assigned_at=F("created_at"),
                switched_at=Coalesce("own__modified_at", "created_at"),
            )
        )

    def active_for(self, tenant: Tenant) -> Self:
        """Return the subdivisions that `tenant` shows to its callers, in whatever country and API style."""
        return self.assigned_to(tenant).filter(active=True)

    def iso(self) -> Self:
        """Return the subdivisions of ISO 3166-2."""
        return self.filter(is_iso=True)

    def with_whole(self) -> Self:
        """Annotate `whole_country` and `whole_code`, the subdivision of another country that each one also is."""
        condition = Q(redirecting_subdivisions__withdrawn_on=None)
        return self.annotate(whole=FilteredRelation("redirecting_subdivisions", condition=condition)).annotate(
            whole_country=F("whole__country"), whole_code=F("whole__code")
        )

    def identities(self) -> dict[str, tuple[str, str]]:
        """Return the country and code of the subdivision that a country also is, by the country's code; one query.

        Only where both are the same: neither Bonaire nor Saba is the whole of BQ, nor is Svalbard of SJ.
        """
        # Greater than nothing, since SQLite finds no row by an index for being not null.
        redirects = self.untranslated().current().iso().filter(redirect_country__gt="").order_by()
        found: dict[str, list[tuple[str, str]]] = {}
        partial = set()
        for target, part, *identity in redirects.values_list(
            "redirect_country", "redirect_subdivision", "country", "code"
        ):
            found.setdefault(target, []).append((identity[0], identity[1]))
            if part is not None:
                partial.add(target)
        return {
            target: identities[0]
            for target, identities in found.items()
            if len(identities) == 1 and target not in partial
        }

    def states_above(self) -> dict[int, int]:
        """Return the nearest of `states` at or above each of these subdivisions, by id; one query.

        They must be all of a country: no parent is looked for that is not among them.
        """
        parents: dict[int, int | None] = {}
        states: set[int] = set()
        rows = self.untranslated().order_by()
        for pk, parent_id, is_state, withdrawn_on, redirect in rows.values_list(
            "pk", "parent_id", "is_state", "withdrawn_on", "redirect_country"
        ):
            parents[pk] = parent_id
            if is_state and withdrawn_on is None and redirect is None:
                states.add(pk)
        above = {}
        for pk, parent in parents.items():
            path = (pk, parent, parents.get(parent) if parent else None)
            state = next((each for each in path if each in states), None)
            if state is not None:
                above[pk] = state
        return above

    def states(self) -> Self:
        """Return those that people call states, without those that are countries of their own."""
        return self.current().filter(is_state=True, redirect_country=None)


class Subdivision(ImportedRow):
    """A part of a country: ISO 3166-2, or of GeoNames where ISO has none."""

    rules = rows.SUBDIVISIONS

    code = models.CharField(max_length=20, unique=True, help_text="ISO 3166-2, or the country and GeoNames' code")
    country = models.ForeignKey(Country, on_delete=models.CASCADE, related_name="subdivisions")
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children")
    type = models.ForeignKey(
        SubdivisionType, on_delete=models.PROTECT, null=True, blank=True, related_name="subdivisions"
    )
    name = models.CharField(max_length=200)
    is_iso = models.BooleanField("in ISO 3166-2", default=True)
    is_state = models.BooleanField(
        "counts as a state",
        default=False,
        help_text="On the level that people call states; cities are listed under it.",
    )
    redirect_country = models.ForeignKey(
        Country,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="redirecting_subdivisions",
        help_text="The country that it also is: US-PR is PR. Empty: none.",
    )
    redirect_subdivision = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="redirecting_subdivisions",
        help_text="The subdivision that it also is: NL-BQ1 is BQ-BO. Empty: none.",
    )
    replaced_by = models.JSONField(default=list, blank=True, help_text="Codes that succeed a withdrawn one")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = SubdivisionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(name="subdivision_not_its_own_parent", condition=~Q(parent=models.F("pk"))),
        ]

    def __str__(self) -> str:
        return f"{shown_name(self)} ({self.code})"


class OfficialName(ImportedRow):
    """A name of a subdivision in ISO 3166-2: one row for each language and romanization system."""

    rules = rows.OFFICIAL_NAME

    subdivision = models.ForeignKey(Subdivision, on_delete=models.CASCADE, related_name="official_names")
    language = models.CharField(max_length=20, blank=True, help_text="BCP 47 tag; empty: not known")
    romanization = models.CharField(
        max_length=40, blank=True, help_text='System that the name was romanized by, as in "BGN/PCGN 1965"'
    )
    name = models.CharField(max_length=200)
    local_variant = models.CharField(max_length=200, blank=True, help_text='"Cairo" beside "Al Qāhirah"')
    is_primary = models.BooleanField("primary", default=False, help_text="Chosen when no preference decides")
    is_generated = models.BooleanField("generated", default=False, help_text="Computed by ICU, not published")
    source = models.CharField(
        max_length=20, blank=True, editable=False, help_text="What it was imported from; empty: the pinned packages"
    )

    class Meta:
        ordering: ClassVar = ["subdivision", "-is_primary", "language", "romanization"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subdivision", "language", "romanization"], name="official_name_once_a_system"
            ),
        ]

    def __str__(self) -> str:
        return self.name
