"""What browsers send of the pages of the back office."""

from typing import Any


def sent_by(page: Any) -> dict[str, Any]:
    """Return what a browser would send of a form and its inline rows, unchanged."""
    inlines = [formset.formset for formset in page.context["inline_admin_formsets"]]
    forms = [page.context["adminform"].form, *(f for set_ in inlines for f in (set_.management_form, *set_.forms))]
    values = {field.html_name: field.value() for form in forms for field in form}
    return {name: value for name, value in values.items() if value is not False and value is not None}
