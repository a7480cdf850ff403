"""What makes a random request right and no schema can say: which codes and names there are, which version is current.

It comes from other answers of the server, as a client would have it. What a description does say of a value, such as
how long it may be or what may be left out, stays as it was made up.
"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Any
from urllib.parse import quote

Get = Callable[[str], Any]
Row = dict[str, Any]


class Existing:
    """Puts what there is into cases: `get` asks the server for the answer at a path, `known` are the caller's own.

    These are, by their names in requests, the tenant, its workspace, and id and secret of its OAuth2 client.
    """

    def __init__(self, get: Get, known: dict[str, str]) -> None:
        self._get, self._known = get, known
        # Nothing of it changes while requests are made.
        self.rows = cache(lambda path: json.loads(get(path).data))

    def put_into(self, case: Any, draw: Random) -> None:
        """Replace what random values hardly ever are by what `draw` chooses among what there is."""
        parameters = sorted((case.path_parameters or {}).keys() - {"tenant", "key"})
        if parameters:
            found = self._path(parameters, draw)
            case.path_parameters |= {name: quote(text, safe="") for name, text in found.items()}
        for given in (case.headers, case.query):
            if given:
                given.update({name: text for name, text in self._known.items() if name in given})
        self._put_into_query(case.query or {}, draw, case.operation.path)
        if isinstance(case.body, dict):
            if "grant_type" in case.body:
                case.body |= {name: self._known[name] for name in ("client_id", "client_secret")}
            case.body = BODIES.get(case.operation.path, _as_it_is)(self, case.body, draw)
            if case.method == "PATCH":
                self._make_current(case)

    def _path(self, parameters: list[str], draw: Random) -> dict[str, str]:
        match parameters:
            case ["country" | "countryCode" as name]:
                return {name: draw.choice(self.countries())}
            case ["country", "state"]:
                row = draw.choice(self.rows("/csc/v1/states"))
                return {"country": row["country_code"], "state": row["iso2"]}
            case ["countryCode", "subdivisionCode"]:
                country = self.country_with(self.subdivisions, draw)
                return {"countryCode": country, "subdivisionCode": draw.choice(self.subdivisions(country))}
            case ["regionCode"]:
                return {
                    "regionCode": draw.choice(self.rows(f"/country/{self._known['tenant']}/regions?pageSize=300"))[
                        "code"
                    ]
                }
            case [name]:
                return {name: draw.choice(self.words(name))}
        raise LookupError(parameters)

    def _put_into_query(self, query: Row, draw: Random, path: str) -> None:
        if "since" in query:
            # Data that was imported today was not there yesterday.
            query["since"] = draw.choice(["", f"{datetime.now(UTC):%FT%TZ}", self.rows("/api/changes")["next"]])
        if "codes" in query:
            query["codes"] = ",".join(draw.choices(self.words("code"), k=draw.randint(1, 5)))
        if path == "/v1/country/list":
            query["country"] = draw.choice([*self.countries(), *self.words("name")])
        if "refresh_token" in query:
            who = "&".join(f"{name}={self._known[name]}" for name in ("tenant", "client_id"))
            query["refresh_token"] = self.rows(f"/customerlogin/auth/anonymous/login?{who}")["refresh_token"]

    def _make_current(self, case: Any) -> None:
        answer = self._get(case.formatted_path)
        if "If-Match" in (case.headers or {}):
            case.headers["If-Match"] = answer.headers["ETag"]
        if "version" in (case.body.get("metadata") or {}):
            case.body["metadata"] = case.body["metadata"] | {"version": json.loads(answer.data)["metadata"]["version"]}

    def countries(self) -> list[str]:
        """Return the code of each country."""
        return [row["iso_alpha_2"] for row in self.rows("/api/data/countries")]

    def independent(self) -> list[str]:
        """Return the codes of those that are no part of another."""
        return [row["iso_alpha_2"] for row in self.rows("/api/data/countries") if not row["is_subdivision_of"]]

    def subdivisions(self, country: str) -> list[str]:
        """Return the codes of those that a form takes: with nothing below, and no country besides."""
        rows = self.rows(f"/api/countries/{country}/subdivisions")
        parents = {row["parent_id"] for row in rows}
        return [row["code"] for row in rows if row["id"] not in parents and not row["related_country_code"]]

    def country_with(self, part: Callable[[str], list[Any]], draw: Random) -> str:
        """Return the code of a country of which there is such a part."""
        countries = self.countries()
        draw.shuffle(countries)
        return next(filter(part, countries))

    def states(self, country: str) -> list[str]:
        """Return the codes of the states of a country in which there are cities."""
        states = self.rows(f"/csc/v1/countries/{country}/states")
        return [row["iso2"] for row in states if self.cities(country, row["iso2"])]

    def cities(self, country: str, state: str) -> list[str]:
        """Return the names of the cities of a state."""
        return [row["name"] for row in self.rows(f"/csc/v1/countries/{country}/states/{state}/cities")]

    def words(self, parameter: str) -> list[str]:
        """Return all that a path of REST Countries may be asked for."""
        return sorted({text for row in self.rows("/v3.1/all") for text in WORDS[parameter](row)})


def _as_it_is(there: Existing, body: Row, draw: Random) -> Row:
    return body


def _as_given(given: Any, values: list[str], draw: Random) -> Any:
    """Return one of the values, or as many as were given."""
    return draw.choices(values, k=len(given)) if isinstance(given, list) else draw.choice(values)


def _country(there: Existing, body: Row, draw: Random) -> Row:
    return body | {"code": _as_given(body["code"], there.independent(), draw)}


def _subdivision(there: Existing, body: Row, draw: Random) -> Row:
    if not body["code"]:
        # A country may go without where it has none.
        return body | {"country": draw.choice([code for code in there.countries() if not there.subdivisions(code)])}
    country = there.country_with(there.subdivisions, draw)
    return body | {"country": country, "code": _as_given(body["code"], there.subdivisions(country), draw)}


def _city(there: Existing, body: Row, draw: Random) -> Row:
    country = there.country_with(there.states, draw)
    state = draw.choice(there.states(country))
    place = {"country": country} | ({"subdivision": f"{country}-{state}"} if body.get("subdivision") else {})
    return body | place | {"city": _as_given(body["city"], there.cities(country, state), draw)}


def _names(there: Existing, body: Row, draw: Random) -> Row:
    return {tag: text and draw.choice(there.words("name")) for tag, text in body.items()}


BODIES: dict[str, Callable[[Existing, Row, Random], Row]] = {
    "/api/validate/country": _country,
    "/api/validate/subdivision": _subdivision,
    "/api/validate/city": _city,
    "/country/{tenant}/countries/{countryCode}/names": _names,
}

# A country may be without any of those that are got.
WORDS: dict[str, Callable[[Row], Iterable[str]]] = {
    "code": lambda row: [row["cca2"], row["cca3"], row["ccn3"]],
    "name": lambda row: [row["name"]["common"], row["name"]["official"]],
    "currency": lambda row: [t for code, of in row.get("currencies", {}).items() for t in (code, of["name"])],
    "demonym": lambda row: row.get("demonyms", {}).get("eng", {}).values(),
    "lang": lambda row: [text for pair in row.get("languages", {}).items() for text in pair],
    "capital": lambda row: row.get("capital", ()),
    "region": lambda row: [row["region"]],
    "subregion": lambda row: [row["subregion"]] if "subregion" in row else [],
    "translation": lambda row: [name["common"] for name in row["translations"].values()],
}
