"""The worklist of translators: places without a name in a language, or with an odd one, named a page at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from auditlog.models import LogEntry
from django import forms
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language_info, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from apps.back_office.history.recorded import author
from apps.back_office.lists import bulk
from apps.back_office.templatetags.history import who
from apps.back_office.words.language_names import language_name, named_languages
from apps.back_office.words.numbers import grouped
from apps.geography.admin.inlines import languages_of
from apps.geography.admin.searched import refreshing_search
from apps.geography.curation.translating import Outcome, Wish, translate
from apps.geography.curation.worklist import LARGE, MODELS, Line, Progress, lines, missing, progress, scope, suspicious
from apps.geography.models import Country
from apps.geography.models.search import Kind
from apps.geography.names.by_name import names_in_order
from apps.geography.report.words import evidence_in_words
from apps.tenants.models import Tenant

LINES_PER_PAGE = 50
# By their names in addresses, whatever the language of the page.
KINDS = {str(model._meta.model_name): kind for kind, model in MODELS.items()}
SHOWN = {"missing": _("Without a name"), "suspicious": _("With a name that looks wrong"), "all": _("All")}


class QuestionForm(forms.Form):
    """What to go through: choices of those that the user may write."""

    kind = forms.ChoiceField(label=_("What"))
    language = forms.ChoiceField(label=_("Language"))
    country = forms.ChoiceField(label=_("Where"), required=False)
    show = forms.ChoiceField(label=_("Show"), choices=list(SHOWN.items()))
    beside = forms.ChoiceField(label=_("Beside it"), required=False)
    beside_too = forms.ChoiceField(label=_("And"), required=False)

    def __init__(self, data: Mapping[str, str], kinds: list[Kind], languages: list[tuple[str, str]]) -> None:
        super().__init__(data)
        every = [("", "—"), *named_languages()]
        countries = names_in_order(Country.objects.all())
        everywhere = [
            ("", gettext("Everywhere; of cities, those of {number} people").format(number=grouped(LARGE))),
            *countries,
        ]
        words = [(word, str(MODELS[kind]._meta.verbose_name_plural).capitalize()) for word, kind in KINDS.items()]
        choices = {
            "kind": [(word, plural) for word, plural in words if KINDS[word] in kinds],
            "language": languages, "country": everywhere, "beside": every, "beside_too": every,
        }  # fmt: skip
        for name, allowed in choices.items():
            field: Any = self.fields[name]
            field.choices = allowed


@dataclass(frozen=True)
class Row:
    """A line of the page. beside: texts with language and direction. text: in its box. problem: why it is not saved."""

    line: Line
    address: str
    beside: list[tuple[str, str, str]]
    text: str
    problem: str = ""


@refreshing_search
def translations(request: HttpRequest) -> HttpResponse:
    """Show a page of places to name, and save one; a dozen queries, and those of `translate`."""
    kinds = editable(request)
    if not kinds:
        raise PermissionDenied
    languages = in_reach(request)
    context = {**admin.site.each_context(request), "title": gettext("Translations")}
    if not languages:
        return TemplateResponse(request, "admin/translations.html", context)
    used = Tenant.objects.languages()
    form, is_understood = question(request, kinds, languages, used)
    asked = form.cleaned_data
    is_sent = request.method == "POST" and is_understood
    sent = _wishes(KINDS[asked["kind"]], request.POST) if is_sent else {}
    outcome = saved(request, asked, sent)
    if is_sent and not (outcome.wrong or outcome.stale):
        return HttpResponseRedirect(request.get_full_path())
    context |= {
        "form": form,
        **_shown(asked, languages, used, number=request.GET.get("page"), sent=sent, outcome=outcome),
    }
    status = 400 if request.method == "POST" and not is_understood else 200
    return TemplateResponse(request, "admin/translations.html", context, status=status)


def question(
    request: HttpRequest, kinds: list[Kind], languages: list[tuple[str, str]], used: set[str]
) -> tuple[QuestionForm, bool]:
    """Return what the address asks for, with defaults for what it does not say, and whether all of it is right."""
    defaults = _defaults(kinds, [code for code, _ in languages], used)
    form = QuestionForm({**defaults, **request.GET.dict()}, kinds, languages)
    is_understood = form.is_valid()
    if not is_understood:
        form.cleaned_data = {**defaults, **form.cleaned_data}
    return form, is_understood


def saved(request: HttpRequest, asked: Mapping[str, str], sent: Mapping[Any, Wish]) -> Outcome:
    """Give the places the names that were sent, and say so; return what became of each."""
    if not sent:
        return Outcome()
    kind, language = KINDS[asked["kind"]], asked["language"]
    outcome = translate(author(request), kind, language, sent)
    if outcome.saved:
        count = len(outcome.saved)
        said = ngettext("{number} name in {language} saved.", "{number} names in {language} saved.", count)
        said = said.format(number=count, language=language_name(language))
        bulk.done(admin.site._registry[MODELS[kind]], request, said)
    return outcome


def _shown(
    asked: Mapping[str, str],
    languages: list[tuple[str, str]],
    used: set[str],
    *,
    number: str | None,
    sent: Mapping[Any, Wish],
    outcome: Outcome,
) -> dict[str, Any]:
    """Return what the page shows: the places that were not saved or, where there are none, page `number` of all."""
    kind, language = KINDS[asked["kind"]], asked["language"]
    beside = languages_beside(asked)
    failed = [*outcome.wrong, *outcome.stale]
    every = progress(kind, [code for code, _ in languages], asked["country"])
    standing = next(each for each in every if each.language == language)
    page, evidence = _page(asked, kind, standing, number)
    found = lines(kind, language, failed or list(page), beside, evidence)
    chosen = {code for code, _ in languages if code in used or code == language} or {language}
    return {
        "rows": list(_rows(kind, found, beside, sent, outcome)),
        "failed": len(failed),
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number),
        "language": language,
        "language_name": language_name(language),
        "dir": _direction(language),
        "beside": list(map(language_name, beside)),
        "standing": standing,
        "used": [(each, language_name(each.language)) for each in every if each.language in chosen],
        "others": [(each, language_name(each.language)) for each in every if each.language not in chosen],
        "question": query_of(asked),
        "without_language": query_of({**asked, "language": ""}),
        "is_suspicious": asked["show"] == "suspicious",
        "plural": MODELS[kind]._meta.verbose_name_plural,
    }


def editable(request: HttpRequest) -> list[Kind]:
    """Return the kinds of places whose names the user may write; no query."""
    return [kind for kind, model in MODELS.items() if admin.site._registry[model].has_change_permission(request)]


def in_reach(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the languages, with their names, in which the user may write names; one query, once a request."""
    own = languages_of(request)
    return [(code, name) for code, name in named_languages() if own is None or code in own]


