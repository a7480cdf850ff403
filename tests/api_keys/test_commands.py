"""Credentials from the shell."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.api_keys.credentials import InvalidCredential, authenticate
from apps.api_keys.models import ApiKey, OAuthClient
from apps.api_keys.oauth import InvalidClient, issue_token
from apps.api_keys.scopes import COUNTRY_READ
from apps.revisions import lease
from apps.tenants.models import Tenant


def run(capsys, *arguments) -> str:
    call_command(*arguments)
    return capsys.readouterr().out.strip()


def test_a_key_is_issued_with_its_secret_alone_on_stdout(tenant, capsys):
    network = ("--network", "192.0.2.0/24")
    secret = run(capsys, "issue_api_key", "acme", "--label", "shop", "--scope", COUNTRY_READ, "--days", "1", *network)
    caller = authenticate(secret)
    assert (caller.tenant, caller.kind, caller.scopes) == (tenant, "sk", {COUNTRY_READ})
    assert caller.may_come_from("192.0.2.7")
    assert not caller.may_come_from("198.51.100.7")
    with pytest.raises(InvalidCredential):
        authenticate(secret, timezone.now() + timedelta(days=1, seconds=1))


def test_a_client_is_issued(tenant, capsys):
    secret = run(capsys, "issue_api_key", "acme", "--kind", "client", "--label", "shop")
    assert issue_token(OAuthClient.objects.get(name="shop").client_id, secret)


@pytest.mark.parametrize(
    "arguments",
    [
        ["issue_api_key", "nobody"],
        ["issue_api_key", "acme", "--scope", "everything"],
        ["issue_api_key", "acme", "--network", "here"],
        ["issue_api_key", "acme", "--kind", "public", "--origin", "https://shop.example/path"],
        ["issue_api_key", "acme", "--kind", "client", "--days", "1"],
        ["issue_api_key", "acme", "--days", "-1"],
        ["issue_api_key", "acme", "--days", "0"],
        ["issue_api_key", "acme", "--days", "99999999999"],
        ["issue_api_key", "acme", "--days", "nan"],
        ["roll_api_key", "nothing"],
        ["roll_api_key", "nothing", "--overlap-hours", "-1"],
        ["revoke_api_key", "nothing"],
    ],
    ids=" ".join,
)
def test_a_wrong_argument_fails_and_stores_nothing(tenant, arguments, capsys):
    with pytest.raises(CommandError):
        call_command(*arguments)
    assert not ApiKey.objects.exists()
    assert not OAuthClient.objects.exists()
    assert "gaz_" not in capsys.readouterr().out


def test_a_rolled_key_works_beside_the_new_one_until_the_overlap_ends(tenant, secret, capsys):
    old = ApiKey.objects.get()
    new = run(capsys, "roll_api_key", old.key_id, "--overlap-hours", "24")
    assert authenticate(secret).credential_id == old.key_id
    later = timezone.now() + timedelta(hours=25)
    assert authenticate(new, later)
    with pytest.raises(InvalidCredential):
        authenticate(secret, later)


def test_a_roll_never_lengthens_a_key(tenant, secret):
    soon = timezone.now() + timedelta(hours=1)
    ApiKey.objects.update(expires_at=soon)
    call_command("roll_api_key", ApiKey.objects.get().key_id, stdout=StringIO(), stderr=StringIO())
    assert list(ApiKey.objects.values_list("expires_at", flat=True)) == [soon, soon]


def test_a_revoked_key_cannot_be_rolled(tenant, secret):
    ApiKey.objects.revoke()
    with pytest.raises(CommandError):
        call_command("roll_api_key", ApiKey.objects.get().key_id)


def test_a_key_that_has_expired_is_not_rolled_into_one_that_never_works(tenant, secret):
    ApiKey.objects.update(expires_at=timezone.now())
    with pytest.raises(CommandError, match="has expired; issue another one"):
        call_command("roll_api_key", ApiKey.objects.get().key_id)
    assert ApiKey.objects.count() == 1


def test_a_key_and_a_client_are_revoked(tenant, secret, capsys):
    client, client_secret = OAuthClient.objects.issue(tenant, "shop")
    authenticate(secret)
    run(capsys, "revoke_api_key", ApiKey.objects.get().key_id, client.client_id)
    with pytest.raises(InvalidCredential):
        authenticate(secret)
    with pytest.raises(InvalidClient):
        issue_token(client.client_id, client_secret)


def test_a_revocation_is_done_when_it_is_true_in_every_process(tenant, secret, capsys, monkeypatch):
    waits: list[None] = []
    monkeypatch.setattr(lease, "wait", lambda: waits.append(None))
    run(capsys, "revoke_api_key", ApiKey.objects.get().key_id)
    assert len(waits) == 1


def test_the_list_shows_ids_and_no_secret(tenant, secret, capsys):
    client, _ = OAuthClient.objects.issue(tenant, "shop")
    lines = run(capsys, "list_api_keys", "--tenant", "acme").splitlines()
    assert [line.split("\t")[0] for line in lines] == [ApiKey.objects.get().key_id, client.client_id]
    assert "gaz_" not in "".join(lines)


def test_the_list_names_what_is_still_under_the_old_pepper(tenant, secret, settings, capsys):
    old = OAuthClient.objects.issue(tenant, "old")[0]
    settings.API_KEY_PEPPERS = {**settings.API_KEY_PEPPERS, 2: "the next pepper"}
    assert authenticate(secret)
    fresh = ApiKey.objects.issue(tenant, "sk")[1]
    OAuthClient.objects.issue(tenant, "new")
    lines = run(capsys, "list_api_keys", "--old-pepper").splitlines()
    assert [line.split("\t")[0] for line in lines] == [authenticate(secret).credential_id, old.client_id]
    settings.API_KEY_PEPPERS = {2: "the next pepper"}
    # Settings change with a restart, which forgets; so does a write.
    ApiKey.objects.issue(tenant, "sk")
    assert authenticate(fresh)
    with pytest.raises(InvalidCredential):
        authenticate(secret)


def test_tenants_remain_apart_in_the_list(tenant, secret, capsys):
    Tenant.objects.create(code="globex", name="Globex", plan=tenant.plan)
    assert run(capsys, "list_api_keys", "--tenant", "globex") == ""


def test_a_tenant_that_is_not_there_is_not_taken_for_one_without_keys(tenant):
    with pytest.raises(CommandError, match="There is no tenant nobody"):
        call_command("list_api_keys", "--tenant", "nobody")


def test_a_label_makes_no_line_and_no_column(tenant, capsys):
    run(capsys, "issue_api_key", "acme", "--label", "a\nforged\tb\x1b[2J")
    (line,) = run(capsys, "list_api_keys").splitlines()
    assert line.endswith("\ta forged b [2J")
