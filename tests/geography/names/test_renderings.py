"""How names of other scripts are written in German, French and Polish letters."""

import pytest

from apps.geography.names.renderings import is_rendered, rendered


@pytest.mark.parametrize(
    ("name", "english"),
    [
        ("Dschaipur", "jaipur"),
        ("Tscherniwzi", "chernivtsi"),
        ("Taschkent", "tashkent"),
        ("Djaïpour", "jaïpur"),
        ("Machhad", "mashhad"),
        ("Guizeh", "gizeh"),
        ("Taszkent", "tashkent"),
        ("Dżajpur", "jaypur"),
        ("Czengdu", "chengdu"),
        ("Boryszcze", "boryshche"),
    ],
)
def test_the_letters_of_a_language_are_read_as_their_sound(name: str, english: str) -> None:
    assert english in rendered(name)


def test_an_o_too_many_is_no_part_of_a_sound() -> None:
    assert "ekaterinbourg" not in rendered("Ekaterinboourg")
    assert "ekaterinburg" in rendered("Ekaterinbourg")


def test_a_name_without_such_letters_is_left_alone() -> None:
    assert list(rendered("Wien")) == []


def test_names_are_rendered_where_they_are_or_were_written_in_other_letters() -> None:
    assert [code for code in ("IN", "JP", "UZ", "GR", "US", "DE", "TR") if is_rendered(code)] == [
        "IN",
        "JP",
        "UZ",
        "GR",
    ]
