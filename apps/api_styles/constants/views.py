"""The constants API style: country constants for front ends."""

from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.conditional import strong_etag
from apps.api.cors import CrossOriginView
from apps.api.errors import Refusal
from apps.api.languages import canonical, lookup, negotiate
from apps.api.renderers import to_json
from apps.api.views import StyleViewSet, UnknownPathView
from apps.api_styles.constants import errors, headers
from apps.api_styles.constants.serializers import CountrySerializer
from apps.geography.collation import sort_key
from apps.geography.languages import LANGUAGES, SOURCE_LANGUAGE, fallbacks
from apps.geography.models import Country
from apps.tenants.models import Tenant

CACHE_SECONDS = 24 * 60 * 60
# What `*` may mean after X-LOCALE and the default, for who refuses both with q=0.
ANY_LANGUAGE = tuple(sorted(LANGUAGES))


class ConstantsView(CrossOriginView):
    """No credential, browsers of any origin, an envelope around everything."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    envelope = staticmethod(errors.envelope)
    vary = ("Accept-Language", "X-Locale", "X-Workspace-Id", "Accept-Encoding")

    def cors_headers(self, request: Request) -> dict[str, str]:
        """Let browsers of every origin read the answer, without credentials."""
        cors_headers = {"Access-Control-Allow-Origin": "*"}
        if request.method == "OPTIONS":
            cors_headers["Access-Control-Allow-Methods"] = ", ".join(self.allowed_methods)
            cors_headers["Access-Control-Allow-Headers"] = ", ".join((*headers.REQUIRED, *headers.OPTIONAL))
            cors_headers["Access-Control-Max-Age"] = str(CACHE_SECONDS)
        else:
            cors_headers["Access-Control-Expose-Headers"] = (
                "ETag, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
            )
        return cors_headers


class CountryViewSet(ConstantsView, StyleViewSet):
    """The countries that there are or, with X-Workspace-Id, those that the tenant shows."""

    def read(self, request: Request) -> None:
        """Check the headers."""
        headers.check(request.headers)

    def list(self, request: Request) -> Response:
        """Answer with the countries, sorted as readers of the language sort them."""
        workspace = self._workspace()
        countries = Country.objects.active_for(workspace) if workspace else Country.objects.current()
        language = self._language(workspace)
        rows = countries.labelled(fallbacks(language), tenant=workspace).values(
            "code", "alpha3", "numeric", "calling_code", "constant_number", "label"
        )
        key = sort_key(language)
        data = CountrySerializer(sorted(rows, key=lambda row: (key(row["label"]), row["code"])), many=True).data
        visibility = "private" if workspace else "public"
        return Response(
            errors.wrapped(success=True, code="2000", message="Success", data=data),
            headers={
                "Cache-Control": f"{visibility}, max-age={CACHE_SECONDS}",
                "Content-Language": canonical(language),
                # Weak: `timestamp` differs from answer to answer.
                "ETag": f"W/{strong_etag(to_json(data))}",
            },
        )

    def _workspace(self) -> Tenant | None:
        workspace_id = self.request.headers.get("X-Workspace-Id")
        if workspace_id is None:
            return None
        tenant = None
        if headers.WORKSPACE_ID.fullmatch(workspace_id):
            tenant = Tenant.objects.filter(workspace_id=workspace_id, is_enabled=True).first()
        if tenant is None:
            raise Refusal(404, "unknown_workspace", "There is no such workspace.")
        return tenant

    def _language(self, workspace: Tenant | None) -> str:
        """Return the language of labels: Accept-Language's, else X-LOCALE's, else the default."""
        default = workspace.default_language if workspace else SOURCE_LANGUAGE
        preferred = lookup(self.request.headers["X-Locale"].strip()) or default
        return negotiate(self.request.headers["Accept-Language"], (preferred, default, *ANY_LANGUAGE)) or preferred


class UnknownPath(ConstantsView, UnknownPathView):
    """Every other path of the style."""
