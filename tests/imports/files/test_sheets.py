"""Tables as people have them."""

import io
import re
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.geography.models import City, Country
from apps.imports.files import sheets
from apps.imports.files.sheets import neutral, restored
from apps.imports.files.source import BadSheet


def rows(content: bytes) -> list[list[str]]:
    sheet = sheets.parse(io.BytesIO(content))
    return [sheet.header, *(cells for _, cells in sheet.rows)]


def value(cell: str, field: str, model: Any = City, separator: str = ",") -> Any:
    return sheets.Sheet([], iter(()), separator).value(cell, model._meta.get_field(field))


@pytest.mark.parametrize(
    "content",
    [
        "code,name\nPL,Łódź\n".encode(),
        "\ufeffcode,name\r\nPL,Łódź\r\n".encode(),
        "code;name\nPL;Łódź".encode(),
        "code\tname\nPL\tŁódź\n".encode(),
        "sep=;\ncode;name\nPL;Łódź\n".encode(),
        '"code";"name"\n"PL";"Łódź"\n'.encode(),
        "code\tname\r\nPL\tŁódź\r\n".encode("utf-16"),
        "code\tname\r\nPL\tŁódź\r\n".encode("utf-16-le"),
        "code\tname\r\nPL\tŁódź\r\n".encode("utf-16-be"),
        "SEP=;\r\ncode;name\r\nPL;Łódź\r\n".encode(),
        "sep=,,\ncode,name\nPL,Łódź\n".encode(),
        "code|name\nPL|Łódź\n".encode(),
        '\ufeff\n;;\n"";""\n\ncode;name\n\nPL;Łódź\n'.encode(),
        " code , name ,,\n\nPL,Łódź,,\n,,,\n".encode(),
        "Code,NAME\nPL,Łódź\n".encode(),
    ],
    ids=(
        "plain/mark/semicolons/tabs/hint/quotes/UTF-16/UTF-16-LE without mark/UTF-16-BE without mark/hint in capitals/"
        "hint among cells/bars/empty lines/empty ends/capitals"
    ).split("/"),
)
def test_every_usual_spelling_is_the_same_table(content: bytes) -> None:
    assert rows(content) == [["code", "name"], ["PL", "Łódź"]]


def test_a_cell_too_many_is_no_empty_end() -> None:
    assert rows(b"code,name,note\nPL,,Polska,\n")[1] == ["PL", "", "Polska", ""]


def test_lines_are_numbered_as_an_editor_numbers_them() -> None:
    sheet = sheets.parse(io.BytesIO(b'sep=;\ncode;name\n"P\nL";a\n\nDE;b\n'))
    assert (sheet.line, [number for number, _ in sheet.rows]) == (2, [4, 6])


def test_lines_above_the_header_are_counted() -> None:
    sheet = sheets.parse(io.BytesIO(b"\n;;\ncode;name\n\nPL;a\n"))
    assert (sheet.line, [number for number, _ in sheet.rows]) == (3, [5])
    with pytest.raises(BadSheet, match="line 5: unexpected end of data"):
        rows(b'\n;;\ncode;name\nPL;a\n"')


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("code,name\nPL,Polen\nAT,Österreich".encode("cp1252"), "line 3: 'AT,Österreich' is no UTF-8"),
        ("code;name\nAT;Österreich\nPL;Polen".encode("latin-1"), "line 2: 'AT;Österreich' is no UTF-8"),
        ("códe,name".encode("latin-1"), "line 1: 'códe,name' is no UTF-8"),
        (b"\xff\xfe\x00", "it begins as UTF-16 and is no UTF-16"),
        (b'code,name\nPL,"a', "line 2: unexpected end of data"),
        (b"PK\x03\x04 and nothing", "no XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "XLS, or locked with a password"),
        (b'code,name\nPL,"' + b"a" * 200_000 + b'"\n', "field larger than field limit"),
    ],
    ids=ascii,
)
def test_what_is_no_table_is_refused_with_what_to_do(content: bytes, said: str) -> None:
    with pytest.raises(BadSheet, match=said) as refused:
        rows(content)
    assert "save it" in str(refused.value)


