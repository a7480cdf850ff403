"""Reading translated names without loading ninety columns."""

from collections.abc import Sequence
from typing import Self, TypeVar

from django.db import models
from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Coalesce, NullIf

from apps.geography.languages import column

M = TypeVar("M", bound=models.Model)


class NamedQuerySet(models.QuerySet[M]):
    """Rows with a translated `name`."""

    def labelled(self, languages: Sequence[str], prefix: str = "") -> Self:
        """Annotate `label`, the first name found along `languages`, and `label_language`, whose it is.

        `languages` comes from `languages.fallbacks`. With a prefix ("type__") the name is that of a
        related row and the annotations are called `type_label` and `type_label_language`. Read them with
        `values` or `values_list`: an instance would load or defer every translation.
        """
        columns = [(language, f"{prefix}{column('name', language)}") for language in languages]
        label = f"{prefix.replace('__', '_')}label"
        texts = [NullIf(F(name), Value("")) for _, name in columns]
        return self.annotate(
            **{
                label: Coalesce(*texts, Value(""), output_field=CharField()),
                f"{label}_language": Case(
                    *(When(Q(**{f"{name}__gt": ""}), then=Value(language)) for language, name in columns),
                    default=Value(""),
                    output_field=CharField(),
                ),
            }
        )
