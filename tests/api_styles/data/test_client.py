"""The published Python client against a running server; it is proprietary, so it is a check in development only."""

from typing import Any

import pytest

from tests.serving import Server

REASON = "needs the published client: pip install countriesdb-validator"
validator = pytest.importorskip("validator", reason=REASON)
if not hasattr(validator, "CountriesDBValidator"):
    pytest.skip(REASON, allow_module_level=True)


@pytest.fixture
def client(server: Server) -> Any:
    return validator.CountriesDBValidator({"api_key": server.demo["private_key"], "backend_url": server.url})


def invalid(message):
    return {"valid": False, "message": message}


def test_single_codes(client):
    assert client.validate_country("us") == {"valid": True}
    assert client.validate_country("ZZ") == invalid("Invalid country code.")
    assert client.validate_subdivision("US-CA", "us") == {"valid": True}
    assert client.validate_subdivision("US-ZZ", "US") == invalid("Invalid subdivision code.")
    assert client.validate_subdivision(None, "US") == invalid("Subdivision code is required.")
    assert client.validate_subdivision("", "AQ") == {"valid": True}


def test_several_codes(client):
    assert client.validate_countries(["US", "BAD", "ca"]) == [
        {"code": "US", "valid": True},
        {"code": "BAD", "valid": False, "message": "Invalid country code."},
        {"code": "CA", "valid": True},
    ]
    assert client.validate_subdivisions(["US-CA", None, "US-ZZ"], "US") == [
        {"code": "US-CA", "valid": True},
        {"code": "", "valid": False, "message": "Subdivision code is required."},
        {"code": "US-ZZ", "valid": False, "message": "Invalid subdivision code."},
    ]
    assert client.validate_subdivisions(["US-CA"], "USA") == [
        {"code": "US-CA", "valid": False, "message": "Invalid country code."}
    ]
    assert client.validate_countries([]) == []


def test_options(client):
    upward = "Country is a subdivision of another country."
    assert client.validate_country("PR", follow_upward=True) == invalid(upward)
    assert client.validate_country("PR") == {"valid": True}
    assert client.validate_country("SJ", follow_upward=True) == {"valid": True}
    related = "Subdivision redirects to another country."
    assert client.validate_subdivision("US-PR", "US", follow_related=True) == invalid(related)
    assert client.validate_subdivision("US-PR", "US") == {"valid": True}
    parent = "Parent subdivision cannot be selected."
    assert client.validate_subdivision("FR-ARA", "FR") == invalid(parent)
    assert client.validate_subdivision("FR-ARA", "FR", allow_parent=True) == {"valid": True}
    assert client.validate_subdivisions(["FR-ARA"], "FR", allow_parent=True) == [{"code": "FR-ARA", "valid": True}]


def test_a_bad_key(server):
    stranger = validator.CountriesDBValidator({"api_key": "nonsense", "backend_url": server.url})
    answer = stranger.validate_country("US")
    assert answer["valid"] is False
    assert not answer["message"].startswith("HTTP Error")
    with pytest.raises(ValueError, match=r".+"):
        stranger.validate_countries(["US"])


def test_an_unknown_country(client):
    assert client.validate_subdivision("ZZ-1", "ZZ") == invalid("Invalid country code.")
