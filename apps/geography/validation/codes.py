"""Whether codes and names mean something that a tenant shows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from apps.geography.models import Country, Subdivision
from apps.tenants.models import Tenant


class Reason(StrEnum):
    """Why something is invalid."""

    UNKNOWN_COUNTRY = "unknown_country"
    IS_SUBDIVISION = "country_is_subdivision"
    UNKNOWN_SUBDIVISION = "unknown_subdivision"
    SUBDIVISION_REQUIRED = "subdivision_required"
    WITHDRAWN_SUBDIVISION = "withdrawn_subdivision"
    PARENT_SUBDIVISION = "parent_subdivision"
    REDIRECTED_SUBDIVISION = "redirected_subdivision"
    UNKNOWN_CITY = "unknown_city"
    CITY_ELSEWHERE = "city_in_other_subdivision"


@dataclass(frozen=True, slots=True)
class Verdict:
    """No reason: valid. `successors`: codes that replace a withdrawn one."""

    reason: Reason | None = None
    successors: tuple[str, ...] = ()


VALID = Verdict()


def as_code(text: str) -> str:
    """Return `text` as codes are stored, "" where it can be none: "ß" in upper case would be South Sudan's "SS"."""
    return text.upper() if text.isascii() else ""


def countries(codes: Sequence[str], tenant: Tenant, *, follow_upward: bool = False) -> list[Verdict]:
    """Judge alpha-2 codes in either case; one query, and one more to `follow_upward`.

    With `follow_upward` a country that is one subdivision of another is invalid.
    """
    wanted = {as_code(code) for code in codes}
    known = set(Country.objects.active_for(tenant).filter(pk__in=wanted).values_list("pk", flat=True))
    parts: Collection[str] = Subdivision.objects.identities() if follow_upward else ()
    return [_country(as_code(code), known, parts) for code in codes]


def _country(code: str, known: Collection[str], parts: Collection[str]) -> Verdict:
    if code not in known:
        return Verdict(Reason.UNKNOWN_COUNTRY)
    return Verdict(Reason.IS_SUBDIVISION) if code in parts else VALID


def subdivisions(
    codes: Sequence[str],
    country: str,
    tenant: Tenant,
    *,
    follow_related: bool = False,
    allow_parents: bool = False,
) -> list[Verdict]:
    """Judge ISO 3166-2 codes in either case; two queries, and one more where a code is unknown.

    "" is valid where the country has no subdivisions, and to a plan without them no country has any. One that has
    children is valid with `allow_parents` only, one that is a country of its own only without `follow_related`.
    """
    if countries([country], tenant) != [VALID]:
        return [Verdict(Reason.UNKNOWN_COUNTRY)] * len(codes)
    listed = Subdivision.objects.iso().filter(country=as_code(country))
    if not tenant.plan.subdivision_access:
        listed = listed.none()
    rows = list(listed.active_for(tenant).order_by().values_list("pk", "code", "parent_id", "redirect_country_id"))
    parents = {parent for _, _, parent, _ in rows}
    known = {}
    for pk, code, _, target in rows:
        if follow_related and target is not None:
            known[code] = Verdict(Reason.REDIRECTED_SUBDIVISION)
        elif pk in parents and not allow_parents:
            known[code] = Verdict(Reason.PARENT_SUBDIVISION)
        else:
            known[code] = VALID
    without = Verdict(Reason.SUBDIVISION_REQUIRED) if known else VALID
    unknown = {as_code(code) for code in codes if code} - known.keys()
    gone = listed.exclude(withdrawn_on=None).filter(code__in=unknown) if unknown else Subdivision.objects.none()
    withdrawn = {
        code: Verdict(Reason.WITHDRAWN_SUBDIVISION, tuple(successors))
        for code, successors in gone.values_list("code", "replaced_by")
    }
    judged = withdrawn | known
    return [judged.get(as_code(code), Verdict(Reason.UNKNOWN_SUBDIVISION)) if code else without for code in codes]
