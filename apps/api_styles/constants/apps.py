"""The constants API style."""

from apps.api import styles
from apps.api.styles import CommonRequest, Example, Shown, Topic

HEADERS = {"X-Client-Hash": "warm", "X-LOCALE": "en", "User-Agent": "warm", "Accept-Language": "$language"}


class ConstantsConfig(styles.StyleConfig):
    """See urls.py for the paths of the contract."""

    name = "apps.api_styles.constants"
    label = "constants"
    common = (
        CommonRequest("/web/v1/system/constants/countries", HEADERS, is_public=True),
        CommonRequest("/web/v1/system/constants/countries", {**HEADERS, "X-Workspace-Id": "$workspace_id"}),
    )
    examples = (
        Example(
            "constants: the tenant's countries for a front end, in French",
            "curl '$base_url/web/v1/system/constants/countries' -H 'X-Client-Hash: demo' -H 'X-LOCALE: en-US' "
            "-H 'Accept-Language: fr' -H 'X-Workspace-Id: $workspace_id'",
        ),
    )
    shown = (
        Shown(
            Topic.WORLD,
            "/web/v1/system/constants/countries",
            {**HEADERS, "X-Client-Hash": "explorer", "User-Agent": "explorer", "X-Workspace-Id": "$workspace_id"},
        ),
    )
