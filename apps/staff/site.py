"""The site of the back office: nobody is in before the second step, where they have one or must have one."""

from contextlib import suppress
from typing import Any, cast
from urllib.parse import urlencode

from django.apps import apps
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import LoginView
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from apps.staff.sign_in import second_step
from apps.staff.sign_in.forms import CodeForm

# The tables in groups, as staff think of them: id, name and tables of each.
GROUPS = (
    (
        "places",
        _("Places"),
        ("Country", "Subdivision", "City", "Region", "SubdivisionType", "StoredSuspicion"),
    ),
    ("tenants", _("Tenants"), ("Tenant", "TenantCountry", "TenantSubdivision", "TenantCountryName", "Plan", "Webhook")),
    ("access", _("Access"), ("ApiKey", "OAuthClient", "RequestCount", "User", "Group")),
    ("imports", _("Imports"), ("ImportJob", "ImportRun")),
    ("history", _("History"), ("LogEntry",)),
)
MORE = ("more", _("More"))
# What Django calls by the app in breadcrumbs and titles.
APPS = {"auth": _("Access"), "api_keys": _("Access"), "auditlog": _("History"), "geography": _("Places")}
# What Django calls otherwise on every page: one of a table, and many.
WORDS = {
    "auth.Group": (_("role"), _("roles")),
    "auth.User": (_("person"), _("people")),
    "auditlog.LogEntry": (_("recorded change"), _("recorded changes")),
}


class Site(AdminSite):
    """Django's, with a second step, and with the tables in the words and the order of staff."""

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """Return GROUPS in place of apps, with those tables that the user may see; of one app as Django does."""
        found: list[dict[str, Any]] = list(super().get_app_list(request, app_label))
        tables = {table["object_name"]: table for app in found for table in app["models"]}
        if app_label:
            return found
        grouped = [(slug, name, [tables.pop(each) for each in of if each in tables]) for slug, name, of in GROUPS]
        home = reverse("admin:index", current_app=self.name)
        return [
            {
                "app_label": slug,
                "name": name,
                "app_url": f"{home}#home-{slug}-tables",
                "has_module_perms": True,
                "models": of,
            }
            for slug, name, of in [*grouped, (*MORE, list(tables.values()))]
            if of
        ]

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether the user is staff, and has taken the second step if there is one to take."""
        return super().has_permission(request) and second_step.is_passed(request)

    def get_urls(self) -> list[Any]:
        """Add the pages of one's own sign-in."""
        from apps.staff.sign_in import own_page

        added: list[URLPattern | URLResolver] = [
            path("login/code/", self.code, name="code"),
            path("second-step/", self.before_second_step(own_page.second_step_page), name="second_step"),
            path("second-step/qr.svg", self.before_second_step(own_page.qr_code), name="second_step_qr"),
            path("second-step/codes/", self.admin_view(own_page.recovery_codes), name="recovery_codes"),
            path("sessions/", self.admin_view(own_page.sessions_page), name="sessions"),
        ]
        # Nothing that staff look after has a page on the site.
        return [*added, *(each for each in super().get_urls() if getattr(each, "name", "") != "view_on_site")]

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Suggest rows for a field of a form: what refers to a row from elsewhere is a relation, but in no form."""
        asked = (request.GET.get(name, "") for name in ("app_label", "model_name", "field_name"))
        with suppress(LookupError, ValueError, FieldDoesNotExist):
            app, model, name = asked
            if not apps.get_model(app, model)._meta.get_field(name).concrete:
                raise PermissionDenied
        return super().autocomplete_view(request)

    def before_second_step(self, view: Any) -> Any:
        """Return a view that lets in who is staff, and has no second step yet or has taken it."""

        def guarded(request: HttpRequest) -> HttpResponse:
            if AdminSite.has_permission(self, request) and (
                second_step.is_strong(request) or second_step.device_of(request.user) is None
            ):
                return view(request)  # type: ignore[no-any-return]
            return HttpResponseRedirect(f"{reverse('admin:login')}?{urlencode({'next': request.path})}")

        return never_cache(guarded)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Ask for name and password; who is in goes on, who has no second step and must have one sets it up."""
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        is_staff = request.method == "GET" and AdminSite.has_permission(self, request)
        if is_staff and second_step.device_of(request.user) is None:
            return HttpResponseRedirect(_with_next("admin:second_step", request.GET.get(REDIRECT_FIELD_NAME, "")))
        request.current_app = self.name
        context = {**self._context(request), "title": _("Log in"), **(extra_context or {})}
        return cast(HttpResponse, PasswordPage.as_view(extra_context=context)(request))

    def code(self, request: HttpRequest) -> HttpResponse:
        """Ask whoever has given the right password for a code."""
        if second_step.who_waits(request) is None:
            return HttpResponseRedirect(_with_next("admin:login", request.GET.get(REDIRECT_FIELD_NAME, "")))
        context = {**self._context(request), "title": _("The second step")}
        return cast(HttpResponse, CodePage.as_view(extra_context=context)(request))

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        context = {
            **self.each_context(request),
            "subtitle": None,
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
        }
        if not {*request.GET, *request.POST} & {REDIRECT_FIELD_NAME}:
            context[REDIRECT_FIELD_NAME] = reverse("admin:index")
        return context


class PasswordPage(LoginView):
    """Name and password; who has a second step is led to it, and logged in there."""

    authentication_form = AdminAuthenticationForm
    template_name = "admin/login.html"
    next_page = "admin:index"

    def form_valid(self, form: Any) -> HttpResponse:
        """Log in, or go on to the code."""
        user = form.get_user()
        if second_step.device_of(user) is None:
            return super().form_valid(form)
        second_step.wait_for_code(self.request, user)
        return HttpResponseRedirect(_with_next("admin:code", self.get_success_url()))


class CodePage(LoginView):
    """The code after the password."""

    authentication_form: Any = CodeForm
    template_name = "admin/code.html"
    next_page = "admin:index"

    def form_valid(self, form: Any) -> HttpResponse:
        """Log in; nobody waits any more."""
        self.request.session.pop(second_step.WAITING, None)
        return super().form_valid(form)


def _with_next(name: str, address: str) -> str:
    return f"{reverse(name)}?{urlencode({REDIRECT_FIELD_NAME: address})}" if address else reverse(name)
