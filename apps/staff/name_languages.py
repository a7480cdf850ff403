"""The languages in which somebody works: of each place, their names are shown first, the others on demand."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.back_office.history import audit
from apps.back_office.history.recorded import author
from apps.staff.translations import in_reach
from apps.tenants.models import StaffReach


class LanguagesForm(forms.Form):
    """Languages to tick."""

    languages = forms.MultipleChoiceField(
        label=_("Languages in which you work"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None: English, and those that tenants use."),
    )

    def __init__(self, languages: list[tuple[str, str]], *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["languages"].choices = languages  # type: ignore[attr-defined]


def name_languages(request: HttpRequest) -> HttpResponse:
    """Ask for them, and keep them; then lead back to `next`."""
    user = cast(User, request.user)
    reach = StaffReach.objects.filter(user=user.pk).first() or StaffReach(user_id=user.pk)
    chosen = reach.shown_languages or []
    form = LanguagesForm(
        in_reach(request), request.POST if request.method == "POST" else None, initial={"languages": chosen}
    )
    back = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = reverse("admin:index")
    if request.method == "POST" and form.is_valid():
        reach.shown_languages = form.cleaned_data["languages"]
        audit.save(author(request), reach)
        return HttpResponseRedirect(back)
    context = {**admin.site.each_context(request), "title": gettext("Your languages"), "form": form, "back": back}
    return TemplateResponse(request, "admin/name_languages.html", context)
