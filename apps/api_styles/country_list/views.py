"""The country_list API style: states and cities of a country."""

from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_variables
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.callers import REALM, BearerAuthentication, PrivateCredential
from apps.api.errors import Refusal, bad_parameter
from apps.api.input import Query, form_body
from apps.api.languages import ANY_LANGUAGE, negotiate
from apps.api.views import Headers, StyleView, StyleViewSet, UnknownPathView, answered_by
from apps.api_keys.oauth import InvalidClient, issue_token
from apps.api_styles.country_list import errors, lists, serializers
from apps.api_styles.country_list.lists import Asked
from apps.geography.models.countries import ALPHA2
from apps.geography.names.languages import SOURCE_LANGUAGE


class CountryListView(StyleView):
    """A private key or an access token as bearer; not for browsers."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (PrivateCredential,)
    envelope = staticmethod(errors.envelope)
    vary = ("Authorization", "Accept-Language", "Accept-Encoding")


class CountryViewSet(CountryListView, StyleViewSet):
    """The countries that a code or name means, with their states and cities."""

    @answered_by(lists.countries)
    def list(self, headers: Headers, query: Query) -> Asked:
        """Return what `country` says, and the language of the answer; raises the 400."""
        term = " ".join((query.one("country") or "").split())
        if not term:
            raise bad_parameter("country", "country parameter is required")
        language = negotiate(headers.get("Accept-Language", ""), (SOURCE_LANGUAGE, *ANY_LANGUAGE)) or SOURCE_LANGUAGE
        return Asked(term.upper() if ALPHA2.fullmatch(term) else term, language)


class TokenViewSet(StyleViewSet):
    """Access tokens for OAuth2 clients; the credential is in the body."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    bucket = "token"
    envelope = staticmethod(errors.envelope)
    vary = ("Accept-Encoding",)

    @method_decorator(sensitive_variables())
    def create(self, request: Request) -> Response:
        """Issue a token."""
        fields = form_body(request)
        for name in ("grant_type", "client_id", "client_secret"):
            if not fields.get(name):
                raise bad_parameter(name, f"{name} parameter is required")
        if request.headers.get("Authorization", "").lower().startswith("basic"):
            raise bad_parameter("client_secret", "the client must authenticate in one way only")
        if fields["grant_type"] != "client_credentials":
            raise bad_parameter("grant_type", "grant_type must be client_credentials")
        scopes = fields.get("scope", "").split()
        try:
            token = issue_token(fields["client_id"], fields["client_secret"], scopes)
        except InvalidClient:
            headers = {"WWW-Authenticate": REALM}
            raise Refusal(401, "invalid_client", "The client is not known.", headers=headers) from None
        return Response(serializers.token(token), headers={"Cache-Control": "no-store"})


class UnknownPath(CountryListView, UnknownPathView):
    """Every other path of the style."""
