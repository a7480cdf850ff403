"""The form by which staff start an import."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from apps.back_office.middleware import MOST_MEGABYTES
from apps.imports.files import folder
from apps.imports.files.folder import ENDINGS, FILE
from apps.imports.models import ImportJob
from apps.imports.offers import offered


def at_work() -> SafeString | str:
    """Return who imports what at this moment, and since when, with a link; "" where nobody does. One query."""
    job = ImportJob.objects.running().first()
    if job is None:
        return ""
    return format_html(
        gettext(
            'Another import is running since {since}: <a href="{address}">{what}</a>, by {who}. Wait, or cancel it.'
        ),
        who=job.started_by,
        since=date_format(timezone.localtime(job.started_at), "DATETIME_FORMAT"),
        address=reverse("admin:imports_importjob_change", args=[job.pk]),
        what=job.label,
    )


# As the history calls the fields that are none of the table.
FIELDS = (gettext_noop("upload"), gettext_noop("chosen"))


class JobForm(forms.ModelForm[ImportJob]):
    """What to import, and the file where it is one: uploaded, or one of the folder."""

    what = forms.ChoiceField(label=_("What to import"))
    upload = forms.FileField(
        label=_("Upload a file"),
        required=False,
        help_text=format_lazy(
            _("{endings}, at most {megabytes} MB; larger ones have to be put into the folder of files."),
            endings=", ".join(ENDINGS),
            megabytes=MOST_MEGABYTES,
        ),
    )
    chosen = forms.ChoiceField(label=_("Or choose one"), required=False)

    class Meta:
        model = ImportJob
        fields = ("what", "force")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer what apps offer, and the files that are there now."""
        super().__init__(*args, **kwargs)
        if "what" not in self.fields:
            # The page of a job that exists has no form.
            return
        self._field("what").choices = [
            ("", "---------"),
            *((what, gettext(label)) for what, label in offered().items()),
        ]
        self._field("chosen").choices = [
            ("", "---------"),
            *((name, f"{name} ({filesizeformat(about.st_size)})") for name, about in folder.available().items()),
        ]
        self._field("chosen").help_text = gettext("Of the folder {folder} on the server.").format(
            folder=settings.IMPORT_FOLDER
        )

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def clean_upload(self) -> Any:
        """Refuse what is too large, or none of the files that are read."""
        upload = self.cleaned_data["upload"]
        if upload and upload.size > MOST_MEGABYTES << 20:
            raise ValidationError(
                gettext("A file may have {number} MB; give fewer rows.").format(number=MOST_MEGABYTES)
            )
        if upload and not upload.name.lower().endswith(ENDINGS):
            raise ValidationError(gettext("Its name must end in one of {endings}.").format(endings=", ".join(ENDINGS)))
        return upload

    def clean(self) -> dict[str, Any] | None:
        """Refuse a file where none is read, none or two where one is, and a second import beside another."""
        given = [name for name in ("upload", "chosen") if self.cleaned_data.get(name)]
        takes_file = FILE in self.cleaned_data.get("what", "").split()
        if takes_file and len(given) != 1 and not self.errors:
            self.add_error("upload", gettext("Upload a file or choose one, and not both."))
        elif given and not takes_file and not self.errors:
            self.add_error(given[0], gettext("What you chose to import comes with Gazetteer and takes no file."))
        if not self.errors and (busy := at_work()):
            raise ValidationError(busy)
        return self.cleaned_data

    def save(self, commit: bool = True) -> Any:
        """Keep the upload, and remember the file."""
        upload = self.cleaned_data.get("upload")
        self.instance.file = folder.keep(upload) if upload else self.cleaned_data.get("chosen", "")
        return super().save(commit)
