"""The labelled table: what people type in any script, with typing errors and in other words, and what it must find."""

from pathlib import Path

import pytest
from django.db import connection

from apps.geography.names.languages import fallbacks
from apps.geography.search.find import find
from apps.imports.files.source import read_tsv

pytestmark = pytest.mark.django_db

LABELLED = Path(__file__).with_name("labelled_questions.tsv")
MEANINGLESS = Path(__file__).with_name("meaningless_questions.txt")


def test_of_five_hundred_questions_98_in_100_find_their_place_first_and_99_among_five() -> None:
    questions = list(read_tsv(LABELLED, "question", "id", "place"))
    assert len(questions) >= 500
    # What is found is worked out from rows that either database gives; whether it gives them, a part of these shows.
    asked = questions[::4] if connection.vendor == "postgresql" else questions
    found = {
        question: (wanted, [each.id for each in find(question, languages=fallbacks("en"), limit=5)])
        for question, wanted, _ in asked
    }
    later = [question for question, (wanted, ids) in found.items() if ids[:1] != [wanted]]
    missed = [question for question, (wanted, ids) in found.items() if wanted not in ids]
    assert len(later) <= 0.02 * len(found), later
    assert len(missed) <= 0.01 * len(found), missed


def test_of_a_hundred_questions_that_mean_nothing_95_in_100_find_nothing() -> None:
    questions = MEANINGLESS.read_text(encoding="utf-8").splitlines()
    assert len(questions) >= 100
    asked = questions[::4] if connection.vendor == "postgresql" else questions
    answered = [question for question in asked if find(question, limit=1)]
    assert len(answered) <= 0.05 * len(asked), answered
