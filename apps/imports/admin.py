"""Back office for imports: the record of those applied, and those that staff start, read and apply."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Field, QuerySet
from django.forms import Field as FormField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from apps.back_office.numbers import grouped
from apps.back_office.recorded import RecordedAdmin
from apps.imports import jobs
from apps.imports.models import ImportJob, ImportRun
from apps.imports.offers import offered

KINDS = ("added", "changed", "withdrawn", "returned", "kept", "rejected")
WORDS = {
    "added": _("added"),
    "changed": _("changed"),
    "withdrawn": _("withdrawn"),
    "returned": _("returned"),
    "kept": _("kept"),
    "rejected": _("rejected"),
    "unchanged": _("unchanged"),
}
# Entries of each kind that a page shows.
SHOWN = 200


def report_page(report: dict[str, Any]) -> SafeString | str:
    """Return a report, as `Report.as_json` gives it, for people to read."""
    tables = [
        {
            "name": gettext(table["table"]),
            "counts": [grouped(table["counts"][kind]) for kind in (*KINDS, "unchanged")],
            "groups": [
                (kind, WORDS[kind], grouped(table["counts"][kind]), table[kind][:SHOWN], len(table[kind]) > SHOWN)
                for kind in KINDS
                if table[kind]
            ],
        }
        for table in report.get("tables", ())
    ]
    return render_to_string("admin/imports/report.html", {"tables": tables, "kinds": WORDS.items()})


def sources_page(sources: dict[str, str]) -> SafeString | str:
    """Return the versions and checksums of sources for people to read."""
    return render_to_string("admin/imports/sources.html", {"sources": sources})


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
        totals = {kind: sum(counts.get(kind, 0) for counts in run.counts.values()) for kind in KINDS}
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


@admin.register(ImportJob)
class ImportJobAdmin(ReadOnlyAdmin):
    """Imports are compared first and applied when staff say so. Whoever may add one may apply it."""

    fields = ("what", "force")
    list_display = ("started_at", "called", "started_by", "state")
    list_filter = ("state",)

    def get_fields(self, request: HttpRequest, obj: ImportJob | None = None) -> Any:
        """Show with a job that exists how far it is."""
        if obj is None:
            return self.fields
        seen = ["standing", "started_by", "started_at", "force"]
        return ["standing", "shown_report", *seen[1:], "shown_sources"] if obj.report else seen

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Find out first whose processes have ended."""
        ImportJob.objects.mark_silent_as_failed()
        return super().get_queryset(request)

    @admin.display(description=_("What to import"), ordering="what")
    def called(self, job: ImportJob) -> str:
        """Return what staff call the import."""
        return gettext(job.label)

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> FormField | None:
        """Let staff choose among what apps offer."""
        if db_field.name == "what":
            choices = [("", "---------"), *((what, gettext(label)) for what, label in offered().items())]
            return forms.ChoiceField(label=capfirst(db_field.verbose_name), choices=choices)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("State"))
    def standing(self, job: ImportJob) -> SafeString | str:
        """Return how far it is, in words."""
        return render_to_string("admin/imports/state.html", {"job": job})

    @admin.display(description=_("Sources"))
    def shown_sources(self, job: ImportJob) -> str:
        """Return the sources."""
        return sources_page(job.sources)

    @admin.display(description=_("Report"))
    def shown_report(self, job: ImportJob) -> str:
        """Return the report."""
        return report_page(job.report)

    def save_model(self, request: HttpRequest, obj: ImportJob, form: Any, change: bool) -> None:
        """Start the comparison."""
        obj.started_by = cast(User, request.user).get_username()
        super().save_model(request, obj, form, change)
        jobs.start(obj)

    def response_add(self, request: HttpRequest, obj: ImportJob, post_url_continue: str | None = None) -> HttpResponse:
        """Go where the job is watched."""
        return HttpResponseRedirect(reverse("admin:imports_importjob_change", args=[obj.pk]))

    def get_urls(self) -> list[URLPattern]:
        """Add the button that applies."""
        apply = self.admin_site.admin_view(require_POST(self.apply))
        return [path("<int:pk>/apply/", apply, name="imports_importjob_apply"), *super().get_urls()]

    def apply(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Apply what the comparison has shown."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        job = get_object_or_404(ImportJob, pk=pk)
        with transaction.atomic():
            if ImportJob.objects.claim(job.pk):
                self.log_change(request, job, {"state": (ImportJob.State.COMPARED, ImportJob.State.APPLYING)})
                jobs.start(job)
            else:
                self.message_user(request, gettext("It waits for nobody to apply it."), messages.WARNING)
        return HttpResponseRedirect(reverse("admin:imports_importjob_change", args=[job.pk]))
