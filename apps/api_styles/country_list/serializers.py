"""Our names to those of the country_list contract."""

from collections.abc import Iterable
from io import BytesIO
from typing import TypedDict

import orjson

from apps.api_keys.oauth import IssuedToken


class Country(TypedDict):
    """A country, before its states."""

    code: str
    name: str


class Named(TypedDict):
    """A city, or a state before its cities."""

    name: str


class Token(TypedDict):
    """An access token."""

    access_token: str
    token_type: str
    expires_in: int


class TokenAnswer(TypedDict):
    """The body of the token endpoint."""

    data: Token


States = Iterable[tuple[str, Iterable[str]]]


def answer(countries: Iterable[tuple[str, str, States]], message: str) -> bytes:
    """Return the body for (code, name, states) of each country, a state being (name, names of its cities).

    It is written state by state, so that the largest country is not held a second time as a tree of dictionaries.
    """
    body = BytesIO()
    body.write(b'{"data":{"countries":[')
    for position, (code, name, states) in enumerate(countries):
        body.write(b"," if position else b"")
        body.write(orjson.dumps(Country(code=code, name=name))[:-1] + b',"states":[')
        for place, (state, cities) in enumerate(states):
            body.write(b"," if place else b"")
            body.write(orjson.dumps({**Named(name=state), "cities": [Named(name=city) for city in cities]}))
        body.write(b"]}")
    body.write(b'],"message":' + orjson.dumps(message) + b"}}")
    return body.getvalue()


def token(issued: IssuedToken) -> TokenAnswer:
    """Return the body of the token endpoint."""
    return {
        "data": {"access_token": issued.access_token, "token_type": "Bearer", "expires_in": issued.expires_in},
    }
