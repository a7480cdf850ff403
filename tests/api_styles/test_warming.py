from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.api.answers import shelf as shelves
from apps.api.answers.shelf import Shelf
from apps.api.answers.store import store
from apps.api.management.commands import warm as command
from apps.api.views import StyleView
from apps.geography.models import Country, TenantCountry
from tests.api_styles.conftest import STYLES
from tests.factories import TenantFactory

pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.counted]


@pytest.fixture
def shelf(tmp_path, monkeypatch) -> Shelf:
    """A shelf of the test's own, for the command and the server."""
    own = Shelf(tmp_path / "warm")
    monkeypatch.setattr(command, "shelf", own)
    monkeypatch.setattr(store, "shelf", own)
    return own


def warm(*arguments: str) -> str:
    output = StringIO()
    call_command("warm", *arguments, stdout=output)
    return output.getvalue()


def files(shelf: Shelf) -> set:
    return set(shelf.folder.glob("*"))


def build_nothing(monkeypatch) -> None:
    def fail(*arguments):
        raise AssertionError("was built")

    monkeypatch.setattr(StyleView, "build", fail)


def test_the_list_of_no_style_is_built_again(shelf, ask, monkeypatch):
    warm()
    store.clear()
    build_nothing(monkeypatch)
    styles = [style for style in STYLES if style.name not in {"country_list", "search"}]
    listed = {style.name: len(style.codes(ask(style, Accept_Language="de").json())) for style in styles}
    assert listed == dict.fromkeys([style.name for style in styles], 250)


def test_each_country_is_prepared_on_demand(shelf, tenant, ask, monkeypatch):
    TenantCountry.objects.filter(tenant=tenant).exclude(country__in=["PL", "US"]).switch(False)
    warm("--each-country", "--tenant", "acme")
    store.clear()
    build_nothing(monkeypatch)
    country_list = next(style for style in STYLES if style.name == "country_list")
    assert country_list.codes(ask(country_list, Accept_Language="pl").json()) == ["PL"]


@pytest.mark.both
def test_an_edit_is_seen_though_an_answer_was_prepared(shelf, ask):
    warm()
    store.clear()
    Country.objects.filter(code="PL").update(name_en="Polonia")
    assert '"Polonia"' in ask(STYLES[0]).content.decode()


def test_what_is_current_is_left_as_it_is(shelf):
    warm()
    before = {file: file.stat().st_mtime_ns for file in files(shelf)}
    assert "0 old ones removed" in warm()
    assert {file: file.stat().st_mtime_ns for file in files(shelf)} == before


def test_what_nobody_asks_for_any_more_is_removed(shelf, tenant):
    warm()
    before = len(files(shelf))
    tenant.languages = ["en"]
    tenant.save()
    assert "removed" in warm()
    assert len(files(shelf)) < before


def test_one_tenant_is_prepared_without_touching_what_others_have(shelf, tenant):
    other = TenantFactory()
    warm("--tenant", other.code)
    before = files(shelf)
    warm("--tenant", tenant.code)
    assert before < files(shelf)


def test_an_unknown_tenant_is_named(shelf):
    with pytest.raises(CommandError, match="no enabled tenant nobody"):
        warm("--tenant", "nobody")


def test_the_servers_shelf_is_the_commands():
    assert store.shelf is shelves.shelf
