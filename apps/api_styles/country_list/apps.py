"""The country_list API style."""

from collections.abc import Mapping
from typing import ClassVar

from apps.api import styles
from apps.api.styles import CommonRequest, Example, Shown, Topic


class CountryListConfig(styles.StyleConfig):
    """See urls.py for the paths of the contract."""

    name = "apps.api_styles.country_list"
    label = "country_list"
    common = (CommonRequest("/v1/country/list?country=$country", {"Accept-Language": "$language"}),)
    examples = (
        Example(
            "country_list: districts of Hong Kong and their areas",
            "curl '$base_url/v1/country/list?country=HK' -H 'Authorization: Bearer $private_key'",
        ),
        Example(
            "country_list: an access token",
            "curl '$base_url/v1/auth/token' -d 'grant_type=client_credentials' "
            "-d 'client_id=$client_id' -d 'client_secret=$client_secret'",
        ),
    )
    shown = (Shown(Topic.COUNTRY, "/v1/country/list?country=$country", {"Accept-Language": "$language"}),)
    credential: ClassVar[Mapping[str, str]] = {"Authorization": "Bearer $private_key"}
