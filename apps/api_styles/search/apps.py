"""The search API style."""

from collections.abc import Mapping
from typing import ClassVar

from apps.api import styles
from apps.api.styles import Example, Shown, Topic


class SearchConfig(styles.StyleConfig):
    """See urls.py for the paths of the contract."""

    name = "apps.api_styles.search"
    label = "search"
    examples = (
        Example(
            "search: a place by whatever people type, in any language and with typing errors",
            "curl '$base_url/api/search?q=san+fransisco&limit=3' -H 'Authorization: Bearer $private_key'",
        ),
        Example(
            "search: the nearest city",
            "curl '$base_url/api/nearest?latitude=48.14&longitude=11.58' -H 'Authorization: Bearer $private_key'",
        ),
    )
    shown = (
        Shown(Topic.COUNTRY, "/api/search?q=$text&types=country&limit=5", {"Accept-Language": "$language"}),
        Shown(Topic.SUBDIVISION, "/api/search?q=$text&country=$country&limit=5", {"Accept-Language": "$language"}),
        Shown(Topic.SEARCH, "/api/search?q=$text&limit=8", {"Accept-Language": "$language"}),
    )
    credential: ClassVar[Mapping[str, str]] = {"Authorization": "Bearer $private_key"}
