"""What suspicions and their evidence are called on pages of staff."""

from django.utils.translation import gettext, gettext_noop

from apps.back_office.words.phrases import in_words

# Each kind as the title of its list.
KINDS = {
    "twin_name": gettext_noop("Subdivisions of a country that have the same name"),
    "name_of_another": gettext_noop("Subdivisions with the name of another place"),
    "english_far": gettext_noop("Subdivisions whose English name is unlike all others of theirs"),
    "name_of_country": gettext_noop("Subdivisions with the name of their country"),
    "wrong_script": gettext_noop("Names of subdivisions in the script of another language"),
    "mixed_scripts": gettext_noop("Names of subdivisions in several scripts"),
    "odd_characters": gettext_noop("Names of subdivisions with odd characters"),
    "page_title": gettext_noop("Names of subdivisions that are titles of pages"),
    "lower_case": gettext_noop("Names of subdivisions that begin with a small letter"),
    "former_country_name": gettext_noop("Former names of countries"),
    "twin_country_name": gettext_noop("Countries that have the same name"),
    "odd_country_name": gettext_noop("Odd names of countries"),
    "doubled_city": gettext_noop("Cities that stand twice"),
    "odd_city_name": gettext_noop("Odd names of cities"),
    "city_elsewhere": gettext_noop("Cities among those of another subdivision"),
    "unplaced_city": gettext_noop("Cities in no subdivision"),
    "borrowed_city_name": gettext_noop("Names of cities that sound as another city of the country"),
    "lost_capital": gettext_noop("Capitals that are no city"),
    "no_successor": gettext_noop("Withdrawn codes that nothing succeeds"),
    "borrowed_country_name": gettext_noop("Further names of a country that another country has"),
}
# As checks put their evidence down. Longer ones first: one may begin like another.
EVIDENCE = (
    gettext_noop("{likeness} like {other} {name}, {own} like its own"),
    gettext_noop("{likeness} like {former}, {current_likeness} like {current}"),
    gettext_noop("take out {kind}, {which}, at place {number}"),
    gettext_noop("in {subdivision}, among cities of {other}"),
    gettext_noop("{distance} km from {city}"),
    gettext_noop("in no subdivision of {country}"),
    gettext_noop("{place}: sounds as {city}"),
    gettext_noop("the name of {country}"),
    gettext_noop("known as {names}"),
    gettext_noop("also {others}"),
    gettext_noop("holds {character}"),
    gettext_noop("not in normal form C"),
    gettext_noop("blanks too many"),
    gettext_noop("a number, no name"),
    gettext_noop("not in Latin letters"),
    gettext_noop("written as the title of a page, or as markup"),
    gettext_noop("begins with a small letter"),
    gettext_noop("has no capital"),
    gettext_noop("is no city with coordinates"),
    gettext_noop("withdrawn, with no code that succeeds it"),
)


def kind_in_words(kind: str) -> str:
    """Return what a kind of suspicion is called in the language of the page."""
    return gettext(KINDS.get(kind, kind))


def evidence_in_words(evidence: str) -> str:
    """Return evidence in the language of the page; names, codes and scripts stay as they are."""
    return in_words(evidence, EVIDENCE)
