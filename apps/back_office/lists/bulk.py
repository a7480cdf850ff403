"""Actions on many rows: they say what and how many, ask, and offer to undo what they did."""

from typing import Any

from auditlog.models import LogEntry
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext

from apps.back_office.words.numbers import grouped

# Rows that the question names.
SHOWN = 20


def _action(request: HttpRequest) -> str:
    """Return the action that was chosen, of the box above the list or of that below it."""
    chosen, index = request.POST.getlist("action"), request.POST.get("index", "")
    return chosen[int(index) if index.isdecimal() and int(index) < len(chosen) else 0]


def named(model: Any, count: int) -> str:
    """Return how many rows of what: "1 city", "234,746 cities"."""
    opts = model._meta
    said = ngettext("{number} {name}", "{number} {names}", count)
    return said.format(number=grouped(count), name=opts.verbose_name, names=opts.verbose_name_plural)


def is_answered(request: HttpRequest) -> bool:
    """Return whether this is the answer to a question that was asked before."""
    return bool(request.POST.get("confirmed"))


def ask(
    page: admin.ModelAdmin[Any],
    request: HttpRequest,
    rows: QuerySet[Any],
    *,
    question: str,
    button: str,
    count: int | None = None,
    form: forms.Form | None = None,
    template: str = "admin/confirm_action.html",
    **context: Any,
) -> HttpResponse | None:
    """Return the page that asks before an action on `rows`, those that it would change; None: the answer is yes.

    question: a translated sentence with "{rows}" where it says how many of what. count: of the rows, where it is known.
    form: what there is to choose besides, bound where `is_answered`. template: extends that of the question.
    Where others have changed meanwhile how many there are, it asks again. Two queries.
    """
    count = rows.count() if count is None else count
    if not count:
        page.message_user(request, gettext("Nothing to do: what you chose is so already."), messages.WARNING)
        return HttpResponseRedirect(request.get_full_path())
    has_moved = request.POST.get("expected", str(count)) != str(count)
    if is_answered(request) and not has_moved and (form is None or form.is_valid()):
        return None
    examples = list(rows[:SHOWN])
    getattr(page, "name_rows", list)(examples)
    asked = {
        "title": f"{button}?",
        "question": question.format(rows=named(page.model, count)),
        "button": button,
        "count": count,
        "examples": list(map(str, examples)),
        "further": grouped(count - SHOWN) if count > SHOWN else "",
        "has_moved": has_moved,
        "form": form,
    }
    return TemplateResponse(request, template, {**_kept(page, request), **asked, **context})


def _kept(page: admin.ModelAdmin[Any], request: HttpRequest) -> dict[str, Any]:
    """Return what the answer has to say again: the list, the action and what was chosen."""
    return {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "action": _action(request),
        "select_across": request.POST.get("select_across", "0"),
        "chosen": request.POST.getlist(ACTION_CHECKBOX_NAME),
        "back": request.get_full_path(),
    }


def done(page: admin.ModelAdmin[Any], request: HttpRequest, said: str) -> None:
    """Say what has been done, with a button that undoes all of it where the history knows how; one query."""
    last = (
        LogEntry.objects.filter(
            cid=getattr(request, "request_id", None),
            actor=request.user.pk,
            content_type=ContentType.objects.get_for_model(page.model),
            serialized_data__isnull=False,
        )
        .order_by("-pk")
        .values_list("pk", flat=True)
        .first()
    )
    if last is not None:
        address = reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_undo", args=[last])
        said = format_html(
            '{} <button type="submit" class="undo" form="undo" formaction="{}?all=1">{}</button>',
            said,
            address,
            gettext("Undo"),
        )
    page.message_user(request, said, messages.SUCCESS)