def _defaults(kinds: list[Kind], languages: list[str], used: set[str]) -> dict[str, str]:
    """Return the question of who has asked none: of a language that tenants use, beside two others of theirs."""
    wanted = [code for code in languages if code in used and code != "en"] or languages
    beside = [code for code in sorted(used) if code not in {"en", wanted[0]}]
    kind = next(word for word, each in KINDS.items() if each == kinds[0])
    first, second = [*beside, "", ""][:2]
    return {
        "kind": kind, "language": wanted[0], "country": "", "show": "missing", "beside": first, "beside_too": second,
    }  # fmt: skip


def languages_beside(asked: Mapping[str, str]) -> list[str]:
    """Return the languages whose names stand beside."""
    chosen = dict.fromkeys((asked["beside"], asked["beside_too"]))
    return [code for code in chosen if code not in {"", asked["language"]}]


def every_key(asked: Mapping[str, str]) -> list[Any]:
    """Return the primary keys of all places that are asked for, in their order; one query, two for odd names."""
    kind, language, country = KINDS[asked["kind"]], asked["language"], asked["country"]
    if asked["show"] == "suspicious":
        return list(suspicious(kind, language, country))
    rows = missing(kind, language, country) if asked["show"] == "missing" else scope(kind, country)
    return list(rows.values_list("pk", flat=True))