def archive(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return packed.getvalue()


def test_an_archive_that_unpacks_to_too_much_is_refused() -> None:
    with pytest.raises(BadSheet, match="unpacks to more than 32 MB"):
        rows(archive(bomb=b"0" * (33 << 20)))


def test_a_line_beyond_the_last_of_any_sheet_is_refused_and_not_counted_up_to() -> None:
    book, packed, far = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    book.active.append(["code"])
    book.active.append(["PL"])
    book.save(packed)
    with ZipFile(packed) as near, ZipFile(far, "w") as file:
        for name in near.namelist():
            content = near.read(name).replace(b'<row r="2"', b'<row r="99999999999"')
            file.writestr(name, content.replace(b'r="A2"', b'r="A99999999999"'))
    with pytest.raises(BadSheet, match="ends at line 1,048,576"):
        rows(far.getvalue())


def test_any_other_archive_is_refused() -> None:
    with pytest.raises(BadSheet, match="no XLSX"):
        rows(archive(readme=b"hello"))


def test_a_workbook_is_read_as_csv_would_be() -> None:
    import datetime

    book = openpyxl.Workbook()
    book.active.append(list("abcdefg"))
    book.active.append(["code", 1, 2.0, 2.5, True, datetime.date(2026, 1, 31), datetime.datetime(2026, 1, 31)])
    packed = io.BytesIO()
    book.save(packed)
    assert rows(packed.getvalue())[1:] == [["code", "1", "2", "2.5", "TRUE", "2026-01-31", "2026-01-31"]]


def book(*rows: list[Any]) -> Any:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    return made


def saved(made: Any) -> bytes:
    packed = io.BytesIO()
    made.save(packed)
    return packed.getvalue()


def test_the_first_sheet_that_people_see_is_read() -> None:
    made = book(["code", "name"], ["PL", "Łódź"])
    made.create_sheet("Lists", 0).append(["rubbish"])
    made["Lists"].sheet_state = "hidden"
    made.create_sheet("Notes").append(["rubbish"])
    assert rows(saved(made)) == [["code", "name"], ["PL", "Łódź"]]


def test_a_second_sheet_with_rows_is_not_left_unread() -> None:
    made = book(["code", "name"], ["PL", "Polen"])
    further = made.create_sheet("Mehr")
    further.append([])
    further.append([" Code", "name"])
    with pytest.raises(BadSheet, match="the sheet 'Mehr' has rows, too; give one sheet at a time"):
        rows(saved(made))
    further.sheet_state = "hidden"
    assert rows(saved(made)) == [["code", "name"], ["PL", "Polen"]]


def test_what_is_hidden_in_a_sheet_counts_as_what_is_not() -> None:
    made = book(["code", "name"], ["PL", "Polen"], ["DE", "Deutschland"])
    made.active.row_dimensions[2].hidden = made.active.column_dimensions["B"].hidden = True
    assert rows(saved(made)) == [["code", "name"], ["PL", "Polen"], ["DE", "Deutschland"]]


def test_merged_cells_are_refused_since_all_but_one_would_be_empty() -> None:
    made = book(["code", "name"], ["PL", "Polen"], ["DE", "Deutschland"])
    made.active.merge_cells("B2:B3")
    with pytest.raises(BadSheet, match="the cells B2:B3 are merged; part them, and give each of them its value"):
        rows(saved(made))


@pytest.mark.parametrize(
    ("member", "what"),
    [
        ("META-INF/manifest.xml", "an OpenDocument file"),
        ("xl/workbook.bin", "a binary workbook"),
        ("Index/Document.iwa", "a file of Numbers"),
    ],
)
def test_a_file_of_another_program_is_called_by_its_name(member: str, what: str) -> None:
    with pytest.raises(BadSheet, match=f"this is {what}.*; save it as XLSX"):
        rows(archive(**{member: b""}))


def test_a_cell_far_to_the_right_that_is_only_coloured_is_none() -> None:
    made = book(["code"], ["PL"])
    made.active.cell(2, 16384).fill = openpyxl.styles.PatternFill("solid")
    assert rows(saved(made)) == [["code"], ["PL"]]
    made.active.cell(2, 16384).value = "x"
    with pytest.raises(BadSheet, match="line 2: a line may have 1,000 cells"):
        rows(saved(made))


EVIL = {"file": b'<!ENTITY e SYSTEM "file:///etc/passwd">', "many": b'<!ENTITY a "aaaa"><!ENTITY e "&a;&a;">'}


@pytest.mark.parametrize("evil", EVIL.values(), ids=EVIL)
def test_entities_of_a_workbook_are_not_resolved(evil: bytes) -> None:
    packed = io.BytesIO()
    with ZipFile(io.BytesIO(saved(book(["code"], ["PL"])))) as near, ZipFile(packed, "w") as file:
        for name in near.namelist():
            content = near.read(name)
            if name.endswith("sheet1.xml"):
                content = b"<!DOCTYPE x [" + evil + b"]>" + content.replace(b"PL", b"&e;")
            file.writestr(name, content)
    with pytest.raises(BadSheet, match="no XLSX that can be read"):
        rows(packed.getvalue())


def formulas(*cells: str) -> bytes:
    """Return a workbook with these cells, in XML, in its second line."""
    book, packed, out = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    for line in (["code", "name_de"], ["PL", "=1+1"]):
        book.active.append(line)
    book.save(packed)
    with ZipFile(packed) as before, ZipFile(out, "w") as after:
        for name in before.namelist():
            content = before.read(name).decode()
            if name.endswith("sheet1.xml"):
                content = re.sub(r'<c r="B2".*?</c>', "".join(cells), content) if cells else content
            after.writestr(name, content)
    return out.getvalue()


def test_a_formula_whose_result_is_not_in_the_file_is_no_empty_cell() -> None:
    with pytest.raises(
        BadSheet, match="cell B2 is a formula whose result is not in the file; open it in a spreadsheet"
    ):
        rows(formulas())


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="B2"><f>1+1</f><v>2</v></c>', "2"),
        ('<c r="B2" t="str"><f>T("Polen")</f><v>Polen</v></c>', "Polen"),
        # LibreOffice stores an empty text in this way.
        ('<c r="B2" t="str"><f>T("")</f><v></v></c>', ""),
    ],
)
def test_the_result_of_a_formula_is_what_its_cell_says(cell: str, text: str) -> None:
    assert rows(formulas(cell)) == [["code", "name_de"], ["PL", text]]


