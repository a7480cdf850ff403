"""Pages of the back office that never write over what somebody else has saved meanwhile."""

import hashlib
import json
from contextlib import suppress
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest

from apps.back_office.recorded import RecordedAdmin


class FreshForm(forms.ModelForm[Any]):
    """A form that refuses to save once its row is no longer what its page showed.

    Browsers send back whatever a page showed, so that an old one would undo every change since: a colleague's, or
    an import's. `templates/admin/change_form.html` puts `seen` into the page; inline rows name it among their fields.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.initial["seen"] = self._digest()

    def _digest(self) -> str:
        """Return a checksum of what the form shows of the stored row."""
        shown = {name: value for name, value in self.initial.items() if name in self.fields}
        return hashlib.sha256(json.dumps(shown, default=str, sort_keys=True).encode()).hexdigest()

    def _post_clean(self) -> None:
        """Judge a row only where the form changes it: whoever corrects one name need not correct all the others."""
        if self.instance._state.adding or self.has_changed():
            super()._post_clean()  # type: ignore[misc]

    def add_error(self, field: str | None, error: Any) -> None:
        """Show above the form what is wrong with a field of the row that the form does not have."""
        if field is not None or not hasattr(error, "error_dict"):
            super().add_error(field, error)
            return
        for name, errors in error.error_dict.items():
            if name in self.fields or name == NON_FIELD_ERRORS:
                super().add_error(None if name == NON_FIELD_ERRORS else name, errors)
            else:
                label = self.instance._meta.get_field(name).verbose_name
                super().add_error(None, [f"{label}: {message}" for each in errors for message in each.messages])

    def clean(self) -> dict[str, Any] | None:
        """Compare what the page showed with what is stored."""
        cleaned = super().clean()
        if not self.instance._state.adding and self.cleaned_data.get("seen") != self.initial["seen"]:
            raise ValidationError(
                "Someone else, or an import, has changed this since you opened the page. Nothing was saved: open the "
                "page again, and repeat what you changed.",
                code="stale",
            )
        return cleaned


class FreshAdmin(RecordedAdmin):
    """A page whose form is fresh."""

    form = FreshForm

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the row; to save it, wait first until others have saved theirs."""
        if request.method == "POST":
            with suppress(ValueError, ValidationError):
                rows = self.model._base_manager.filter(**{from_field or "pk": object_id})
                list(rows.select_for_update().values_list("pk"))
        return super().get_object(request, object_id, from_field)
