"""The constants API style."""

from typing import ClassVar

from django.apps import AppConfig

HEADERS = {"X-Client-Hash": "warm", "X-LOCALE": "en", "User-Agent": "warm", "Accept-Language": "$language"}


class ConstantsConfig(AppConfig):
    """See urls.py for the paths of the contract."""

    name = "apps.api_styles.constants"
    label = "constants"
    is_public = True
    common: ClassVar = (
        ("/web/v1/system/constants/countries", HEADERS),
        ("/web/v1/system/constants/countries", {**HEADERS, "X-Workspace-Id": "$workspace_id"}),
    )
    examples: ClassVar = (
        (
            "constants: the tenant's countries for a front end, in French",
            "curl '$base_url/web/v1/system/constants/countries' -H 'X-Client-Hash: demo' -H 'X-LOCALE: en-US' "
            "-H 'Accept-Language: fr' -H 'X-Workspace-Id: $workspace_id'",
        ),
    )
