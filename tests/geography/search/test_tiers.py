"""How many errors lie between a question and a name, and which of them are forgiven."""

import pytest

from apps.geography.models.search import Form
from apps.geography.search.tiers import Question, Tier, distance, tier_of


@pytest.mark.parametrize(
    ("typed", "name", "errors"),
    [
        ("berlim", "berlin", 1),
        ("ebrlin", "berlin", 1),
        ("merlin", "berlin", None),
        ("erlin", "berlin", None),
        ("xberlin", "berlin", None),
        ("berlom", "berlin", None),
        ("fancisko", "francisco", 2),
        ("xrancisco", "francisco", 1),
        ("ber", "bar", None),
    ],
)
def test_the_first_letter_of_a_short_word_is_not_the_only_one_that_is_wrong(typed, name, errors):
    assert distance(Question.reading(typed, fuzzy=True), name) == errors
    assert distance(Question.reading(typed, fuzzy=False), name) is None


def test_a_later_word_is_met_by_its_beginning_of_three_letters():
    met = [tier_of(Question.reading(typed, fuzzy=True), Form.WORD, "burgdorf") for typed in ("bur", "bu", "berg")]
    assert met == [(Tier.WORD, 0), None, None]
