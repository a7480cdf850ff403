"""Whatever is sent, a reader returns what it promises or refuses."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from apps.api.errors import Refusal
from apps.api_styles.tenant_countries import lists
from apps.api_styles.tenant_countries.collections import FIELDS
from apps.api_styles.tenant_countries.languages import languages_for
from apps.api_styles.tenant_countries.views import names as own_names
from apps.api_styles.tenant_countries.views import switches
from apps.geography.names.languages import LANGUAGES
from apps.tenants.models import Tenant

TENANT = Tenant(languages=["en", "de"], default_language="de")
LANGUAGES_OF_REQUEST = languages_for(TENANT, "pl", without_header="en")

parts = st.one_of(st.sampled_from([*FIELDS, ":desc", ".", ",", ":", ".de", " ", ".zh-TW"]), st.text(max_size=5))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["active", "metadata", "version", "code", "de", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(st.lists(parts, max_size=8).map("".join))
def test_a_sort_order_has_known_fields_and_held_languages(text: str) -> None:
    with suppress(Refusal):
        order = lists.keys(text, FIELDS, LANGUAGES_OF_REQUEST)
        assert order
        assert {key.field for key in order} <= set(FIELDS)
        assert set(lists.languages_of(order)) <= LANGUAGES


@given(st.one_of(st.none(), st.text(max_size=40), st.text(alphabet="*;q=0.,-endxx ", max_size=30)))
def test_every_header_chooses_languages_that_we_hold(header: str | None) -> None:
    languages = languages_for(TENANT, header, without_header="en")
    assert set(languages.needed()) <= LANGUAGES


@given(json_values)
def test_a_change_is_strict(body: object) -> None:
    with suppress(Refusal):
        change = switches.wish_in(body)
        assert change.active in {None, True, False}
        assert change.version is None or type(change.version) is int
        assert isinstance(body, dict)
        assert set(body) <= {"active", "metadata"}


@given(json_values)
def test_names_are_strict(body: object) -> None:
    with suppress(Refusal):
        names = own_names.names_in(body)
        assert names
        assert set(names) <= LANGUAGES
        assert all(name is None or name.strip() for name in names.values())


@given(st.text(max_size=30) | st.integers(0, 10**20).map(lambda version: f'"{version}-0a"'))
def test_a_condition_names_versions(header: str) -> None:
    versions = switches.expected_versions(header)
    assert versions is None or all(version > 0 for version in versions)
