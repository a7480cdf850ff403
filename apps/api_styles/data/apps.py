"""The data API style."""

from collections.abc import Mapping
from typing import ClassVar

from apps.api import styles
from apps.api.styles import CommonRequest, Example, Shown, Topic


class DataConfig(styles.StyleConfig):
    """See urls.py for the paths of the contract."""

    name = "apps.api_styles.data"
    label = "data"
    common = (
        CommonRequest("/api/data/countries", {"Accept-Language": "$language"}),
        CommonRequest("/api/countries", {"Accept-Language": "$language"}),
        CommonRequest("/api/data/countries/$country/subdivisions", {"Accept-Language": "$language"}),
        CommonRequest("/api/countries/$country/subdivisions", {"Accept-Language": "$language"}),
    )
    examples = (
        Example(
            "data: countries, in French",
            "curl '$base_url/api/data/countries' -H 'Authorization: Bearer $private_key' -H 'Accept-Language: fr'",
        ),
        Example(
            "data: subdivisions of the United States, by their official names",
            "curl '$base_url/api/data/countries/US/subdivisions?prefer_official=1' "
            "-H 'Authorization: Bearer $private_key'",
        ),
        Example(
            "data: is there such a city? (likewise /api/validate/country and /subdivision)",
            "curl '$base_url/api/validate/city' -H 'Authorization: Bearer $private_key' "
            "-H 'Content-Type: application/json' "
            '-d \'{"city": "Sacramnto", "country": "US", "suggest": true}\'',
        ),
        Example(
            "data: subdivisions of Japan for a form widget",
            "curl '$base_url/api/countries/JP/subdivisions' -H 'X-API-KEY: $public_key' -H 'Origin: http://localhost:3000'",
        ),
    )
    shown = (
        Shown(Topic.WORLD, "/api/data/countries", {"Accept-Language": "$language"}),
        Shown(Topic.COUNTRY, "/api/data/countries/$country/subdivisions", {"Accept-Language": "$language"}),
    )
    credential: ClassVar[Mapping[str, str]] = {"Authorization": "Bearer $private_key"}
