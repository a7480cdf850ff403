"""Pages of the back office that never write over what somebody else has saved meanwhile."""

import hashlib
import json
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from auditlog.models import LogEntry
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext

from apps.back_office.history.recorded import RecordedAdmin, entries_of, in_words
from apps.back_office.templatetags.history import changes, who

# Of the checksum of a field: they tell one value from another one, and guard nothing.
DIGITS = 8
# What a page has seen of a row that is no longer there.
GONE = "gone"
# Controls but for tabs and new lines, and what turns the direction of writing.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Conflict:
    """A field that is stored otherwise than it was sent. name: of its choice; are_theirs: somebody else wrote it."""

    name: str
    label: str
    theirs: str
    yours: str
    are_theirs: bool


class SeenField(forms.CharField):
    """When the page was made, and what it showed: "<seconds>@<field>:<checksum> …". No edit of the row."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return that it has not."""
        return False


class FreshForm(forms.ModelForm[Any]):
    """A form that refuses to save once its row is no longer what its page showed.

    Browsers send back whatever a page showed, so that an old one would undo every change since: a colleague's, or
    an import's. `templates/admin/change_form.html` puts `seen` into the page; inline rows name it among their fields.
    """

    seen = SeenField(required=False, label="")
    # The row that this one is below, under which the history has both.
    above: Any = None
    # Whether the row that was sent is no longer there.
    is_gone = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts: list[Conflict] = []
        if not self.instance._state.adding:
            # Rows below another one get further fields later, which nobody edits.
            self.digests = self._digests()
            self.initial["seen"] = f"{time.time():.3f}@{' '.join(map(':'.join, self.digests.items()))}"
            if self.is_bound:
                self._take_theirs()

    def _digests(self) -> dict[str, str]:
        """Return a checksum of each field that the form shows of the stored row."""
        shown = {name: value for name, value in self.initial.items() if name in self.fields and name != "seen"}
        return {
            name: hashlib.sha256(json.dumps(value, default=str).encode()).hexdigest()[:DIGITS]
            for name, value in shown.items()
        }

    def _post_clean(self) -> None:
        """Judge a row only where the form changes it: whoever corrects one name need not correct all the others."""
        if not self.is_gone and (self.instance._state.adding or self.has_changed()):
            super()._post_clean()  # type: ignore[misc]
            self._refuse_unseen()

    def _refuse_unseen(self) -> None:
        """Refuse in every text what shows otherwise than it is; rules of a row that say it better come first."""
        for name in self.changed_data:
            text = self.cleaned_data.get(name)
            if isinstance(text, str) and UNSEEN.search(text):
                self.add_error(
                    name, gettext("Take out the characters that cannot be seen, or that turn the text round.")
                )

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
        if self.is_gone:
            self._tell_that_it_is_gone()
            return cleaned
        moment, _, shown = str(self.cleaned_data.get("seen") or "").partition("@")
        seen = dict(each.partition(":")[::2] for each in shown.split())
        if not self.instance._state.adding and seen != self.digests:
            entries = self._since(moment)
            self._ask({name for name, digest in self.digests.items() if seen.get(name) != digest})
            raise ValidationError(
                gettext(
                    "{somebody} has changed this since you opened the page. Nothing was saved: choose below what shall "
                    "stay, and save again."
                ).format(somebody=self._by(entries)),
                code="stale",
            )
        return cleaned

    def _tell_that_it_is_gone(self) -> None:
        """Refuse once a row below another one that somebody has deleted meanwhile; sent again, it is passed over."""
        if self.cleaned_data.get("seen") == GONE:
            return
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_prefix("seen")] = GONE
        said = gettext("Someone has deleted this since you opened the page. Save again, and it stays deleted.")
        raise ValidationError(said, code="stale")

    def _since(self, moment: str) -> list[LogEntry]:
        """Return what the history has of the row since its page was made."""
        try:
            at = datetime.fromtimestamp(float(moment), tz=UTC)
        except (ValueError, OverflowError, OSError):
            return []
        row = self.above or self.instance
        return list(entries_of(type(row), row.pk).filter(timestamp__gt=at)[:20])

    def _by(self, entries: list[LogEntry]) -> str:
        if not entries:
            return gettext("Someone else, or an import,")
        what = "; ".join(change for each in entries for change in changes(each))
        return f"{', '.join(dict.fromkeys(map(who, entries)))} ({what})"

    def _ask(self, theirs: set[str]) -> None:
        """Note each field that is stored otherwise than it was sent, and let the page be sent again."""
        for name in self.changed_data:
            field, html = self[name], self.add_prefix(name)
            stored, sent = self.initial.get(name), self.cleaned_data.get(name)
            # Of rows below another one, the label says which.
            label = str(field.field.widget.attrs.get("aria-label") or field.label)
            there, here = (_text(_chosen(field.field, value)) for value in (stored, sent))
            conflict = Conflict(f"take-{html}", label, there, here, name in theirs)
            self.conflicts.append(conflict)
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_prefix("seen")] = self.initial["seen"]

    def _take_theirs(self) -> None:
        """Put what is stored in the place of what was sent, in the fields for which that was chosen."""
        chosen = [name for name in self.fields if self.data.get(f"take-{self.add_prefix(name)}") == "theirs"]
        if not chosen:
            return
        data: Any = self.data
        self.data = data = data.copy()
        for name in chosen:
            html = self.add_prefix(name)
            field: Any = self.fields[name]
            value = field.prepare_value(self.initial.get(name))
            widget: Any = field.widget
            if hasattr(widget, "widgets_names"):
                # Of several parts, such as day and time.
                for suffix, part in zip(widget.widgets_names, widget.decompress(value), strict=True):
                    data[html + suffix] = "" if part is None else str(part)
            elif isinstance(widget, forms.CheckboxInput):
                data[html] = "on" if value else ""
            elif isinstance(value, list | tuple | set | QuerySet):
                data.setlist(html, [str(getattr(each, "pk", each)) for each in value])
            else:
                data[html] = "" if value is None else str(value)


class FreshAdmin(RecordedAdmin):
    """A page whose form is fresh."""

    form = FreshForm

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the row; to save it, wait first until others have saved theirs."""
        # What saves and deletes does so in a transaction; the history of a row only looks at it.
        if request.method == "POST" and connection.in_atomic_block and "\0" not in object_id:
            with suppress(ValueError, ValidationError):
                rows = self.model._base_manager.filter(**{from_field or "pk": object_id})
                list(rows.select_for_update().values_list("pk"))
        return super().get_object(request, object_id, from_field)


def _chosen(field: forms.Field, value: Any) -> Any:
    """Return a value in the words of the field's choices."""
    if not isinstance(field, forms.ChoiceField) or isinstance(field, forms.ModelChoiceField):
        return in_words(field, value)
    words: dict[Any, Any] = dict(field.choices)  # type: ignore[arg-type]
    return [words.get(each, each) for each in value] if isinstance(value, list) else words.get(value, value)


def _text(value: Any) -> str:
    if isinstance(value, list | tuple | set | QuerySet):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