@pytest.mark.parametrize(
    ("cell", "field", "is_what"),
    [
        ("39", "subregion", "039"),
        ("039", "subregion", "039"),
        ("40", "subregion", "40"),
        ("TRUE", "is_independent", True),
        ("false", "is_independent", False),
        ("VRAI", "is_independent", True),
        ("FALSCH", "is_independent", False),
        ("yes", "is_independent", "yes"),
        ("264.0", "numeric", 264),
        ("264,00", "numeric", 264),
        ("1.234", "numeric", "1.234"),
        ("1e3", "numeric", "1e3"),
        ("264.0", "calling_code", "264.0"),
        ("1,5", "area_km2", "1,5"),
        ("1_0", "area_km2", "1_0"),
        ("1.5e3", "area_km2", 1500.0),
        ("31.01.2026", "withdrawn_on", "2026-01-31"),
        ("2026-01-31 00:00:00", "withdrawn_on", "2026-01-31"),
        ("1/2/2026", "withdrawn_on", "1/2/2026"),
        ('["EUR"]', "currencies", ["EUR"]),
        ("[" * 100_000, "currencies", "[" * 100_000),
        ("", "is_independent", None),
        ("'=1+1", "capital", "=1+1"),
    ],
    ids=ascii,
)
def test_cells_are_what_excel_means_by_them(cell: str, field: str, is_what: Any) -> None:
    assert value(cell, field, Country) == is_what


def test_decimals_may_have_a_comma_where_cells_are_not_parted_by_one() -> None:
    assert value("52,52437", "latitude", separator=";") == 52.52437


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=1", "''@"])
def test_what_a_spreadsheet_would_run_leaves_as_text(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["'s-Hertogenbosch", "A=1", "", "'"])
def test_other_texts_leave_as_they_are(text: str) -> None:
    assert neutral(text) == text == restored(text)


@given(st.text(st.sampled_from("'=+-@\t\rab")))
def test_a_text_comes_back_as_it_left(text: str) -> None:
    assert restored(neutral(text)) == text
    assert neutral(text)[:1] not in {*"=+-@\t\r"} - {""}


@settings(deadline=None)
@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda tail: b"PK\x03\x04" + tail))
def test_any_bytes_are_a_table_or_a_refusal(content: bytes) -> None:
    try:
        found = rows(content)
    except BadSheet as error:
        assert str(error)  # noqa: PT017 -- refusing is one of the right ends
    else:
        assert all(isinstance(cell, str) for cells in found for cell in cells)
