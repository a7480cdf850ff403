"""Reading translated names without loading ninety columns."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Self, TypeVar

from django.db import models
from django.db.models import CharField, F, FilteredRelation, Q, Value
from django.db.models.functions import Coalesce, NullIf

from apps.geography.languages import column
from apps.geography.matching import folded
from apps.tenants.models import Tenant

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Names:
    """What rows are called: `{code: {language: name}}`, without empty names."""

    texts: dict[str, dict[str, str]]

    def first(self, code: str, languages: Iterable[str]) -> tuple[str, str]:
        """Return the first name found along `languages` and the language whose it is; ("", "") when there is none."""
        texts = self.texts[code]
        return next(((texts[language], language) for language in languages if language in texts), ("", ""))


class NamedQuerySet(models.QuerySet[M]):
    """Rows with a `code` and a translated `name`."""

    def untranslated(self) -> Self:
        """Return the same rows without modeltranslation's choice of a language, for who names the columns.

        It makes that choice row by row, and takes longer for it than the database for the rows.
        """
        rows: Self = self.rewrite(mode=False)  # type: ignore[attr-defined]
        return rows

    def labelled(self, languages: Sequence[str], prefix: str = "", *, tenant: Tenant | None = None) -> Self:
        """Annotate `label`, the first name found along `languages`.

        `languages` comes from `languages.fallbacks`. With a prefix ("type__") the name is that of a
        related row and the annotation is called `type_label`. With a `tenant` the rows must be countries, and
        the names that the tenant gave them precede ours, language by language. Read the annotation with
        `values` or `values_list`: an instance would load or defer every translation.
        """
        texts = []
        queryset = self.untranslated()
        for language in languages:
            if tenant is not None:
                own = f"own_{column('name', language)}"
                names = f"{prefix}tenant_names"
                condition = Q(**{f"{names}__tenant": tenant.pk, f"{names}__language": language})
                queryset = queryset.annotate(**{own: FilteredRelation(names, condition=condition)})
                texts.append(NullIf(F(f"{own}__name"), Value("")))
            texts.append(NullIf(F(f"{prefix}{column('name', language)}"), Value("")))
        label = f"{prefix.replace('__', '_')}label"
        return queryset.annotate(**{label: Coalesce(*texts, Value(""), output_field=CharField())})

    def names_for(self, tenant: Tenant, languages: Collection[str]) -> Names:
        """Return what `tenant` calls the rows in each of `languages`, to show or compare several; one query."""
        columns = [column("name", language) for language in languages]
        rows = self.untranslated().order_by().values_list("code", *columns)
        return Names({code: dict(_filled(zip(languages, texts, strict=True))) for code, *texts in rows})

    def code_contains(self, texts: Iterable[str]) -> Self:
        """Return the rows whose code contains one of `texts`, whatever the case; one query."""
        wanted = {folded(text) for text in texts}
        codes = {code: folded(code) for code in self.order_by().values_list("code", flat=True)}
        return self.filter(code__in=[code for code, text in codes.items() if any(part in text for part in wanted)])

    def names_contain(self, texts: Iterable[tuple[str, Sequence[str]]], names: Names) -> Self:
        """Return the rows whose names contain all of `texts`, each along its own languages, whatever the case."""
        codes = list(names.texts)
        for text, languages in texts:
            wanted = folded(text)
            codes = [code for code in codes if wanted in folded(names.first(code, languages)[0])]
        return self.filter(code__in=codes)


def _filled(texts: Iterable[tuple[str, str | None]]) -> Iterable[tuple[str, str]]:
    return ((language, text) for language, text in texts if text)
