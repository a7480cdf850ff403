"""The policies of the data style, then its endpoints."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.callers import (
    Authentication,
    BearerAuthentication,
    PrivateCredential,
    PublicCredential,
    PublicKeyAuthentication,
    client_address,
)
from apps.api.cors import CrossOriginView
from apps.api.input import Query, json_body
from apps.api.languages import LANGUAGE_HEADERS, canonical, chosen
from apps.api.views import Headers, StyleViewSet, UnknownPathView, answered_by
from apps.api_styles.data import answers, errors, lists, parameters, questions
from apps.api_styles.data.location import Location, locate
from apps.api_styles.data.parameters import Countries, Naming, Subdivisions
from apps.geography.models.countries import ALPHA2
from apps.geography.names.languages import SOURCE_LANGUAGE, fallbacks
from apps.geography.validation import cities, codes, suggestions

Authentications = Sequence[type[Authentication]]
Permissions = Sequence[type[BasePermission]]
SHAPING_HEADERS = (*LANGUAGE_HEADERS, "Accept-Encoding", "Origin")


class DataViewSet(StyleViewSet):
    """For back ends: a private key as a bearer token."""

    authentication_classes: Authentications = (BearerAuthentication,)
    permission_classes: Permissions = (PrivateCredential,)
    envelope = staticmethod(errors.envelope)
    vary = ("Authorization", *SHAPING_HEADERS)
    asks_by = LANGUAGE_HEADERS

    def language(self, headers: Headers) -> str:
        """Return the language of the answer."""
        return chosen(headers, self.tenant.default_language)


class WidgetView(CrossOriginView):
    """For forms in browsers: a public key in a header, from the key's own origins."""

    authentication_classes: Authentications = (PublicKeyAuthentication,)
    permission_classes: Permissions = (PublicCredential,)
    vary = ("X-API-KEY", *SHAPING_HEADERS)
    asks_by_address = True
    cors_request_headers = ("X-API-KEY", "Content-Type", "Accept-Language", "X-Forced-Language", "X-Default-Language")
    cors_exposed_headers = ("X-Selected-Language",)

    def locate(self, query: Query) -> Location | None:
        """Return where the caller is, unless `no_geoip` asks us not to; raises the 400."""
        is_unwanted = query.boolean("no_geoip", digits=True)
        return None if is_unwanted else locate(client_address(self.request))


class CountryViewSet(DataViewSet):
    """The tenant's active countries."""

    @answered_by(lists.countries)
    def list(self, headers: Headers, query: Query) -> Countries:
        """Return which countries are asked for; raises the 400."""
        return self.countries(headers, query)

    def countries(self, headers: Headers, query: Query) -> Countries:
        """Return where names come from, and their language: ISO's are English whatever the headers say."""
        if parameters.wants_iso_names(query):
            return Countries(SOURCE_LANGUAGE, wants_iso_names=True)
        return Countries(self.language(headers))


class SubdivisionViewSet(DataViewSet):
    """The subdivisions of a country in ISO 3166-2."""

    @answered_by(lists.subdivisions)
    def list(self, headers: Headers, query: Query, country: str) -> Subdivisions:
        """Return which subdivisions are asked for; raises the 400."""
        return self.subdivisions(headers, query, country)

    def subdivisions(self, headers: Headers, query: Query, country: str) -> Subdivisions:
        """Return the country, with its code in upper case, and how its subdivisions are to be named."""
        code = country.upper() if ALPHA2.fullmatch(country) else country
        return Subdivisions(code, self.language(headers), Naming.of(query))


class WidgetCountryViewSet(WidgetView, CountryViewSet):
    """The same for a form."""

    @answered_by(lists.widget_countries)
    def list(self, headers: Headers, query: Query) -> Countries:
        """Return also in which country the caller is."""
        location = self.locate(query)
        country = Location(location.country, frozenset()) if location else None
        return replace(self.countries(headers, query), location=country)


class WidgetSubdivisionViewSet(WidgetView, SubdivisionViewSet):
    """The same for a form."""

    @answered_by(lists.widget_subdivisions)
    def list(self, headers: Headers, query: Query, country: str) -> Subdivisions:
        """Return also where the caller is, if it is in this country."""
        asked, location = self.subdivisions(headers, query, country), self.locate(query)
        is_here = location is not None and location.country == asked.country
        return replace(asked, location=location if is_here else None)


class ValidationViewSet(DataViewSet):
    """Whether codes and names are those of something that the tenant shows."""

    weighs = True

    @property
    def language_of_names(self) -> str:
        """The language of suggestions and canonical names."""
        return self.language(self.request.headers)

    @property
    def languages(self) -> tuple[str, ...]:
        """Where to look for names in it, in order."""
        return fallbacks(self.language_of_names, self.tenant.default_language)

    def answer(self, data: Any, status: int) -> Response:
        """Return the answer, and in its header the language that was chosen."""
        return Response(data, status=status, headers={"X-Selected-Language": canonical(self.language_of_names)})

    def country(self, request: Request) -> Response:
        """Judge one alpha-2 code or a list."""
        body = json_body(request)
        question = questions.question(body)
        follow = questions.flag(body, "follow_upward") and not question.is_list
        self.weigh(question.cost)
        verdicts = codes.countries(question.texts, self.tenant, follow_upward=follow)
        wrong = answers.wrong(question, verdicts)
        found = suggestions.countries(wrong, self.tenant, self.languages) if wrong else {}
        return self.answer(*answers.judged(question, verdicts, found))

    def subdivision(self, request: Request) -> Response:
        """Judge one ISO 3166-2 code of a country or a list."""
        body = json_body(request)
        question = questions.question(body, allow_none=True)
        country = questions.text(body, "country")
        follow = questions.flag(body, "follow_related") and not question.is_list
        allow_parents = questions.flag(body, "allow_parent_selection")
        self.weigh(question.cost)
        verdicts = codes.subdivisions(
            question.texts, country, self.tenant, follow_related=follow, allow_parents=allow_parents
        )
        wrong = answers.wrong(question, verdicts)
        found = suggestions.subdivisions(wrong, country, self.tenant, self.languages) if wrong else {}
        return self.answer(*answers.judged(question, verdicts, found))

    def city(self, request: Request) -> Response:
        """Judge one name of a city in any language or a list, and answer its canonical names."""
        asked = questions.CityQuestion.parse(json_body(request))
        self.weigh(asked.cost)
        verdicts = cities.judge(asked.cities, asked.country, asked.subdivision, self.tenant, self.languages)
        unknown = answers.unknown(asked, verdicts)
        found = suggestions.cities(unknown, asked.country, self.tenant, self.languages) if unknown else {}
        return self.answer(*answers.judged_cities(asked, verdicts, found))


class UnknownPath(UnknownPathView):
    """Every other path of the style."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (PrivateCredential,)
    envelope = staticmethod(errors.envelope)
    vary = ("Authorization", *SHAPING_HEADERS)


class UnknownWidgetPath(WidgetView, UnknownPathView):
    """Every other path below the widget's."""

    envelope = staticmethod(errors.envelope)
