"""Find places by what somebody types: in any language and script, before it is typed out, and with typing errors.

`find` is the whole of it; the API's search, the site's and the back office's boxes all ask it:

    for found in find("munchen", tenant=tenant, languages=fallbacks("en"), limit=10):
        found.kind, found.id, found.name, found.full_name, found.match

What is looked up is a superset of what is meant, by ranges of an index; `tier_of` alone says what was found, so that
SQLite and PostgreSQL find the same, and so do rows of the index and places that are not in it yet.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.db import connections
from django.db.models import QuerySet

from apps import PROGRAM
from apps.geography.models import SearchName, TenantCountryName, Unindexed
from apps.geography.models.search import Form, Kind
from apps.geography.names.languages import SOURCE_LANGUAGE
from apps.geography.names.naming import reworded
from apps.geography.names.orthography import respelt
from apps.geography.search import wordings
from apps.geography.search.folding import words
from apps.geography.search.found import Found, describe
from apps.geography.search.index import Text, texts, texts_of
from apps.geography.search.matched import matched_names
from apps.geography.search.near import LAST, near
from apps.geography.search.places import Name, Place, places
from apps.geography.search.scope import KINDS, Scope
from apps.geography.search.tiers import MIN_WORD, Hit, Question, Tier, distance, tier_of
from apps.tenants.models import Tenant

# So many texts that begin alike are sorted; of more, the important places are looked through first.
SORTED = 2000
# Places that have changed and are not in the index yet, and that a search reads from the tables itself.
MOST_CHANGED = 200
# Parts of "place, place, place"; a text with more commas is taken as it is.
MOST_PARTS = 5
# Words of the second place in "place, place", and the places that they may mean.
MOST_WORDS, MOST_CONTAINERS = 5, 100
# So often a text without commas is parted into a place and what it lies in before that is given up.
MOST_SPLITS = 6
CONTAINERS = frozenset({Kind.COUNTRY, Kind.SUBDIVISION})
COMMA = re.compile("[,;،、，]")


class NotReady(Exception):  # noqa: N818
    """The index lacks so much that to answer from it would be wrong; `manage.py rebuild_search` puts it right."""


def find(
    text: str,
    *,
    tenant: Tenant | None = None,
    languages: Sequence[str] = (SOURCE_LANGUAGE,),
    kinds: Collection[Kind] = KINDS,
    countries: Collection[str] = (),
    subdivision: str = "",
    limit: int = 10,
    fuzzy: bool = True,
) -> list[Found]:
    """Return the places that `text` may mean, best first: at most `limit`.

    tenant: whose view of the data it is; without one, everything that is not withdrawn. languages: where to look for
    the names to show, in order (`languages.fallbacks`). countries, subdivision: codes; only what lies in them.
    fuzzy: whether typing errors are forgiven. Raises NotReady. Some ten to thirty queries, all by an index.
    """
    search = _Search.begin(tenant, kinds, limit)
    scope = search.scope
    if countries:
        scope = scope.within(countries, ())
    if subdivision:
        scope = scope.within((), (subdivision,))
    hits = sorted(search.hits(text, scope, fuzzy=fuzzy), key=lambda hit: hit.order)[:limit]
    keys = [(Kind(hit.kind), hit.place) for hit in hits]
    described = describe(keys, tenant, languages)
    names = matched_names(hits, search.questions, search.own, languages)
    found = [
        (hit, replace(described[key], tier=hit.tier, matched=names[key][1]), names[key][0])
        for hit, key in zip(hits, keys, strict=True)
        if key in described
    ]
    found.sort(key=lambda each: (each[0].tier, -each[0].importance, each[2], each[0].place))
    return [each for _, each, _ in found]


def ranked(
    text: str, *, kinds: Collection[Kind], countries: Collection[str] = (), limit: int = 10
) -> list[tuple[Kind, str]]:
    """Return kinds and ids of the places that `find` would find for nobody in particular, best first.

    Typing errors are forgiven only where nothing is found without. Raises NotReady. Some six queries, nine for errors.
    """
    search = _Search.begin(None, kinds, limit)
    search.forgives_last = True
    scope = search.scope.within(countries, ()) if countries else search.scope
    hits = sorted(search.hits(text, scope, fuzzy=True), key=lambda hit: hit.order)
    return [(Kind(hit.kind), hit.place) for hit in hits[:limit]]


@dataclass(slots=True)
class _Search:
    """One question on its way to its answer.

    own: what the tenant itself calls countries. changed: the places to read from the tables, not from the index.
    questions: those that were asked. forgives_last: whether errors are forgiven only where nothing else is found.
    crowded: of each key that was looked up, the forms of which too many texts begin so. splits: how often the text may
    still be parted.
    """

    scope: Scope
    limit: int
    own: dict[str, list[Name]]
    changed: list[Place]
    changed_ids: dict[int, list[str]]
    questions: list[Question] = field(default_factory=list)
    forgives_last: bool = False
    crowded: dict[str, frozenset[Form]] = field(default_factory=dict)
    splits: int = MOST_SPLITS

    @classmethod
    def begin(cls, tenant: Tenant | None, kinds: Collection[Kind], limit: int) -> "_Search":
        """Find out what is to be looked through; raises NotReady."""
        noted: dict[int, list[str]] = {}
        notes = list(Unindexed.objects.order_by().values_list("kind", "place")[: MOST_CHANGED + 1])
        for kind, place in notes:
            noted.setdefault(kind, []).append(place)
        if len(notes) > MOST_CHANGED or Unindexed.EVERYTHING in noted:
            raise NotReady(f"The names of places are not folded yet; {PROGRAM} rebuild_search does it.")
        own: dict[str, list[Name]] = {}
        if tenant:
            named = TenantCountryName.objects.filter(tenant=tenant).order_by("country", "language")
            for code, language, name in named.values_list("country_id", "language", "name"):
                own.setdefault(code, []).append(Name(name, language))
        changed = [place for kind, ids in noted.items() for place in places(kind, ids)]
        return cls(Scope.of(tenant, kinds), limit, own, changed, noted)

    def hits(self, text: str, scope: Scope, *, fuzzy: bool) -> list[Hit]:
        """Return what was met: as a whole, and as "place, place"."""
        parts = [part for part in map(str.strip, COMMA.split(text)) if words(part)]
        whole = Question.of(words(text), fuzzy=fuzzy)
        if not whole.key:
            return []
        exact = self._exact(whole, scope) or self._reworded(text, whole, scope)
        if 1 < len(parts) <= MOST_PARTS:
            hits = _best([*exact, *self._listed(parts, scope, fuzzy=fuzzy)])
            if any(hit.tier < Tier.FUZZY for hit in hits):
                return hits
            return self._otherwise(text, whole, scope) or hits or self._all(whole, scope, exact)
        hits = exact or self._otherwise(text, whole, scope)
        hits = _best([*hits, *self._all(whole, scope, exact)])
        if hits or not fuzzy:
            return hits
        rest = words(wordings.without_postal_code(text))
        return self._split(rest, scope) if 1 < len(rest) <= MOST_WORDS else []

    def _listed(self, parts: Sequence[str], scope: Scope, *, fuzzy: bool) -> list[Hit]:
        """Return what was met as "place, place": the first part in what the others narrow."""
        inner = scope
        for part in reversed(parts[1:]):
            narrowed = self._inside(Question.reading(part, fuzzy=fuzzy), inner)
            inner = narrowed if narrowed is not None else inner
        return self._all(Question.reading(parts[0], fuzzy=fuzzy), inner) if inner is not scope else []

    def _otherwise(self, text: str, whole: Question, scope: Scope) -> list[Hit]:
        """Return what bears the whole of a name where the text is read in another way, by the first that meets any."""
        if hits := self._beside(wordings.pieces(whole.words), scope):
            return hits
        for rest, kind in wordings.untitled(text):
            narrowed = replace(scope, kinds=scope.kinds & {kind})
            question = Question.reading(rest, fuzzy=False)
            if hits := self._exact(question, narrowed) or self._beside(question.words, narrowed):
                return hits
        others = (*wordings.in_other_kana(whole.key), *respelt(whole.key))
        if hits := self._any_of(others, scope):
            return hits
        for parts in wordings.in_full(whole.words):
            if hits := self._exact(Question.of(parts, fuzzy=False), scope) or self._beside(parts, scope):
                return hits
        rest = wordings.without_postal_code(text)
        if rest != text and wordings.may_be_name((question := Question.reading(rest, fuzzy=False)).key):
            return self._exact(question, scope) or self._otherwise(rest, question, scope)
        return []

    def _beside(self, parts: tuple[str, ...], scope: Scope) -> list[Hit]:
        """Return what is called as some words say, in a place that is called as those behind or before them say."""
        ends = range(max(1, len(parts) - MOST_WORDS), len(parts))
        starts = range(min(MOST_WORDS, len(parts) - 1), 0, -1)
        splits = [(parts[:at], parts[at:]) for at in ends] + [(parts[at:], parts[:at]) for at in starts]
        around = self._containers({"".join(container) for _, container in splits}, scope)
        for place, container in splits:
            if (met := around.get("".join(container))) and self.splits:
                self.splits -= 1
                inner = _within(scope, met)
                if hits := self._exact(Question.of(place, fuzzy=False), inner) or self._beside(place, inner):
                    return hits
        return []

    def _containers(self, keys: Collection[str], scope: Scope) -> dict[str, list[Hit]]:
        """Return the countries and subdivisions that have each text for a code or the whole of a name."""
        around = replace(scope, kinds=CONTAINERS)
        keys_of: dict[str, set[str]] = {}
        for key in keys:
            for text in (key, *wordings.with_kind(key)):
                keys_of.setdefault(text, set()).add(key)
        rows = self._rows(around).filter(form__in=(Form.CODE, Form.NAME), text__in=sorted(keys_of))
        found = rows.values_list("text", "importance", "kind", "place").distinct() if keys else ()
        hits = [(text, Hit(Tier.EXACT, importance, kind, place)) for text, importance, kind, place in found]
        for text in keys_of:
            question = Question((), text, 0)
            hits += [(text, hit) for hit in self._unindexed(question, around, {Tier.CODE, Tier.EXACT})]
        met: dict[str, list[Hit]] = {}
        for text, hit in hits:
            for key in keys_of[text]:
                met.setdefault(key, []).append(hit)
        return met

    def _split(self, parts: tuple[str, ...], scope: Scope) -> list[Hit]:
        """Return what is called about as the words begin, in a place that is called as they end.

        There are errors in one of the two at most.
        """
        ends = [(parts[:at], parts[at:]) for at in range(1, len(parts))]
        around = self._containers({"".join(container) for _, container in ends}, scope)
        for place, container in ends:
            met = around.get("".join(container))
            if met and (hits := self._all(Question.of(place, fuzzy=True), _within(scope, met))):
                return hits
        place, last = parts[:-1], parts[-1:]
        inner = self._inside(Question.of(last, fuzzy=True), scope) if len(last[0]) >= MIN_WORD else None
        return self._exact(Question.of(place, fuzzy=False), inner) if inner is not None else []

    def _inside(self, question: Question, scope: Scope) -> Scope | None:
        """Return the part of the scope that lies in what is called so; None where nothing is."""
        around = replace(scope, kinds=CONTAINERS)
        remember, self.limit = self.limit, MOST_CONTAINERS
        met = self._exact(question, around) or self._all(question, around)
        self.limit = remember
        if not met:
            return None
        best = min(hit.tier for hit in met)
        return _within(scope, [hit for hit in met if hit.tier <= max(best, Tier.EXACT)])

    def _all(self, question: Question, scope: Scope, exact: list[Hit] | None = None) -> list[Hit]:
        """Return what was met in any way, the worse ways only as far as the better ones leave room."""
        hits = self._exact(question, scope) if exact is None else exact
        for further in (self._beginning, self._later_words):
            if len(hits) < self.limit:
                hits = _best([*hits, *further(question, scope)])
        if len(hits) < (1 if self.forgives_last else self.limit):
            hits = _best([*hits, *self._fuzzy(question, scope)])
        return hits

    def _exact(self, question: Question, scope: Scope) -> list[Hit]:
        """Return what has the text for its code or the whole of a name."""
        self.questions.append(question)
        rows = self._rows(scope).filter(form__in=(Form.CODE, Form.NAME), text=question.key)
        met = rows.values_list("form", "importance", "kind", "place").distinct()
        wanted = 2 * self.limit
        hits = [
            Hit(Tier.CODE if form == Form.CODE else Tier.EXACT, importance, kind, place)
            for form, importance, kind, place in met.order_by("form", "-importance", "kind", "place")[:wanted]
        ]
        return _best([*hits, *self._unindexed(question, scope, {Tier.CODE, Tier.EXACT})])

    def _any_of(self, keys: Collection[str], scope: Scope) -> list[Hit]:
        """Return what has any of the texts for the whole of a name: of one in another spelling."""
        if not keys:
            return []
        rows = self._rows(scope).filter(form=Form.NAME, text__in=sorted(keys)).distinct()
        met = rows.values_list("text", "importance", "kind", "place").order_by("-importance", "kind", "place", "text")
        hits = []
        for text, importance, kind, place in met[: 2 * self.limit]:
            self.questions.append(Question((), text, 0))
            hits.append(Hit(Tier.EXACT, importance, kind, place))
        for key in keys if self.changed or self.own else ():
            question = Question((), key, 0)
            if found := self._unindexed(question, scope, {Tier.EXACT}):
                self.questions.append(question)
                hits += found
        return _best(hits)

    def _reworded(self, text: str, question: Question, scope: Scope) -> list[Hit]:
        """Return the country that a text names as data sets write it: "Korea, Rep."."""
        codes = reworded(text) if Kind.COUNTRY in scope.kinds and len(question.words) > 1 else ()
        met = [place for place in places(Kind.COUNTRY, codes) if scope.has(place)] if codes else ()
        return [Hit(Tier.EXACT, place.importance, int(place.kind), place.id) for place in met]

    def _beginning(self, question: Question, scope: Scope) -> list[Hit]:
        """Return what has a name that begins so."""
        return self._ranged(question, scope, Form.NAME, Tier.PREFIX)

    def _later_words(self, question: Question, scope: Scope) -> list[Hit]:
        """Return what has a name with a later word that begins so."""
        return self._ranged(question, scope, Form.WORD, Tier.WORD) if len(question.key) >= MIN_WORD else []

    def _ranged(self, question: Question, scope: Scope, form: Form, tier: Tier) -> list[Hit]:
        key = question.key
        rows = self._rows(scope).filter(form=form)
        ranged = rows.filter(text__gte=key, text__lt=key + LAST)
        wanted = 2 * self.limit
        met: list[tuple[int, int, str]] = []
        if form in self._crowded(key):
            # Not by the index of texts, which would find thousands.
            met = _most_important(rows.filter(is_major=True, text__startswith=key), wanted)
        if len(met) < wanted:
            met = _most_important(ranged, wanted)
        return [Hit(tier, *row) for row in met] + self._unindexed(question, scope, {tier})

    def _crowded(self, key: str) -> frozenset[Form]:
        """Return of which form too many texts begin so to be sorted; one query for both."""
        if key not in self.crowded:
            begin_so = (
                f"SELECT count(*) FROM (SELECT 1 FROM {SearchName._meta.db_table} "
                "WHERE form = %s AND text >= %s AND text < %s LIMIT %s) AS begin_so"
            )
            forms = (Form.NAME, Form.WORD)
            with connections[SearchName.objects.all().db].cursor() as cursor:
                cursor.execute(
                    f"SELECT ({begin_so}), ({begin_so})",
                    [each for form in forms for each in (int(form), key, key + LAST, SORTED)],
                )
                counts = cursor.fetchone()
            self.crowded[key] = frozenset(form for form, count in zip(forms, counts, strict=True) if count == SORTED)
        return self.crowded[key]

    def _fuzzy(self, question: Question, scope: Scope) -> list[Hit]:
        """Return what has a name with as few errors as any has, up to those that are forgiven."""
        if not question.errors:
            return []
        errors_of: dict[str, int] = {}
        for text in near(question):
            if errors := distance(question, text):
                errors_of[text] = errors
        rows = self._rows(scope).filter(form=Form.NAME, text__in=sorted(errors_of))
        met = rows.values_list("text", "importance", "kind", "place") if errors_of else ()
        hits = [Hit(Tier.FUZZY, importance, kind, place, errors_of[text]) for text, importance, kind, place in met]
        hits += self._unindexed(question, scope, {Tier.FUZZY})
        fewest = min((hit.errors for hit in hits), default=0)
        return [hit for hit in hits if hit.errors == fewest]

    def _rows(self, scope: Scope) -> QuerySet[SearchName]:
        rows = scope.rows()
        for kind, ids in self.changed_ids.items():
            rows = rows.exclude(kind=kind, place__in=ids)
        return rows

    def _unindexed(self, question: Question, scope: Scope, tiers: Collection[Tier]) -> list[Hit]:
        """Return what was met of that which the index does not have: changed places, and tenants' own names."""
        hits: list[Hit] = []
        for place in self.changed:
            if scope.has(place):
                hits += _met(question, place, texts(place).items(), tiers)
        own = {code: names for code, names in self.own.items() if Kind.COUNTRY in scope.kinds}
        met = [code for code, names in own.items() if any(_tiers(question, code, names, tiers))]
        for place in places(Kind.COUNTRY, met) if met else ():
            if scope.has(place):
                found = {text for name in own[place.id] for text in texts_of(name, place.id)}
                hits += _met(question, place, dict.fromkeys(found, place.importance).items(), tiers)
        return hits


