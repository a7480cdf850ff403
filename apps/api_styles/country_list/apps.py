"""The country_list API style."""

from typing import ClassVar

from django.apps import AppConfig


class CountryListConfig(AppConfig):
    """See urls.py for the paths of the contract."""

    name = "apps.api_styles.country_list"
    label = "country_list"
    common: ClassVar = (("/v1/country/list?country=$country", {"Accept-Language": "$language"}),)
    examples: ClassVar = (
        (
            "country_list: districts of Hong Kong and their areas",
            "curl '$base_url/v1/country/list?country=HK' -H 'Authorization: Bearer $private_key'",
        ),
        (
            "country_list: an access token",
            "curl '$base_url/v1/auth/token' -d 'grant_type=client_credentials' "
            "-d 'client_id=$client_id' -d 'client_secret=$client_secret'",
        ),
    )
