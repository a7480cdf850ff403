"""The worklist of translators as a file: taken as CSV or XLSX, and brought back by way of a preview."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from tempfile import TemporaryFile
from typing import IO, Any, cast

from django.contrib import admin
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext

from apps.back_office.history.recorded import author
from apps.back_office.words.language_names import language_name
from apps.geography.admin.searched import refreshing_search
from apps.geography.admin.spreadsheets import Echo, SpreadsheetForm
from apps.geography.curation.translating import Wish
from apps.geography.curation.worklist import MODELS
from apps.geography.curation.worklist_files import Plan, entries, plan, refused, table
from apps.imports.files.source import BadSheet
from apps.staff.translations import KINDS, editable, every_key, in_reach, languages_beside, query_of, question, saved
from apps.tenants.models import Tenant

# A preview may be taken up for so long, in seconds.
PREVIEW_LASTS = 24 * 60 * 60
# So many changes and problems of a preview are shown.
MOST_SHOWN = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def translation_file(request: HttpRequest) -> HttpResponseBase:
    """Give the list that the address asks for; of a file that is sent, show what would come of it, and then do it."""
    kinds, languages = editable(request), in_reach(request)
    if not (kinds and languages):
        raise PermissionDenied
    form, is_understood = question(request, kinds, languages, Tenant.objects.languages())
    asked = form.cleaned_data
    if not is_understood:
        return HttpResponseRedirect(f"{reverse('translations')}?{request.GET.urlencode()}")
    if request.method != "POST":
        return _given(request, asked)
    if "changes" in request.POST:
        return _applied(request, asked)
    found, wrong = _planned(request, asked)
    return _shown(request, asked, found, wrong)


def _given(request: HttpRequest, asked: Mapping[str, str]) -> HttpResponseBase:
    """Return the whole list as a file; as many queries as it has hundreds of lines, and a few."""
    kind, language = KINDS[asked["kind"]], asked["language"]
    rows = table(kind, language, every_key(asked), languages_beside(asked))
    name = f"{asked['kind']}-{language}"
    if request.GET.get("format") == "xlsx":
        return FileResponse(_workbook(rows), as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _lines(rows: Iterable[list[str]]) -> Iterator[str]:
    writer = csv.writer(Echo())
    # Excel takes a file without the mark for one of its own encoding.
    yield "\ufeff"
    for row in rows:
        yield writer.writerow(row)


def _workbook(rows: Iterable[list[str]]) -> IO[bytes]:
    # It takes 6 MB of each process that has needed it.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    return file


def _planned(request: HttpRequest, asked: Mapping[str, str]) -> tuple[Plan, list[str]]:
    """Return what would come of the file, or why it is none."""
    kind, language = KINDS[asked["kind"]], asked["language"]
    form = SpreadsheetForm(request.POST, request.FILES)
    if not form.is_valid():
        return Plan({}, [], []), [str(said) for said in form.errors.get("file", [])]
    file = cast(IO[bytes], form.cleaned_data["file"].file)
    try:
        return plan(author(request), kind, language, entries(file, kind, language)), []
    except ValidationError as error:
        return Plan({}, [], []), [str(error.message)]
    except BadSheet as error:
        return Plan({}, [], []), [gettext("The file cannot be read: {reason}.").format(reason=error)]


@refreshing_search
def _applied(request: HttpRequest, asked: Mapping[str, str]) -> HttpResponse:
    """Write what a preview showed, but for what has changed since."""
    try:
        given = signing.loads(request.POST["changes"], salt=_salt(request, asked), max_age=PREVIEW_LASTS)
    except signing.BadSignature:
        wrong = [gettext("This preview is not valid any more: give the file again.")]
        return _shown(request, asked, Plan({}, [], []), wrong)
    wishes = {pk: Wish(seen, text) for pk, seen, text in given}
    outcome = saved(request, asked, wishes)
    if left := refused(outcome, wishes):
        return _shown(request, asked, Plan({}, [], [(0, said) for said in left.values()]), [])
    return HttpResponseRedirect(f"{reverse('translations')}?{query_of(asked)}")


def _shown(request: HttpRequest, asked: Mapping[str, str], found: Plan, wrong: list[str]) -> HttpResponse:
    changes = [[pk, wish.seen, wish.text] for pk, wish in found.wishes.items()]
    context = {
        **admin.site.each_context(request),
        "title": gettext("Names from a file: {language}").format(language=language_name(asked["language"])),
        "wrong": wrong,
        "steps": found.steps[:MOST_SHOWN],
        "problems": found.problems[:MOST_SHOWN],
        "step_count": len(found.steps),
        "problem_count": len(found.problems),
        "most_shown": MOST_SHOWN,
        "changes": signing.dumps(changes, salt=_salt(request, asked), compress=True) if changes else "",
        "question": query_of(asked),
        "language": asked["language"],
        "plural": MODELS[KINDS[asked["kind"]]]._meta.verbose_name_plural,
    }
    return TemplateResponse(request, "admin/translation_file.html", context)


def _salt(request: HttpRequest, asked: Mapping[str, Any]) -> str:
    """Return what binds a preview to who has seen it, and to what it was of."""
    return f"translations {request.user.pk} {asked['kind']} {asked['language']}"
