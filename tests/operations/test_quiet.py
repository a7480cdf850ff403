"""With `-v 0` a command of ours says nothing but what it was asked for, and errors: cron sends the rest by mail."""

import pytest
from axes.models import AccessAttempt
from django.core.management import CommandError, call_command

from apps.api_keys.models import ApiKey
from apps.geography.search import index

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "command",
    [
        ("import_countries", "--dry-run"),
        ("create_tenant", "globex"),
        ("set_tenant", "acme", "--name", "Acme"),
        ("create_plan", "Small"),
        ("warm", "--tenant", "acme"),
        ("data_report", "--kind", "lost_capital"),
        ("migrate", "--check"),
        ("doctor",),
        ("check", "--database", "default"),
        ("axes_reset",),
        ("axes_reset_ip", "192.0.2.1"),
        ("axes_reset_ip_username", "192.0.2.1", "ann"),
        ("axes_reset_username", "ann"),
        ("axes_reset_logs",),
        ("axes_reset_failure_logs",),
        ("auditlogflush", "--yes"),
        ("clearcimdapplications",),
        ("cleartokens",),
        ("clearsessions",),
    ],
    ids=lambda command: command[0],
)
def test_nothing_is_said(tenant, capfd, command, tmp_path, settings):
    call_command(*command, "-v0")
    assert capfd.readouterr() == ("", "")


def test_what_lets_people_in_again_says_how_many(db, capfd):
    AccessAttempt.objects.create(username="ann", failures_since_start=5)
    call_command("axes_reset_username", "ann")
    assert capfd.readouterr().out == "1 attempts removed.\n"
    assert not AccessAttempt.objects.exists()


def test_search_is_rebuilt_in_silence(monkeypatch, capfd):
    monkeypatch.setattr(index, "rebuild", lambda *tell: 0)
    call_command("rebuild_search", verbosity=0)
    assert capfd.readouterr() == ("", "")
    call_command("rebuild_search")
    assert capfd.readouterr().out == "0 places can be found.\n"


def test_an_export_is_silent_and_one_to_standard_output_is_nothing_else(db, capfd, tmp_path):
    call_command("export_countries", tmp_path / "file", verbosity=0)
    assert capfd.readouterr() == ("", "")
    call_command("export_countries", "-")
    out, err = capfd.readouterr()
    assert out == (tmp_path / "file").read_text()
    assert err.startswith("5 regions, 250 countries, ")


def test_a_secret_is_alone(tenant, capfd):
    call_command("issue_api_key", "acme", verbosity=0)
    out, err = capfd.readouterr()
    assert (out.count("\n"), err) == (1, "")
    call_command("roll_api_key", ApiKey.objects.get().key_id, verbosity=0)
    assert capfd.readouterr().err == ""
    call_command("revoke_api_key", ApiKey.objects.first().key_id, verbosity=0)
    assert capfd.readouterr() == ("", "")


@pytest.mark.once
def test_an_app_that_there_is_not_is_named_in_one_line():
    with pytest.raises(CommandError, match=r"No installed app with label 'nowhere'\."):
        call_command("check", "nowhere")
