"""Pages of the imports that staff start, read, apply and cancel."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from apps.imports import jobs
from apps.imports.admin.forms import JobForm, at_work
from apps.imports.admin.reports import report_page, sources_page
from apps.imports.admin.runs import ReadOnlyAdmin
from apps.imports.models import ImportJob


@admin.register(ImportJob)
class ImportJobAdmin(ReadOnlyAdmin):
    """Imports are compared first and applied when staff say so. Whoever may add one may apply and cancel it."""

    form = JobForm
    fields = ("what", "upload", "chosen", "force")
    list_display = ("started_at", "called", "started_by", "state")
    list_filter = ("state",)

    def get_fields(self, request: HttpRequest, obj: ImportJob | None = None) -> Any:
        """Show with a job that exists how far it is."""
        if obj is None:
            return self.fields
        seen = ["started_by", "started_at", *(["file"] if obj.file else []), "force"]
        return ["standing", "shown_report", *seen, "shown_sources"] if obj.report else ["standing", *seen]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Find out first whose processes have ended."""
        ImportJob.objects.mark_silent_as_lost()
        return super().get_queryset(request)

    @admin.display(description=_("What to import"), ordering="what")
    def called(self, job: ImportJob) -> str:
        """Return what staff call the import."""
        return job.label

    @admin.display(description=_("State"))
    def standing(self, job: ImportJob) -> SafeString | str:
        """Return how far it is, in words."""
        return render_to_string("admin/imports/standing.html", {"job": job})

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
        return self._back(obj)

    def get_urls(self) -> list[URLPattern]:
        """Add the buttons that apply and cancel, and how far a job is, which its page asks for again and again."""
        views = {
            "apply": require_POST(self.apply),
            "cancel": require_POST(self.cancel),
            "state": require_GET(self.state_view),
        }
        added = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"imports_importjob_{name}")
            for name, view in views.items()
        ]
        return [*added, *super().get_urls()]

    def apply(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Apply what the comparison has shown."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        job = get_object_or_404(ImportJob, pk=pk)
        with transaction.atomic():
            ImportJob.objects.mark_silent_as_lost()
            if job.state == ImportJob.State.COMPARED and (busy := at_work()):
                self.message_user(request, busy, messages.ERROR)
            elif ImportJob.objects.claim(job.pk):
                self.log_change(request, job, {"state": (ImportJob.State.COMPARED, ImportJob.State.APPLYING)})
                jobs.start(job)
            else:
                self.message_user(request, gettext("It waits for nobody to apply it."), messages.WARNING)
        return self._back(job)

    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let a job end before it has written anything, or never be applied."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        job = get_object_or_404(ImportJob, pk=pk)
        with transaction.atomic():
            if ImportJob.objects.cancel(job.pk):
                self.log_change(request, job, {"state": (job.state, ImportJob.State.CANCELLED)})
            else:
                self.message_user(request, gettext("It has ended already."), messages.WARNING)
        return self._back(job)

    def state_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return how far a job is, as its page shows it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        job = get_object_or_404(self.get_queryset(request), pk=pk)
        return TemplateResponse(request, "admin/imports/state.html", {"job": job})

    def _back(self, job: ImportJob) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:imports_importjob_change", args=[job.pk]))
