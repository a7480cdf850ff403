"""The constants API style: country constants for front ends."""

from django.http import HttpRequest
from rest_framework.permissions import AllowAny

from apps.api.callers import Authentication, Identity
from apps.api.cors import CrossOriginView, allowed_headers
from apps.api.errors import Refusal
from apps.api.input import Query
from apps.api.languages import ANY_LANGUAGE, lookup, negotiate
from apps.api.named_tenants import NamedTenants
from apps.api.views import Headers, StyleViewSet, UnknownPathView, answered_by
from apps.api_styles.constants import errors, headers, lists
from apps.geography.names.languages import SOURCE_LANGUAGE
from apps.revisions import numbers

HEADER = "X-Workspace-Id"

_tenants = NamedTenants("workspace_id")


class WorkspaceAuthentication(Authentication):
    """`X-Workspace-Id: <id>`, which is public: it proves nothing, and opens nothing but that tenant's own list.

    Whom it does not find is anybody: the view refuses what names no workspace.
    """

    def identify(self, request: HttpRequest) -> Identity:
        """Return the enabled tenant that is named, if one is; a query for one that this process does not know."""
        workspace_id = request.META.get("HTTP_X_WORKSPACE_ID", "").strip()
        if not headers.WORKSPACE_ID.fullmatch(workspace_id):
            return Identity("", None, None, numbers.recent(None))
        tenant, now = _tenants.find(workspace_id)
        return Identity(workspace_id if tenant else "", None, tenant, now)


class ConstantsView(CrossOriginView):
    """No credential, browsers of any origin, an envelope around everything."""

    authentication_classes = (WorkspaceAuthentication,)
    permission_classes = (AllowAny,)
    envelope = staticmethod(errors.envelope)
    is_open_to_browsers = True
    vary = ("Accept-Language", "X-Locale", "X-Workspace-Id", "Accept-Encoding")
    asks_by = (*headers.REQUIRED, HEADER)

    def cors_headers(self, request: HttpRequest) -> dict[str, str]:
        """Let browsers of every origin read the answer, without credentials."""
        cors_headers = {"Access-Control-Allow-Origin": "*"}
        if request.method == "OPTIONS":
            cors_headers["Access-Control-Allow-Methods"] = ", ".join(self.allowed_methods)
            cors_headers["Access-Control-Allow-Headers"] = allowed_headers(
                (*headers.REQUIRED, *headers.OPTIONAL), request
            )
            cors_headers["Access-Control-Max-Age"] = str(lists.CACHE_SECONDS)
        else:
            cors_headers["Access-Control-Expose-Headers"] = (
                "ETag, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
            )
        return cors_headers


class CountryViewSet(ConstantsView, StyleViewSet):
    """The countries that there are or, with X-Workspace-Id, those that the tenant shows."""

    @answered_by(lists.countries)
    def list(self, given: Headers, query: Query) -> str:
        """Return the language of labels: Accept-Language's, else X-LOCALE's, else the default."""
        headers.check(given)
        workspace = self.findings.identity.tenant
        if workspace is None and given.get(HEADER, "").strip():
            raise Refusal(404, "unknown_workspace", "There is no such workspace.")
        default = workspace.default_language if workspace else SOURCE_LANGUAGE
        preferred = lookup(given["X-LOCALE"].strip()) or default
        return negotiate(given["Accept-Language"], (preferred, default, *ANY_LANGUAGE)) or preferred


class UnknownPath(ConstantsView, UnknownPathView):
    """Every other path of the style."""
