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
from rapidfuzz import process
from rapidfuzz.distance import OSA

from apps.geography.models import SearchName, TenantCountryName, Unindexed
from apps.geography.models.search import Form, Kind
from apps.geography.names.languages import SOURCE_LANGUAGE
from apps.geography.names.naming import reworded
from apps.geography.search.folding import words
from apps.geography.search.found import Found, describe
from apps.geography.search.index import Text, texts, texts_of
from apps.geography.search.matched import matched_names
from apps.geography.search.places import Name, Place, places
from apps.geography.search.scope import KINDS, Scope
from apps.geography.search.tiers import MIN_WORD, TWO_ERRORS, Hit, Question, Tier, distance, tier_of
from apps.tenants.models import Tenant

# So many texts that begin alike are sorted; of more, the important places are looked through first.
SORTED = 2000
# Places that have changed and are not in the index yet, and that a search reads from the tables itself.
MOST_CHANGED = 200
# Parts of "place, place, place"; a text with more commas is taken as it is.
MOST_PARTS = 5
# Words of the second place in "place, place", and the places that they may mean.
MOST_WORDS, MOST_CONTAINERS = 5, 100
COMMA = re.compile("[,;،、，]")
ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "абвгдежзиклмнопрстуфхцчшщыэюя", "αβγδεζηθικλμνξοπρστυφχψω")
LAST = "\U0010ffff"


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
    fuzzy: whether typing errors are forgiven. Raises NotReady. Some ten to twenty-five queries, all by an index.
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
    crowded: of each key that was looked up, the forms of which too many texts begin so.
    """

    scope: Scope
    limit: int
    own: dict[str, list[Name]]
    changed: list[Place]
    changed_ids: dict[int, list[str]]
    questions: list[Question] = field(default_factory=list)
    forgives_last: bool = False
    crowded: dict[str, frozenset[Form]] = field(default_factory=dict)

    @classmethod
    def begin(cls, tenant: Tenant | None, kinds: Collection[Kind], limit: int) -> "_Search":
        """Find out what is to be looked through; raises NotReady."""
        noted: dict[int, list[str]] = {}
        notes = list(Unindexed.objects.order_by().values_list("kind", "place")[: MOST_CHANGED + 1])
        for kind, place in notes:
            noted.setdefault(kind, []).append(place)
        if len(notes) > MOST_CHANGED or Unindexed.EVERYTHING in noted:
            raise NotReady("The names of places are not folded yet; manage.py rebuild_search does it.")
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
        hits = exact = self._exact(whole, scope) or self._reworded(text, whole, scope)
        if 1 < len(parts) <= MOST_PARTS:
            inner = scope
            for part in reversed(parts[1:]):
                narrowed = self._inside(Question.reading(part, fuzzy=fuzzy), inner)
                inner = narrowed if narrowed is not None else inner
            if inner is not scope:
                hits += self._all(Question.reading(parts[0], fuzzy=fuzzy), inner)
            return _best(hits) or self._all(whole, scope, exact)
        if not hits and len(whole.words) > 1:
            hits = self._split(whole, scope, fuzzy=False)
        hits = _best([*hits, *self._all(whole, scope, exact)])
        forgives = fuzzy and len(whole.words) <= MOST_WORDS
        return hits or (self._split(whole, scope, fuzzy=True) if forgives else [])

    def _split(self, whole: Question, scope: Scope, *, fuzzy: bool) -> list[Hit]:
        """Return what is called as the words begin, in a place that is called as they end, these without errors."""
        meet = self._all if fuzzy else self._exact
        for at in range(max(1, len(whole.words) - MOST_WORDS), len(whole.words)):
            inner = self._inside(Question.of(whole.words[at:], fuzzy=False), scope, exact=True)
            if inner is not None and (hits := meet(Question.of(whole.words[:at], fuzzy=fuzzy), inner)):
                return hits
        return []

    def _inside(self, question: Question, scope: Scope, *, exact: bool = False) -> Scope | None:
        """Return the part of the scope that lies in what is called so; None where nothing is."""
        around = replace(scope, kinds=frozenset({Kind.COUNTRY, Kind.SUBDIVISION}))
        remember, self.limit = self.limit, MOST_CONTAINERS
        met = self._exact(question, around)
        if not met and not exact:
            met = self._all(question, around)
        self.limit = remember
        if not met:
            return None
        best = min(hit.tier for hit in met)
        wanted = [hit for hit in met if hit.tier <= max(best, Tier.EXACT)]
        return scope.within(
            [hit.place for hit in wanted if hit.kind == Kind.COUNTRY],
            [hit.place for hit in wanted if hit.kind == Kind.SUBDIVISION],
        )

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
        near: dict[str, int] = {}
        for text in _near(question):
            if errors := distance(question, text):
                near[text] = errors
        rows = self._rows(scope).filter(form=Form.NAME, text__in=sorted(near))
        met = rows.values_list("text", "importance", "kind", "place") if near else ()
        hits = [Hit(Tier.FUZZY, importance, kind, place, near[text]) for text, importance, kind, place in met]
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


def _most_important(rows: QuerySet[SearchName], limit: int) -> list[tuple[int, int, str]]:
    met = rows.values_list("importance", "kind", "place").distinct()
    return list(met.order_by("-importance", "kind", "place")[:limit])


def _near(question: Question) -> set[str]:
    """Return the texts that may be meant: with the first letter or the second for their first, or with any other one.

    The last only where the rest of a long word is right.
    """
    key, errors = question.key, question.errors
    table = connections[SearchName.objects.all().db]
    texts_in = (
        f"SELECT DISTINCT text FROM {SearchName._meta.db_table} WHERE form = %s AND text >= %s AND text < %s "
        "AND length(text) BETWEEN %s AND %s"
    )
    near: set[str] = set()
    letters = sorted({key[0], key[1]})
    asked = [
        each for letter in letters
        for each in (int(Form.NAME), letter, letter + LAST, len(key) - errors, len(key) + errors)
    ]  # fmt: skip
    with table.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([texts_in] * len(letters)), asked)
        texts = [text for (text,) in cursor.fetchall()]
    scored = process.extract(key, texts, scorer=OSA.distance, processor=None, score_cutoff=errors, limit=None)
    near.update(text for text, _, _ in scored)
    if len(key) >= TWO_ERRORS:
        alphabet = next((alphabet for alphabet in ALPHABETS if key[1] in alphabet), "")
        others = [text for letter in alphabet for text in (letter + key[1:], letter + key)]
        near.update(others)
    return near
