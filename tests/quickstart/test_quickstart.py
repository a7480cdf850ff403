"""`manage.py quickstart`: what it sets up, prints and refuses."""

import json
import shlex
import socket
import sys
from argparse import ArgumentTypeError
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import RequestFactory

from apps.api_keys import credentials
from apps.api_keys.models import ApiKey, OAuthClient
from apps.geography.models import Country, TenantCountry
from apps.quickstart import demo
from apps.quickstart.listening import Address
from apps.quickstart.management.commands.quickstart import Command
from apps.tenants.models import Tenant

pytestmark = pytest.mark.once

FIELDS = (
    "base_url tenant workspace_id x_version private_key public_key client_id client_secret "
    "admin_url admin_username admin_password"
).split()


@pytest.fixture
def allowed(settings: Any) -> None:
    settings.QUICKSTART_ALLOWED = True


@pytest.fixture
def run(db: None, allowed: None) -> Any:
    def run(*arguments: str) -> str:
        output = StringIO()
        call_command("quickstart", "--no-serve", *arguments, stdout=output, stderr=StringIO())
        return output.getvalue()

    return run


@pytest.fixture
def fresh(db: None) -> demo.Demo:
    return demo.renew("http://127.0.0.1:8000")


def test_json_is_one_object_and_nothing_else(run):
    printed = json.loads(run("--json", "--cities", "none"))
    assert list(printed) == FIELDS
    assert printed["base_url"] == "http://127.0.0.1:8000"
    assert printed["admin_url"] == "http://127.0.0.1:8000/admin/"


def test_text_has_every_credential_and_every_call(run):
    text = run("--cities", "none")
    tenant = Tenant.objects.get(code="demo")
    assert tenant.workspace_id in text
    for path in (
        "/web/v1/system/constants/countries", "/api/data/countries'", "/api/data/countries/US/subdivisions",
        "/v1/country/list", "/v1/auth/token", "/country/demo/countries?", "/country/demo/countries/PL", "/oauth/token",
    ):  # fmt: skip
        assert f"curl '{path}" not in text
        assert f"http://127.0.0.1:8000{path}" in text


def test_the_demo_needs_x_version_until_it_is_told_otherwise_and_says_so(run, monkeypatch):
    # What is there already is not compared again each time.
    monkeypatch.setattr(Command, "_import", lambda self, name, **options: None)
    assert json.loads(run("--json", "--cities", "none"))["x_version"] == "required"
    assert "quickstart --x-version optional" in run("--cities", "none")
    run("--cities", "none", "--x-version", "optional")
    assert not Tenant.objects.get(code="demo").requires_x_version
    # Who runs it again and says nothing keeps it so.
    assert json.loads(run("--json", "--cities", "none"))["x_version"] == "optional"
    run("--cities", "none", "--x-version", "required")
    assert Tenant.objects.get(code="demo").requires_x_version


def test_pages_of_this_machine_may_call_with_either_kind_of_credential(fresh):
    assert Tenant.objects.get(code="demo").origins == ["http://localhost:*", "http://127.0.0.1:*"]


def test_a_demo_of_an_earlier_version_gets_the_origins_and_chosen_ones_stay(db):
    demo.renew("http://127.0.0.1:8000")
    Tenant.objects.filter(code="demo").update(origins=[])
    demo.renew("http://127.0.0.1:8000")
    assert Tenant.objects.get(code="demo").origins
    Tenant.objects.filter(code="demo").update(origins=["https://shop.example"])
    demo.renew("http://127.0.0.1:8000")
    assert Tenant.objects.get(code="demo").origins == ["https://shop.example"]


def test_demo_tenant_has_everything(fresh):
    tenant = Tenant.objects.select_related("plan").get(code="demo")
    assert tenant.languages == ["en", "de", "fr", "es", "it", "pl", "ja", "ar", "zh-hans"]
    assert tenant.default_language == "en"
    assert tenant.plan.subdivision_access
    assert tenant.plan.extended_translations
    assert (tenant.plan.requests_per_minute, tenant.plan.monthly_quota) == (None, None)
    assert Country.objects.active_for(tenant).count() == Country.objects.current().count()


