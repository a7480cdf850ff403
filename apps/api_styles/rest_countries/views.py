"""The rest_countries API style: countries as clients of REST Countries v3.1 ask for them."""

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import AllowAny

from apps.api.callers import Identity, KeyAuthentication
from apps.api.cors import CrossOriginView, allowed_headers
from apps.api.input import Query
from apps.api.named_tenants import NamedTenants
from apps.api.views import Headers, StyleViewSet, UnknownPathView, answered_by
from apps.api_styles.rest_countries import errors, lists, parameters
from apps.api_styles.rest_countries.parameters import Asked, By

PREFLIGHT_SECONDS = 24 * 60 * 60
EXPOSED = "ETag, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"

_tenants = NamedTenants("code")


class OptionalAuthentication(KeyAuthentication):
    """A key in `X-API-KEY` or as a bearer; without either, the tenant that the operator shows to everybody."""

    def anybody(self) -> Identity:
        """Return whose countries are everybody's; raises the 401 where they are nobody's."""
        tenant, now = _tenants.find(settings.REST_COUNTRIES_TENANT) if settings.REST_COUNTRIES_TENANT else (None, None)
        if tenant is None:
            raise NotAuthenticated
        return Identity(f"everybody of {tenant.code}", None, tenant, now)


class RestCountriesView(CrossOriginView):
    """Any credential or, where the operator allows it, none; browsers of every origin."""

    authentication_classes = (OptionalAuthentication,)
    permission_classes = (AllowAny,)
    envelope = staticmethod(errors.envelope)
    is_open_to_browsers = True
    vary = ("Authorization", "X-API-KEY", "Accept-Encoding", "Origin")
    asks_by = ()

    def cors_headers(self, request: HttpRequest) -> dict[str, str]:
        """Let browsers read what needs no credential; a public key may be used from its own origins alone."""
        if request.method == "OPTIONS":
            return {
                "Access-Control-Allow-Origin": "*",
                "Access-Control-Allow-Methods": ", ".join(self.allowed_methods),
                "Access-Control-Allow-Headers": allowed_headers(
                    ("Authorization", "X-API-KEY", "Content-Type"), request
                ),
                "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
            }
        if self.findings.identity.caller is not None:
            return super().cors_headers(request)
        return {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": EXPOSED}


class CountryViewSet(RestCountriesView, StyleViewSet):
    """The tenant's active countries, all or those that something is true of."""

    def asked(self, query: Query, by: By, *terms: str, is_one: bool = False) -> Asked:
        """Return a question; whether it came without a credential decides who may keep the answer."""
        is_public = self.findings.identity.caller is None and self.tenant.code == settings.REST_COUNTRIES_TENANT
        return Asked(by, terms, parameters.fields(query), is_one, is_public)

    @answered_by(lists.countries)
    def everything(self, headers: Headers, query: Query) -> Asked:
        """Ask for all; raises the 400."""
        return self.asked(query, By.NOTHING)

    @answered_by(lists.countries)
    def independent(self, headers: Headers, query: Query) -> Asked:
        """Ask for states, or with a `status` that is not true for all others; raises the 400."""
        return self.asked(query, By.INDEPENDENCE, "false" if parameters.yes(query, "status") is False else "true")

    @answered_by(lists.countries)
    def by_codes(self, headers: Headers, query: Query) -> Asked:
        """Ask by `codes`; raises the 400."""
        return self.asked(query, By.CODE, *parameters.codes(query))

    @answered_by(lists.countries)
    def by_code(self, headers: Headers, query: Query, code: str) -> Asked:
        """Ask by one code: a list of one or, with `fields`, the country itself; raises the 400."""
        return self.asked(query, By.CODE, parameters.code(code), is_one=bool(parameters.fields(query)))

    @answered_by(lists.countries)
    def by_name(self, headers: Headers, query: Query, name: str) -> Asked:
        """Ask by a part of a name or, with `fullText=true`, by a name; raises the 400."""
        by = By.FULL_NAME if parameters.yes(query, "fullText") else By.NAME
        return self.asked(query, by, parameters.term(name))

    @answered_by(lists.countries)
    def by_currency(self, headers: Headers, query: Query, currency: str) -> Asked:
        """Ask by the code or a part of the name of a currency; raises the 400."""
        return self.asked(query, By.CURRENCY, parameters.term(currency))

    @answered_by(lists.countries)
    def by_demonym(self, headers: Headers, query: Query, demonym: str) -> Asked:
        """Ask by what people are called; raises the 400."""
        return self.asked(query, By.DEMONYM, parameters.term(demonym))

    @answered_by(lists.countries)
    def by_lang(self, headers: Headers, query: Query, lang: str) -> Asked:
        """Ask by the code or the name of a language; raises the 400."""
        return self.asked(query, By.LANGUAGE, parameters.term(lang))

    @answered_by(lists.countries)
    def by_capital(self, headers: Headers, query: Query, capital: str) -> Asked:
        """Ask by a part of a capital's name; raises the 400."""
        return self.asked(query, By.CAPITAL, parameters.term(capital))

    @answered_by(lists.countries)
    def by_region(self, headers: Headers, query: Query, region: str) -> Asked:
        """Ask by region; raises the 400."""
        return self.asked(query, By.REGION, parameters.term(region))

    @answered_by(lists.countries)
    def by_subregion(self, headers: Headers, query: Query, subregion: str) -> Asked:
        """Ask by subregion; raises the 400."""
        return self.asked(query, By.SUBREGION, parameters.term(subregion))

    @answered_by(lists.countries)
    def by_translation(self, headers: Headers, query: Query, translation: str) -> Asked:
        """Ask by a part of a name in any language; raises the 400."""
        return self.asked(query, By.TRANSLATION, parameters.term(translation))


class UnknownPath(RestCountriesView, UnknownPathView):
    """Every other path of the style."""
