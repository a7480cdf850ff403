"""Which of its names a place was found by."""

from collections.abc import Iterable, Mapping, Sequence

from apps.geography.models import Country
from apps.geography.models.search import Kind
from apps.geography.search.folding import fold
from apps.geography.search.index import texts_of
from apps.geography.search.places import Name, Place, called
from apps.geography.search.tiers import Hit, Question, Tier, tier_of

Rank = tuple[int, bool]
# Of a name that nobody has, which is not found: the code itself.
UNRANKED: Rank = (0, False)


def matched_names(
    hits: Sequence[Hit], questions: Iterable[Question], own: Mapping[str, Sequence[Name]], languages: Sequence[str]
) -> dict[tuple[Kind, str], tuple[Rank, Name]]:
    """Return the name that was meant of each place, and how it ranks beside others that are as important.

    One in a language that the reader sees comes first, then one in a language of the country, and of these one without
    accents. own: what the tenant itself calls countries. Two queries for each kind of place, and one.
    """
    asked = list(dict.fromkeys(questions))
    tiers = {(Kind(hit.kind), hit.place): (hit.tier, hit.errors) for hit in hits}
    found = [place for kind in Kind for place in called(kind, [each for its, each in tiers if its == kind])]
    countries = Country.objects.filter(pk__in={place.country for place in found}).order_by()
    spoken = {code: [tag.lower() for tag in tags] for code, tags in countries.values_list("pk", "languages")}
    names = {}
    for place in found:
        if place.kind == Kind.COUNTRY:
            place.names = [*own.get(place.id, ()), *place.names]
        along = (*languages, *spoken[place.country])
        names[place.kind, place.id] = _best(place, asked, tiers[place.kind, place.id], along)
    return names


def _best(
    place: Place, asked: Sequence[Question], tier: tuple[Tier, int], languages: Sequence[str]
) -> tuple[Rank, Name]:
    if tier[0] == Tier.CODE:
        keys = {question.key for question in asked}
        return UNRANKED, Name(next(code for code in place.codes if fold(code) in keys))
    # The best first, so that few of a hundred names are folded.
    names = [*place.names, *place.spellings]
    ranked = sorted(((_distance(name, languages), not name.text.isascii()), at) for at, name in enumerate(names))
    for rank, at in ranked:
        name = names[at]
        if any(tier_of(question, *text) == tier for text in texts_of(name, place.country) for question in asked):
            return rank, name
    return UNRANKED, place.names[0]


def _distance(name: Name, languages: Sequence[str]) -> int:
    return languages.index(name.language) if name.language in languages else len(languages)
