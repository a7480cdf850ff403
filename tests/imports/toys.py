"""A library, which has nothing to do with geography: what the engine of imports is tried on."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from apps.geography.apps import GeographyConfig
from apps.imports.models.imported import ImportedRow
from apps.imports.tables import Table
from apps.revisions import triggers


class Library:
    """Two tables, as long as a test lasts, whose writes move the revision of the data."""

    def __init__(self) -> None:
        class Author(ImportedRow):
            code = models.CharField(max_length=20, unique=True)
            name = models.CharField(max_length=50)

            class Meta:
                app_label = "toys"

        class Book(ImportedRow):
            isbn = models.CharField(max_length=20, primary_key=True)
            author = models.ForeignKey(Author, on_delete=models.CASCADE, null=True, db_constraint=False)
            title = models.CharField(max_length=50)
            subtitle = models.CharField(max_length=50, blank=True)
            pages = models.IntegerField(null=True)
            genres = models.JSONField(default=list)

            class Meta:
                app_label = "toys"

        self.Author, self.Book = Author, Book
        self.authors = Table(Author, ("code", "name"))
        self.books = Table(
            Book, ("isbn", "author", "title", "subtitle", "pages", "genres"), references={"author": "code"}
        )


@contextmanager
def library(monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """Yield a library whose tables and triggers are made in the test's own transaction."""
    with isolate_apps():
        toys = Library()
        editor = connection.schema_editor(collect_sql=True)
        with connection.cursor() as cursor:
            for model in (toys.Author, toys.Book):
                cursor.execute(editor.table_sql(model)[0])
        tables = {"toys_author": "data", "toys_book": "data"}
        monkeypatch.setattr(GeographyConfig, "revised_tables", {**GeographyConfig.revised_tables, **tables})
        triggers.install()
        yield toys