def test_credentials_open_what_they_say(fresh):
    assert credentials.authenticate(fresh.private_key).tenant.code == "demo"
    assert credentials.authenticate(fresh.public_key).is_public
    assert OAuthClient.objects.usable().get(client_id=fresh.client_id).accepts(fresh.client_secret)
    user = authenticate(RequestFactory().get("/"), username=fresh.admin_username, password=fresh.admin_password)
    assert user is not None
    assert user.is_staff


@pytest.mark.both
def test_second_run_revokes_the_first_ones_credentials_and_no_others(fresh):
    tenant = Tenant.objects.get(code="demo")
    own = ApiKey.objects.issue(tenant, "sk", label="mine")[1]
    demo.renew("http://127.0.0.1:8000")
    for secret in (fresh.private_key, fresh.public_key):
        with pytest.raises(credentials.InvalidCredential):
            credentials.authenticate(secret)
    assert not OAuthClient.objects.usable().filter(client_id=fresh.client_id).exists()
    assert authenticate(RequestFactory().get("/"), username="demo", password=fresh.admin_password) is None
    assert credentials.authenticate(own).tenant == tenant


def test_second_run_keeps_what_the_tenant_switched(fresh):
    TenantCountry.objects.filter(tenant__code="demo", country="PL").switch(active=False)
    demo.renew("http://127.0.0.1:8000")
    assert not TenantCountry.objects.get(tenant__code="demo", country="PL").active


def test_calls_are_words_of_a_posix_shell(fresh):
    lines = [shlex.split(line) for _, line in demo.calls(fresh)]
    assert len(lines) >= 9
    assert all(words[0] == "curl" for words in lines)
    assert not any("$" in word for words in lines for word in words)
    assert [words[words.index("-d") + 1] for words in lines if "PATCH" in words] == ['{"active": false}']


def test_no_secret_is_in_the_representation_of_a_demo(fresh):
    for secret in (fresh.private_key, fresh.public_key, fresh.client_secret, fresh.admin_password):
        assert secret not in repr(fresh)


def test_production_settings_are_refused(db):
    with pytest.raises(CommandError, match="development settings only"):
        call_command("quickstart", "--no-serve")
    assert not Tenant.objects.filter(code="demo").exists()


def test_port_in_use_is_named_with_a_remedy_before_anything_is_made(db, allowed):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(
            CommandError, match=rf"Port {port} on 127\.0\.0\.1 is in use.*--bind 127\.0\.0\.1:{port + 1}"
        ):
            call_command("quickstart", "--bind", f"127.0.0.1:{port}")
    assert not Tenant.objects.filter(code="demo").exists()


@pytest.mark.parametrize(
    ("text", "base_url"),
    [
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("0.0.0.0:80", "http://127.0.0.1:80"),
        ("[::]:8000", "http://[::1]:8000"),
        ("gazetteer.example:8000", "http://gazetteer.example:8000"),
    ],
)
def test_base_url_is_where_a_client_on_this_machine_finds_it(text, base_url):
    assert Address.parse(text).base_url == base_url


@pytest.mark.parametrize(
    "text", ["", "8000", ":8000", "localhost", "localhost:", "localhost:x", "::1:8000", "a:0", "a:65536", "a:-1"]
)
def test_other_addresses_are_refused(text):
    with pytest.raises(ArgumentTypeError):
        Address.parse(text)


def test_host_header_names_follow_the_address():
    assert Address.parse("192.0.2.7:8000").names() == ["192.0.2.7"]
    assert Address.parse("[2001:db8::1]:8000").names() == ["[2001:db8::1]"]
    assert socket.gethostname() in Address.parse("0.0.0.0:8000").names()


def test_without_a_server_no_credentials_are_replaced(db, allowed, monkeypatch):
    monkeypatch.setitem(sys.modules, "granian", None)
    monkeypatch.setattr(Command, "_fill", None)
    with pytest.raises(ModuleNotFoundError):
        call_command("quickstart")
    assert not ApiKey.objects.exists()
