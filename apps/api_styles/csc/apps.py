"""The csc API style."""

from collections.abc import Mapping
from typing import ClassVar

from apps.api import styles
from apps.api.styles import CommonRequest, Example, Shown, Topic


class CscConfig(styles.StyleConfig):
    """See urls.py for the paths of the contract."""

    name = "apps.api_styles.csc"
    label = "csc"
    common = (CommonRequest("/csc/v1/countries"), CommonRequest("/csc/v1/countries/$country/states"))
    examples = (
        Example(
            "csc: states of India as clients of Countries States Cities ask for them",
            "curl '$base_url/csc/v1/countries/IN/states' -H 'X-CSCAPI-KEY: $private_key'",
        ),
        Example(
            "csc: cities of Maharashtra",
            "curl '$base_url/csc/v1/countries/IN/states/MH/cities' -H 'X-CSCAPI-KEY: $private_key'",
        ),
    )
    shown = (
        Shown(Topic.WORLD, "/csc/v1/countries"),
        Shown(Topic.COUNTRY, "/csc/v1/countries/$country/states"),
        Shown(Topic.SUBDIVISION, "/csc/v1/countries/$country/states/$part/cities"),
    )
    credential: ClassVar[Mapping[str, str]] = {"X-CSCAPI-KEY": "$private_key"}
