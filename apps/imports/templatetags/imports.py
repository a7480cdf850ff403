"""What pages say of imports."""

from django import template
from django.utils.translation import gettext, ngettext

from apps.back_office.words.numbers import grouped
from apps.back_office.words.phrases import in_words
from apps.imports.jobs import NOTHING_WRITTEN
from apps.imports.models import ImportJob

register = template.Library()


@register.filter
def error_in_words(error: str) -> str:
    """Return why a job ended, in the language of the page; what names rows stays English."""
    return in_words(error, [NOTHING_WRITTEN])


@register.filter
def how_far(job: ImportJob) -> str:
    """Return what a job is at, in rows: "Comparing: books, 12,000 of 234,746 rows"."""
    if not job.progress:
        return gettext("Starting")
    said = gettext(job.progress).capitalize()
    if job.table:
        said = f"{said}: {gettext(job.table)}"
    if job.total:
        rows = ngettext("{done} of {total} row", "{done} of {total} rows", job.total)
    elif job.done:
        rows = ngettext("{done} row", "{done} rows", job.done)
    else:
        return said
    return f"{said}, {rows.format(done=grouped(job.done), total=grouped(job.total or 0))}"
