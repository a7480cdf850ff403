"""Which texts of the index are near to a question with typing errors in it."""

from django.db import connections
from rapidfuzz import process
from rapidfuzz.distance import OSA

from apps.geography.models import SearchName
from apps.geography.models.search import Form
from apps.geography.search.tiers import TWO_ERRORS, Question

ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "абвгдежзиклмнопрстуфхцчшщыэюя", "αβγδεζηθικλμνξοπρστυφχψω")
LAST = "\U0010ffff"


def near(question: Question) -> set[str]:
    """Return the texts that may be meant by a question that has errors: of about its length, beginning like it.

    With its first letter or its second for their first; with any other one where the rest of a long word is right.
    """
    key, errors = question.key, question.errors
    table = connections[SearchName.objects.all().db]
    texts_in = (
        f"SELECT DISTINCT text FROM {SearchName._meta.db_table} WHERE form = %s AND text >= %s AND text < %s "
        "AND length(text) BETWEEN %s AND %s"
    )
    found: set[str] = set()
    letters = sorted({key[0], key[1]})
    asked = [
        each for letter in letters
        for each in (int(Form.NAME), letter, letter + LAST, len(key) - errors, len(key) + errors)
    ]  # fmt: skip
    with table.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([texts_in] * len(letters)), asked)
        texts = [text for (text,) in cursor.fetchall()]
    scored = process.extract(key, texts, scorer=OSA.distance, processor=None, score_cutoff=errors, limit=None)
    found.update(text for text, _, _ in scored)
    if len(key) >= TWO_ERRORS:
        alphabet = next((alphabet for alphabet in ALPHABETS if key[1] in alphabet), "")
        others = [text for letter in alphabet for text in (letter + key[1:], letter + key)]
        found.update(others)
    return found
