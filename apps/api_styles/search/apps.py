"""The search API style."""

from apps.api import styles
from apps.api.styles import Example


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
