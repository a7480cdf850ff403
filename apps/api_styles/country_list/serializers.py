"""Our names to those of the country_list contract."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from apps.api.renderers import to_json
from apps.api_keys.oauth import IssuedToken

States = Iterable[tuple[str, Iterable[str]]]


def answer(countries: Iterable[tuple[str, str, States]]) -> bytes:
    """Return the body for (code, name, states) of each country, a state being (name, names of its cities).

    It is written state by state, so that the largest country is not held a second time as a tree of dictionaries.
    """
    body = BytesIO()
    body.write(b'{"data":{"countries":[')
    for position, (code, name, states) in enumerate(countries):
        body.write(b"," if position else b"")
        body.write(to_json({"code": code, "name": name})[:-1] + b',"states":[')
        for place, (state, cities) in enumerate(states):
            body.write(b"," if place else b"")
            body.write(to_json({"name": state, "cities": [{"name": city} for city in cities]}))
        body.write(b"]}")
    body.write(b'],"message":"OK"}}')
    return body.getvalue()


def token(issued: IssuedToken) -> dict[str, Any]:
    """Return the body of the token endpoint."""
    return {
        "data": {"access_token": issued.access_token, "token_type": "Bearer", "expires_in": issued.expires_in},
    }
