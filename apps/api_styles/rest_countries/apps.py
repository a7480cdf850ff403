"""The rest_countries API style."""

from apps.api import styles
from apps.api.styles import CommonRequest, Example, Shown, Topic


class RestCountriesConfig(styles.StyleConfig):
    """See urls.py for the paths of the contract."""

    name = "apps.api_styles.rest_countries"
    label = "rest_countries"
    common = (CommonRequest("/v3.1/all"),)
    examples = (
        Example(
            "rest_countries: a country by its name, without a credential",
            "curl '$base_url/v3.1/name/japan?fields=name,capital,population,languages'",
        ),
        Example(
            "rest_countries: all countries as clients of REST Countries v3.1 ask for them, without a credential",
            "curl '$base_url/v3.1/all?fields=name,flags,capital,population,region,cca2'",
        ),
        Example(
            "rest_countries: one country, with a key",
            "curl '$base_url/v3.1/alpha/SE' -H 'X-API-KEY: $public_key' -H 'Origin: http://localhost:3000'",
        ),
    )
    shown = (
        Shown(Topic.WORLD, "/v3.1/all?fields=name,cca2,capital,region,flags"),
        Shown(Topic.COUNTRY, "/v3.1/alpha/$country"),
        Shown(Topic.SEARCH, "/v3.1/translation/$text"),
    )
