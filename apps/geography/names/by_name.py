"""Rows in the order of what places are called on a page, as the readers of its language sort.

A database sorts in one language, and cities are named in a table of their own; so Python does it. The order of a long
table is kept until the data changes.
"""

from collections.abc import Sequence
from threading import Lock
from typing import Any

from django.utils.translation import get_language

from apps.geography.models import City, CityName, Subdivision
from apps.geography.models.cities import names_on_page
from apps.geography.names.collation import sort_key
from apps.geography.names.shown import first_name, name_columns, page_languages
from apps.revisions import numbers

# Tables whose order is kept: others have some hundred rows.
LONG = frozenset({Subdivision, City})
# By table and language: the revision of the data at which it was read, and the primary keys.
_held: dict[tuple[type, str], tuple[int, Sequence[Any]]] = {}
_lock = Lock()


def keys_by_name(model: type[Any]) -> Sequence[Any]:
    """Return the primary keys of all rows of a table; one query, of a long one up to two more after a change."""
    if model not in LONG:
        return _keys(model)
    language = get_language() or ""
    revision = numbers.current("data")["data"]
    with _lock:
        number, keys = _held.get((model, language), (None, ()))
    if number != revision:
        keys = _keys(model)
        with _lock:
            _held[model, language] = (revision, keys)
    return keys


def _keys(model: type[Any]) -> list[Any]:
    key = sort_key(page_languages()[0])
    return [pk for _, pk in sorted((key(name), pk) for pk, name in _names(model))]


def _names(model: type[Any]) -> list[tuple[Any, str]]:
    if model is City:
        named = names_on_page(CityName.objects.all())
        return [(pk, named.get(pk) or name) for pk, name in City.objects.order_by().values_list("pk", "name")]
    rows = model.objects.untranslated().order_by().values_list("pk", *name_columns())
    return [(pk, first_name(names)) for pk, *names in rows]


def names_in_order(rows: Any) -> list[tuple[Any, str]]:
    """Return primary keys and names of some countries, regions or subdivisions, to choose from; one query."""
    key = sort_key(page_languages()[0])
    found = rows.untranslated().order_by().values_list("pk", *name_columns())
    return sorted(((pk, first_name(names)) for pk, *names in found), key=lambda each: key(each[1]))
