"""Reading files of GeoNames, whole and broken ones."""

import tracemalloc
from codecs import BOM_UTF8
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apps.geography.sources.cities.geonames_files import LONGEST, Dump
from apps.imports.files.source import BadSource
from tests.geography.sources.cities.geonames_lines import archive, write


def cells(path: Path, *, forced: bool = False) -> list[list[bytes]]:
    return [each for _, each in Dump(path, 2, forced).rows()]


def test_quotes_are_letters_and_line_ends_of_windows_are_line_ends(tmp_path: Path) -> None:
    path = write(tmp_path / "file.txt", '1\t"A\r\n', '2\tB"\n')
    assert cells(path) == [[b"1", b'"A'], [b"2", b'B"']]


def test_the_last_line_needs_no_end(tmp_path: Path) -> None:
    assert cells(write(tmp_path / "file.txt", "1\tA\n", "2\tB")) == [[b"1", b"A"], [b"2", b"B"]]


def test_an_archive_is_read_without_unpacking_it(tmp_path: Path) -> None:
    path = archive(tmp_path / "XA.zip", readme="Readme for GeoNames", XA="1\tA\n")
    assert cells(path) == [[b"1", b"A"]]
    assert [each.name for each in tmp_path.iterdir()] == ["XA.zip"]


def test_an_archive_may_have_folders_as_windows_parts_them_and_what_a_macintosh_adds(tmp_path: Path) -> None:
    members = {r"XA\readme": "Readme", r"XA\XA": "1\tA\n", "__MACOSX/XA": "fork", "XA/._XA": "fork"}
    assert cells(archive(tmp_path / "XA.zip", **members)) == [[b"1", b"A"]]


@pytest.mark.parametrize("name", ["", "missing.txt"])
def test_what_is_no_file_is_refused_with_what_to_do(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadSource, match="; name a file of GeoNames"):
        cells(tmp_path / name)


def test_of_several_members_that_with_the_name_of_the_archive_is_read(tmp_path: Path) -> None:
    members = {"other": "1\tB\n", "XA": "1\tA\n", "../../XB": "1\tC\n"}
    assert cells(archive(tmp_path / "XA.zip", **members)) == [[b"1", b"A"]]


def test_an_archive_that_was_renamed_is_read(tmp_path: Path) -> None:
    assert cells(archive(tmp_path / "XA (1).zip", XA="1\tA\n")) == [[b"1", b"A"]]


@pytest.mark.parametrize("members", [{}, {"readme": "Readme"}, {"one": "1\tA\n", "two": "2\tB\n"}], ids=str)
def test_an_archive_without_the_expected_member_is_refused(tmp_path: Path, members: dict[str, str]) -> None:
    with pytest.raises(BadSource, match=r"XA\.zip does not hold the one text file"):
        cells(archive(tmp_path / "XA.zip", **members))


def test_an_archive_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "XA.zip", XA="1\tA\n" * 1000)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(BadSource, match="no ZIP archive that can be read"):
        cells(path)


def test_an_archive_with_a_changed_byte_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "XA.zip", XA="".join(f"{number}\t{number**5}\n" for number in range(1000)))
    content = bytearray(path.read_bytes())
    content[1000] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(BadSource, match="no ZIP archive that can be read"):
        cells(path)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSource, match=r"XA\.txt: No such file"):
        cells(tmp_path / "XA.txt")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "file.txt:1: the file is empty; download it again"),
        ("1,A\n2,B\n", "file.txt:1: 1 columns instead of 2: this is another file"),
        ("1\tA\n2\tB\n3", r"file.txt:3: the file is cut off here \(1 columns instead of 2\)"),
        ("1\tA\n" + "x\n" * 21, "file.txt:22: 21 of 22 lines cannot be used"),
    ],
    ids=["empty", "another shape", "cut off", "mostly bad"],
)
def test_a_broken_file_is_refused_unless_it_is_forced(tmp_path: Path, content: str, complaint: str) -> None:
    path = write(tmp_path / "file.txt", content)
    with pytest.raises(BadSource, match=complaint):
        cells(path)
    assert len(cells(path, forced=True)) == content.count("\tA") + content.count("\tB")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("2\n", "1 columns instead of 2"),
        ("2\tB\tC\n", "3 columns instead of 2"),
        ("2\tB\0\n", "holds a NUL"),
        (f"2\t{'B' * LONGEST * 3}\n", "longer than 131,072 bytes"),
    ],
    ids=["short", "long", "NUL", "endless"],
)
def test_a_bad_line_is_rejected_and_the_next_one_read(tmp_path: Path, line: str, why: str) -> None:
    dump = Dump(write(tmp_path / "file.txt", "1\tA\n", line, "\n", "3\tC\n"), 2)
    assert list(dump.rows()) == [(1, [b"1", b"A"]), (4, [b"3", b"C"])]
    assert [str(each) for each in dump.rejected] == [f"file.txt:2: {why}; correct the line, or download the file again"]


def test_lines_that_are_taken_but_for_a_cell_are_named_and_refuse_no_file(tmp_path: Path) -> None:
    dump = Dump(write(tmp_path / "file.txt", "1\tA\n" * 30), 2)
    for number, _ in dump.rows():
        dump.name(number, "nobody knows it")
    assert len(dump.rejected) == 30
    assert (dump.unread, dump.is_complete) == (set(), True)


def test_a_line_without_end_takes_no_memory(tmp_path: Path) -> None:
    path = archive(tmp_path / "XA.zip", XA="1\tA\n" + "B" * 50_000_000)
    tracemalloc.start()
    assert cells(path) == [[b"1", b"A"]]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


@example(BOM_UTF8)
@example(BOM_UTF8 + b"\n")
@given(st.binary(max_size=200))
def test_any_bytes_are_rows_rejections_or_one_refusal(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "file.txt"
    path.write_bytes(content)
    dump = Dump(path, 2)
    try:
        rows = list(dump.rows())
    except BadSource as error:
        assert str(error).startswith(str(path))  # noqa: PT017 -- refusing is one of the right ends
    else:
        lines = [line for line in content.removeprefix(BOM_UTF8).split(b"\n") if line.rstrip(b"\r")]
        assert len(rows) + len(dump.rejected) == len(lines)
