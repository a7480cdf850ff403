"""Pages of the imports that were applied, which nobody edits."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.back_office.history.recorded import RecordedAdmin
from apps.back_office.words.numbers import grouped
from apps.imports.admin.reports import COUNTED, WORDS, report_page, sources_page
from apps.imports.models import ImportRun


class ReadOnlyAdmin(RecordedAdmin):
    """Rows that nobody edits by hand."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave the reports out of lists: each may have thousands of lines."""
        rows = super().get_queryset(request)
        is_list = (
            request.resolver_match and request.resolver_match.url_name == f"imports_{self.opts.model_name}_changelist"
        )
        return rows.defer("report") if is_list else rows


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    """Imports that changed something; the newest first."""

    fields = ("started_at", "command", "by", "duration", "shown_report", "shown_sources")
    list_display = ("started_at", "command", "by", "said", "duration")
    list_filter = ("command",)
    date_hierarchy = "started_at"

    @admin.display(description=_("Started by"), ordering="started_by")
    def by(self, run: ImportRun) -> str:
        """Return the user."""
        return run.started_by or gettext("the command line")

    @admin.display(description=_("Took"), ordering="seconds")
    def duration(self, run: ImportRun) -> str:
        """Return the seconds until the changes were written."""
        return gettext("{seconds} s").format(seconds=number_format(run.seconds, 1))

    @admin.display(description=_("Rows"))
    def said(self, run: ImportRun) -> str:
        """Return the counts of what happened, over all tables."""
        totals = {kind: sum(counts.get(kind, 0) for counts in run.counts.values()) for kind in COUNTED}
        return ", ".join(f"{grouped(number)} {WORDS[kind]}" for kind, number in totals.items() if number)

    @admin.display(description=_("Sources"))
    def shown_sources(self, run: ImportRun) -> str:
        """Return the sources."""
        return sources_page(run.sources)

    @admin.display(description=_("Report"))
    def shown_report(self, run: ImportRun) -> str:
        """Return the report."""
        return report_page(run.report)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: imports write it themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: what has happened stays on record."""
        return False
