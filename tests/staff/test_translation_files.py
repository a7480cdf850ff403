"""The worklist goes out as a file, and comes back by way of a preview that writes nothing."""

import csv
import io
from typing import Any

import openpyxl
import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from apps.geography.models import City, CityName, Country
from tests.staff.test_translations import BERLIN, german, member

pytestmark = [pytest.mark.once, pytest.mark.both]

FILE = reverse("translation_file")
COUNTRIES, CITIES = "kind=country&language=de&beside=fr", "kind=city&language=de&country=DE&show=all"


@pytest.fixture
def translator(db: None) -> Client:
    Country.objects.untranslated().filter(pk__in=("PL", "FR")).update(name_de="")
    return member("Translator", "de")


def taken(client: Client, question: str, kind: str = "csv") -> list[list[Any]]:
    response = client.get(f"{FILE}?{question}&format={kind}")
    assert response.headers["Content-Disposition"].endswith(f'.{kind}"')
    content = response.getvalue()
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]


def given(client: Client, question: str, content: bytes, name: str = "names.csv") -> Any:
    return client.post(f"{FILE}?{question}", {"file": SimpleUploadedFile(name, content)})


def as_csv(*rows: list[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_comes_back_with_names_that_are_saved_after_a_preview_and_undone_at_once(
    translator: Client, kind: str
) -> None:
    header, *rows = taken(translator, COUNTRIES, kind)
    assert header == ["code", "country", "english", "fr", "suggestion", "was", "de"]
    assert [(row[0], row[3], row[4]) for row in rows] == [("FR", "France", "Frankreich"), ("PL", "Pologne", "Polen")]
    for row in rows:
        row[6] = row[4]
    if kind == "csv":
        content = as_csv(header, *rows)
    else:
        book, file = openpyxl.Workbook(), io.BytesIO()
        for row in (header, *rows):
            book.active.append(row)
        book.save(file)
        content = file.getvalue()
    preview = given(translator, COUNTRIES, content, f"names.{kind}")
    assert [(step.code, step.stored, step.text) for step in preview.context["steps"]] == [
        ("FR", "", "Frankreich"), ("PL", "", "Polen"),
    ]  # fmt: skip
    # On a phone the head of the table is away, and each cell says what it is.
    assert preview.content.decode().count('data-label="Stored now"') == len(rows)
    assert (german("PL"), LogEntry.objects.filter(object_pk="PL").count()) == ("", 0)
    done = translator.post(f"{FILE}?{COUNTRIES}", {"changes": preview.context["changes"]})
    assert (done.status_code, german("PL"), german("FR")) == (302, "Polen", "Frankreich")
    page = translator.get(done.url).content.decode()
    assert "2 names in German saved." in page
    translator.post(page.partition('formaction="')[2].partition('"')[0])
    assert (german("PL"), german("FR")) == ("", "")


def test_a_city_is_known_by_its_id_and_what_was_taken_is_nothing_new(translator: Client) -> None:
    rows = taken(translator, CITIES)
    preview = given(translator, CITIES, as_csv(*rows))
    assert (preview.context["steps"], preview.context["problems"]) == ([], [])
    preview = given(translator, CITIES, as_csv(["code", "de"], [BERLIN, "Spree-Athen"]))
    translator.post(f"{FILE}?{CITIES}", {"changes": preview.context["changes"]})
    assert CityName.objects.get(city=BERLIN, language="de").name == "Spree-Athen"


def test_no_cell_begins_like_a_formula_and_comes_back_as_it_was(translator: Client) -> None:
    City.objects.filter(pk=BERLIN).update(name="=1+1")
    CityName.objects.filter(city=BERLIN).delete()
    CityName.objects.create(city_id=BERLIN, language="de", name="+Berlin")
    rows = taken(translator, CITIES)
    [berlin] = [row for row in rows if row[0] == str(BERLIN)]
    assert [berlin[2], *berlin[-2:]] == ["'=1+1", "'+Berlin", "'+Berlin"]
    assert given(translator, CITIES, as_csv(*rows)).context["steps"] == []


def test_what_cannot_be_is_told_by_its_line_and_the_rest_may_be_saved(translator: Client) -> None:
    rows = [["PL", "", "Polen"], ["XX", "", "Nirgends"], ["FR", "Gallien", "Frankreich"], ["DE", "", ""]]
    rows += [["IT", "Italien", "Ita\u202elien"]]
    preview = given(translator, COUNTRIES, as_csv(["code", "was", "de"], *rows))
    assert [step.code for step in preview.context["steps"]] == ["PL"]
    lines = [line for line, _ in preview.context["problems"]]
    assert lines == [3, 4, 6]
    page = preview.content.decode()
    assert escape("XX: there is no such country.") in page
    assert "it is called “nothing” meanwhile" in page


def test_what_changed_after_the_preview_is_not_overwritten(translator: Client) -> None:
    preview = given(translator, COUNTRIES, as_csv(["code", "de"], ["PL", "Polen"], ["FR", "Frankreich"]))
    Country.objects.untranslated().filter(pk="PL").update(name_de="Republik Polen")
    answer = translator.post(f"{FILE}?{COUNTRIES}", {"changes": preview.context["changes"]})
    assert "it is called “Republik Polen” meanwhile" in answer.content.decode()
    assert (german("PL"), german("FR")) == ("Republik Polen", "Frankreich")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "file is empty"),
        (b"\xff\xfe\x00", "The file cannot be read"),
        (b"PK\x03\x04broken", "The file cannot be read"),
        (b"code,fr\nPL,Pologne\n", "Line 1: there must be the columns code, de, each once."),
        (b"\n,\ncode,fr\nPL,Pologne\n", "Line 3: there must be the columns code, de, each once."),
        (b"code,de\nPL,Polen,Polska\n", "Line 2: PL: 3 cells instead of 2."),
        (b"code,de\nPL,Polen\nPL,Polska\n", "Line 3: PL: stands twice."),
    ],
    ids=["empty", "half a mark", "broken archive", "columns", "columns below empty lines", "cells", "twice"],
)
def test_what_is_no_list_is_refused_with_its_line(translator: Client, content: bytes, said: str) -> None:
    answer = given(translator, COUNTRIES, content)
    assert answer.status_code == 200
    assert escape(said) in answer.content.decode()


