"""What our models call their tables, fields and choices, in the language of the page.

Django makes most of these words out of the names of fields, where no mark can stand; so all of them are translated
here, and `tests/messages.py` gathers them from here.
"""

from collections.abc import Iterator
from typing import Any

from auditlog.models import LogEntry
from django.apps import apps
from django.db.models import Field, Model
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from apps.back_office.words.language_names import language_name

# Of others, those that have no words in all our languages, with the fields that pages show.
FOREIGN = {LogEntry: ("timestamp", "remote_addr", "cid", "content_type", "object_repr", "action", "actor")}
# What Django's own pages say, and not in all languages of ours.
DJANGOS = (
    gettext_noop("After you’ve created a user, you’ll be able to edit more user options."),
    gettext_noop("Change or view list link"),
    gettext_noop("Conflicting form data submitted. Please try again."),
    gettext_noop("Disable password-based authentication"),
    gettext_noop("Disabled"),
    gettext_noop("Enable password-based authentication"),
    gettext_noop("Enable password-based authentication for this user by setting a password."),
    gettext_noop("Enabled"),
    gettext_noop("Enter a valid %(protocol)s address."),
    gettext_noop("Enter a valid domain name."),
    gettext_noop("In case you’ve forgotten, you are:"),
    gettext_noop("Password-based authentication"),
    gettext_noop("Password-based authentication was disabled."),
    gettext_noop("Raw passwords are not stored, so there is no way to see the user’s password."),
    gettext_noop("Reset password"),
    gettext_noop("This action will <strong>enable</strong> password-based authentication for this user."),
    gettext_noop(
        "Whether the user will be able to authenticate using a password or not. If disabled, they may still be able to "
        "authenticate using other backends, such as Single Sign-On or LDAP."
    ),
)
# Tables that no page shows.
UNSEEN = ("apps.revisions.", "apps.geography.models.search", "apps.geography.models.changes")


def translate_models() -> None:
    """Put words that follow the language of the page in the place of those that models have."""
    for model in _models():
        opts: Any = model._meta
        if "verbose_name_plural" not in opts.original_attrs and isinstance(opts.verbose_name, str):
            # Django would put an "s" behind the translation.
            opts.verbose_name_plural = f"{opts.verbose_name}s"
        opts.verbose_name, opts.verbose_name_plural = _lazy(opts.verbose_name), _lazy(opts.verbose_name_plural)
        config: Any = opts.app_config
        config.verbose_name = _lazy(config.verbose_name)
        for field in _fields(model):
            field.verbose_name, field.help_text = _lazy(field.verbose_name), _lazy(field.help_text)
            if field.choices:
                field.choices = [(value, _lazy(label)) for value, label in field.flatchoices]


def words() -> Iterator[str]:
    """Yield all of them in English, but for the names of languages, which Django has."""
    for model in _models():
        opts = model._meta
        yield from map(str, (opts.verbose_name, opts.verbose_name_plural, opts.app_config.verbose_name))
        yield from (name for _, name in opts.permissions)
        for field in _fields(model):
            yield from map(str, (field.verbose_name, field.help_text))
            if field.name not in {"language", "default_language"}:
                yield from (str(label) for _, label in field.flatchoices)


def field_label(model: type[Model], field: str) -> str:
    """Return what people call a field, of a translated one with its language."""
    column: Any = model._meta.get_field(field)
    if language := getattr(column, "language", None):
        return gettext("the name in {language}").format(language=language_name(language))
    return str(getattr(column, "verbose_name", field))


def _models() -> Iterator[type[Model]]:
    ours = (model for model in apps.get_models() if model.__module__.startswith("apps.") and not model._meta.proxy)
    return iter([*(model for model in ours if not model.__module__.startswith(UNSEEN)), *FOREIGN])


def _fields(model: type[Model]) -> Iterator[Any]:
    for field in (*model._meta.concrete_fields, *model._meta.many_to_many):
        # modeltranslation's columns are called after the field that they translate.
        is_own = isinstance(field, Field) and not hasattr(field, "translated_field")
        if is_own and field.name in FOREIGN.get(model, (field.name,)):
            yield field


def _lazy(text: Any) -> Any:
    """Return a text that is translated when it is shown; what is so already, or empty, as it is."""
    return gettext_lazy(text) if text and not isinstance(text, Promise) else text
