"""A report of an import for people to read: rows by their names, with links to their pages."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.back_office.words.numbers import grouped

# First what nobody wants to overlook.
KINDS = ("withdrawn", "kept", "rejected", "changed", "returned", "added")
WORDS = {
    "added": _("added"),
    "changed": _("changed"),
    "withdrawn": _("withdrawn"),
    "returned": _("returned"),
    "kept": _("kept"),
    "rejected": _("rejected"),
    "unchanged": _("unchanged"),
}
# As counts of changes are listed.
COUNTED = ("added", "changed", "withdrawn", "returned", "kept", "rejected")
# Entries of each kind that a page shows.
SHOWN = 200


def report_page(report: dict[str, Any]) -> SafeString | str:
    """Return a report, as `Report.as_json` gives it, for people to read; a query for each of its tables."""
    tables = [
        {
            "name": gettext(table["table"]),
            "counts": [grouped(table["counts"][kind]) for kind in WORDS],
            "groups": [
                (kind, WORDS[kind], grouped(table["counts"][kind]), _entries(table, kind), len(table[kind]) > SHOWN)
                for kind in KINDS
                if table[kind]
            ],
        }
        for table in map(_linked, report.get("tables", ()))
    ]
    return render_to_string("admin/imports/report.html", {"tables": tables, "kinds": WORDS.items()})


def sources_page(sources: dict[str, str]) -> SafeString | str:
    """Return the versions and checksums of sources for people to read."""
    return render_to_string("admin/imports/sources.html", {"sources": sources})


def _entries(table: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Return what is shown of one kind, each entry with the name of its row and the address of its page."""
    shown = []
    for entry in table[kind][:SHOWN]:
        about = entry if isinstance(entry, dict) else {"key": entry}
        name, address = table["pages"].get(_first(about.get("key", "")), ("", ""))
        field = about.get("field", "")
        shown.append({**about, "name": name, "address": address, "label": table["labels"].get(field, field)})
    return shown


def _first(key: str) -> str:
    return key.partition(" ")[0]


def _linked(table: dict[str, Any]) -> dict[str, Any]:
    """Return a table of a report with the names and addresses of the rows that it shows, and what fields are called."""
    label, column = table.get("owner", ("", ""))
    if not label:
        # Of before tables said so.
        return {**table, "pages": {}, "labels": {}}
    model: Any = apps.get_model(label)
    shown = [entry for kind in KINDS for entry in table[kind][:SHOWN]]
    keys = {_first(entry.get("key", "") if isinstance(entry, dict) else entry) for entry in shown} - {""}
    return {**table, "pages": _pages(model, column, keys) if keys else {}, "labels": _labels(model)}


def _pages(model: Any, column: str, keys: set[str]) -> dict[str, tuple[str, str]]:
    names = {field.name for field in model._meta.concrete_fields}
    name = next((each for each in ("name_en", "name") if each in names), column)
    has_page = admin.site.is_registered(model)
    address = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
    rows = model._base_manager.filter(**{f"{column}__in": keys}).values_list(column, "pk", name)
    found = list(rows)
    # As the page calls them, where their manager knows.
    called_by = getattr(model._default_manager, "called", None)
    here: dict[str, str] = called_by([pk for _, pk, _ in found]) if called_by else {}
    return {
        # The report says the key itself.
        str(key): (
            here.get(str(pk), str(called)).removesuffix(f" ({key})"),
            reverse(address, args=[pk]) if has_page else "",
        )
        for key, pk, called in found
    }


def _labels(model: Any) -> dict[str, str]:
    """Return what staff call the columns of a table, and the foreign keys among them."""
    languages = dict(settings.LANGUAGES)
    labels = {}
    for field in model._meta.concrete_fields:
        language = languages.get(getattr(field, "language", ""))
        said = gettext("the name in {language}").format(language=gettext(language)) if language else field.verbose_name
        labels[field.name] = labels[field.attname] = str(said)
    return labels
