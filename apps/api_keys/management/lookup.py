"""One name for both kinds of credential that staff handle: a key by its key id, a client by its client id."""

from apps.api_keys.models import ApiKey, OAuthClient

Credential = ApiKey | OAuthClient


def find(credential_id: str) -> Credential:
    """Return the key or client with this id; raises LookupError when there is none."""
    key = ApiKey.objects.select_related("tenant").filter(key_id=credential_id).first()
    found = key or OAuthClient.objects.select_related("tenant").filter(client_id=credential_id).first()
    if found is None:
        raise LookupError(f"There is no key and no client {credential_id}.")
    return found