def _page(
    asked: Mapping[str, str], kind: Kind, standing: Progress, number: str | None
) -> tuple[Page[Any], dict[Any, str]]:
    """Return the primary keys of a page, and what makes names on it look wrong."""
    if asked["show"] == "suspicious":
        found = suspicious(kind, asked["language"], asked["country"])
        evidence = {pk: evidence_in_words(why) for pk, why in found.items()}
        return Paginator(list(evidence), LINES_PER_PAGE).get_page(number), evidence
    is_missing = asked["show"] == "missing"
    rows = missing(kind, asked["language"], asked["country"]) if is_missing else scope(kind, asked["country"])
    paginator = Paginator(rows.values_list("pk", flat=True), LINES_PER_PAGE)
    # They have been counted.
    paginator.count = standing.missing if is_missing else standing.total
    return paginator.get_page(number), {}


def _wishes(kind: Kind, sent: Mapping[str, str]) -> dict[Any, Wish]:
    """Return what a page asks for, by primary key; what is no key was on no page."""
    wishes: dict[Any, Wish] = {}
    for name, seen in sent.items():
        field, _, key = name.partition("-")
        if field != "seen" or "\0" in key or len(wishes) == LINES_PER_PAGE or f"name-{key}" not in sent:
            continue
        try:
            pk = MODELS[kind]._meta.pk.to_python(key)
        except forms.ValidationError:
            continue
        if kind == Kind.COUNTRY or abs(pk) < 2**63:
            wishes[pk] = Wish(seen, sent[f"name-{key}"])
    return wishes


def _rows(
    kind: Kind, found: list[Line], beside: list[str], sent: Mapping[Any, Wish], outcome: Outcome
) -> Iterable[Row]:
    changed_by = _authors(kind, outcome.stale)
    name = f"admin:geography_{MODELS[kind]._meta.model_name}_change"
    for line in found:
        problem = ""
        if line.pk in outcome.stale:
            theirs = outcome.stale[line.pk] or gettext("nothing")
            by = changed_by.get(str(line.pk), gettext("Someone else, or an import,"))
            problem = gettext(
                "{somebody} has written “{name}” since you opened the page. Save again to put yours in its place."
            ).format(somebody=by, name=theirs)
            line = replace(line, name=outcome.stale[line.pk])  # noqa: PLW2901
        elif line.pk in outcome.wrong:
            remedy = outcome.wrong[line.pk]
            problem = gettext("Not saved: {remedy}.").format(remedy=remedy)
        text = sent[line.pk].text if problem else line.name
        texts = [(each, code, _direction(code)) for each, code in zip(line.beside, beside, strict=True)]
        yield Row(line, reverse(name, args=[line.pk]), texts, text, problem)


def _authors(kind: Kind, keys: Iterable[Any]) -> dict[str, str]:
    """Return who changed each of these places last; a query where there are any."""
    if not (wanted := [str(key) for key in keys]):
        return {}
    of_kind = ContentType.objects.get_for_model(MODELS[kind])
    entries = LogEntry.objects.filter(content_type=of_kind, object_pk__in=wanted).defer("serialized_data")
    return {entry.object_pk: who(entry) for entry in entries.select_related("actor").order_by("pk")}


def _direction(language: str) -> str:
    return "rtl" if get_language_info(language)["bidi"] else "ltr"


def query_of(asked: Mapping[str, str]) -> str:
    """Return a question as the query of an address; it ends where the rest is to follow."""
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in asked.items() if name != "language" or value})
    return query.urlencode()