@pytest.mark.parametrize("code", ["\0PL", "9" * 30, "-99999999", "PL\u202e", "2950159.5"])
@pytest.mark.parametrize("question", [COUNTRIES, CITIES], ids=["country", "city"])
def test_a_code_that_none_can_have_is_no_place(translator: Client, question: str, code: str) -> None:
    answer = given(translator, question, as_csv(["code", "de"], [code, "Polen"]))
    assert answer.status_code == 200
    assert not answer.context["steps"]


def test_a_preview_is_for_who_saw_it_and_of_what_it_was(translator: Client) -> None:
    changes = given(translator, COUNTRIES, as_csv(["code", "de"], ["PL", "Polen"])).context["changes"]
    other = member("Editor", "de", "pl")
    for client, question, sent in (
        (other, COUNTRIES, changes),
        (translator, CITIES, changes),
        (translator, COUNTRIES, f"{changes}x"),
    ):
        answer = client.post(f"{FILE}?{question}", {"changes": sent})
        assert "give the file again" in answer.content.decode()
    assert german("PL") == ""


def test_a_language_that_is_not_the_translators_is_out_of_reach(translator: Client) -> None:
    answer = translator.get(f"{FILE}?kind=country&language=fr")
    assert (answer.status_code, answer.url) == (302, f"{reverse('translations')}?kind=country&language=fr")
    given(translator, "kind=country&language=fr", as_csv(["code", "fr"], ["PL", "Polska"]))
    assert Country.objects.untranslated().values_list("name_fr", flat=True).get(pk="PL") == "Pologne"