def _tiers(question: Question, country: str, names: Iterable[Name], tiers: Collection[Tier]) -> Iterator[bool]:
    for name in names:
        for form, text in texts_of(name, country):
            tier = tier_of(question, form, text)
            yield tier is not None and tier[0] in tiers


def _met(question: Question, place: Place, found: Iterable[tuple[Text, int]], tiers: Collection[Tier]) -> Iterator[Hit]:
    for (form, text), importance in found:
        tier = tier_of(question, form, text)
        if tier is not None and tier[0] in tiers:
            yield Hit(tier[0], importance, int(place.kind), place.id, tier[1])


def _best(hits: Iterable[Hit]) -> list[Hit]:
    """Return the best hit of each place."""
    best: dict[tuple[int, str], Hit] = {}
    for hit in hits:
        key = (hit.kind, hit.place)
        if key not in best or hit.order < best[key].order:
            best[key] = hit
    return list(best.values())


def _within(scope: Scope, around: Iterable[Hit]) -> Scope:
    """Return the part of the scope that lies in any of the countries and subdivisions that were met."""
    hits = list(around)
    return scope.within(
        [hit.place for hit in hits if hit.kind == Kind.COUNTRY],
        [hit.place for hit in hits if hit.kind == Kind.SUBDIVISION],
    )


def _most_important(rows: QuerySet[SearchName], limit: int) -> list[tuple[int, int, str]]:
    met = rows.values_list("importance", "kind", "place").distinct()
    return list(met.order_by("-importance", "kind", "place")[:limit])
