"""The tenant_countries API style."""

from collections.abc import Mapping
from typing import ClassVar

from apps.api import styles
from apps.api.styles import CommonRequest, Example, Shown, Topic

V2 = {"X-Version": "v2", "Accept-Language": "$language"}


class TenantCountriesConfig(styles.StyleConfig):
    """See urls.py for the paths of the contract."""

    name = "apps.api_styles.tenant_countries"
    label = "tenant_countries"
    common = (
        CommonRequest("/country/$tenant/countries", {"X-Version": "v2", "Accept-Language": "$language"}),
        CommonRequest("/country/$tenant/countries", {"X-Version": "v2", "Accept-Language": "*"}),
        CommonRequest("/country/$tenant/countries?pageSize=300", {"X-Version": "v2", "Accept-Language": "$language"}),
        CommonRequest("/country/$tenant/regions", {"X-Version": "v2", "Accept-Language": "$language"}),
        CommonRequest("/country/$tenant/countries/$country", {"X-Version": "v2", "Accept-Language": "$language"}),
        CommonRequest("/configuration/$tenant/configurations/project_lang"),
    )
    examples = (
        Example(
            "tenant_countries: what the tenant has, in German",
            "curl '$base_url/country/$tenant/countries?pageSize=5' -H 'Authorization: Bearer $private_key' "
            "-H 'X-Version: v2' -H 'Accept-Language: de'",
        ),
        Example(
            "tenant_countries: Poland, in every language of the tenant",
            "curl '$base_url/country/$tenant/countries/PL' -H 'Authorization: Bearer $private_key' "
            "-H 'X-Version: v2' -H 'Accept-Language: *'",
        ),
        Example(
            "tenant_countries: switch Poland off; ask the others again",
            "curl -i -X PATCH '$base_url/country/$tenant/countries/PL' -H 'Authorization: Bearer $private_key' "
            "-H 'X-Version: v2' -H 'Content-Type: application/json' -d '{\"active\": false}'",
        ),
        Example(
            "tenant_countries: regions",
            "curl '$base_url/country/$tenant/regions' -H 'Authorization: Bearer $private_key' -H 'X-Version: v2'",
        ),
        Example(
            "tenant_countries: the languages of the tenant",
            "curl '$base_url/configuration/$tenant/configurations/project_lang' "
            "-H 'Authorization: Bearer $private_key'",
        ),
        Example(
            "tenant_countries: an access token",
            "curl '$base_url/oauth/token' -d 'grant_type=client_credentials' "
            "-d 'client_id=$client_id' -d 'client_secret=$client_secret'",
        ),
    )
    shown = (
        Shown(Topic.WORLD, "/country/$tenant/countries?active=true", V2),
        Shown(Topic.COUNTRY, "/country/$tenant/countries/$country", V2),
        Shown(Topic.SUBDIVISION, "/country/$tenant/countries/$country/subdivisions/$subdivision", V2),
    )
    credential: ClassVar[Mapping[str, str]] = {"Authorization": "Bearer $private_key"}
