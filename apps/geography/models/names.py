"""Reading translated names without loading ninety columns."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import CharField, F, FilteredRelation, Q, Value
from django.db.models.functions import Coalesce, NullIf

from apps.geography.names.languages import column
from apps.geography.names.matching import folded
from apps.geography.names.shown import name_columns
from apps.tenants.models import Tenant

# The code behind the name, as rows are called in the history.
IN_BRACKETS = re.compile(r"\(([A-Z0-9-]+)\)$")
M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class NamesByCode:
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

    def called(self, keys: Collection[str]) -> dict[str, str]:
        """Return what the page calls rows, by primary key as text; one query."""
        rows: Any = self.untranslated().filter(pk__in=keys)
        loaded = ["code", *(each for each in ("pk",) if self.model._meta.pk.name != "code")]
        return {str(row.pk): str(row) for row in rows.only(*loaded, *name_columns())}

    def renamed(self, texts: Collection[str]) -> dict[str, str]:
        """Return what the page calls rows that an English one called "Poland (PL)", by that text; one query."""
        codes = {text: found[1] for text in texts if (found := IN_BRACKETS.search(text))}
        rows: Any = self.untranslated().filter(code__in=codes.values()).only("code", *name_columns())
        names = {row.code: str(row) for row in rows}
        return {text: names[code] for text, code in codes.items() if code in names}

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

    def labelled_rows(
        self, languages: Sequence[str], columns: Sequence[str], *, tenant: Tenant | None = None
    ) -> list[dict[str, Any]]:
        """Return `columns` of each row, with `code`, and the `label` that `labelled` would find; in no order.

        For whole lists: the database only reads the names and leaves the choice to us, in a third of the time. One
        query, with a `tenant` two.
        """
        own = self.names_given_by(tenant, languages) if tenant else {}
        names = [column("name", language) for language in languages]
        rows = []
        for code, *values in self.untranslated().order_by().values_list("code", *columns, *names):
            row = dict(zip(columns, values, strict=False))
            texts: Sequence[str | None] = values[len(columns) :]
            if code in own:
                texts = [own[code].get(language) or text for language, text in zip(languages, texts, strict=True)]
            row["code"], row["label"] = code, next(filter(None, texts), "")
            rows.append(row)
        return rows

    def names_given_by(self, tenant: Tenant, languages: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        """Return the names that `tenant` itself gave, by code and language; it can only name countries."""
        return {}

    def names_for(self, tenant: Tenant, languages: Collection[str]) -> NamesByCode:
        """Return what `tenant` calls the rows in each of `languages`, to show or compare several; one query."""
        columns = [column("name", language) for language in languages]
        rows = self.untranslated().order_by().values_list("code", *columns)
        return NamesByCode({code: dict(_filled(zip(languages, texts, strict=True))) for code, *texts in rows})

    def code_contains(self, texts: Iterable[str]) -> Self:
        """Return the rows whose code contains one of `texts`, however it is written; one query."""
        wanted = {folded(text) for text in texts}
        codes = {code: folded(code) for code in self.order_by().values_list("code", flat=True)}
        return self.filter(code__in=[code for code, text in codes.items() if any(part in text for part in wanted)])

    def names_contain(self, texts: Iterable[tuple[str, Sequence[str]]], names: NamesByCode) -> Self:
        """Return the rows whose names contain all of `texts`, each along its own languages, however written."""
        codes = list(names.texts)
        for text, languages in texts:
            wanted = folded(text)
            codes = [code for code in codes if wanted in folded(names.first(code, languages)[0])]
        return self.filter(code__in=codes)


def _filled(texts: Iterable[tuple[str, str | None]]) -> Iterable[tuple[str, str]]:
    return ((language, text) for language, text in texts if text)
