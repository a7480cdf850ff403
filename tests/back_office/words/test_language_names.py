"""Languages are named in that of the page, and inputs of names are Django's but for how they are made."""

import pytest
from django.conf import settings
from django.contrib.admin.widgets import AdminTextInputWidget
from django.utils import translation
from pytest_django.asserts import assertHTMLEqual

from apps.back_office.forms.inputs import PlainTextInput
from apps.back_office.words.language_names import language_name

pytestmark = pytest.mark.once
# In which there are names of a few cities and countries; Django has no word for them.
OTHERS = ["ach", "am", "tyv", "szl", "am-Latn", "zh-Hant-HK"]


@pytest.mark.parametrize("language", ["ar", "zh-hans"])
def test_no_language_of_the_data_has_an_english_name_on_a_page_of_another_script(language):
    with translation.override(language):
        names = {code: language_name(code) for code in [*dict(settings.LANGUAGES), *OTHERS]}
    assert {code: name for code, name in names.items() if all(map(str.isascii, filter(str.isalpha, name)))} == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["tenants/tenant/add/", "auth/user/{user}/change/", "geography/tenantcountryname/add/"]
)
def test_boxes_of_languages_are_in_the_language_and_the_order_of_the_page(admin_client, admin_user, path):
    page = admin_client.get(
        f"/admin/{path.format(user=admin_user.pk)}", headers={"Accept-Language": "de"}
    ).content.decode()
    assert "Languages" not in page
    assert "Bulgarian" not in page
    assert 0 < page.index("Arabisch") < page.index("Bulgarisch") < page.index("Dänisch") < page.index("Estnisch")


def test_a_language_that_nobody_names_is_called_by_its_code():
    assert language_name("qqx") == "qqx"


@pytest.mark.parametrize("value", [None, "", "Łódź", "<\"&'>"])
def test_a_plain_input_is_the_element_that_django_makes(value):
    attrs = {"maxlength": 9, "required": True, "disabled": False, "dir": "auto", "lang": "pl"}
    plain, djangos = (
        each(attrs).render("name", value, {"id": "id_name"}) for each in (PlainTextInput, AdminTextInputWidget)
    )
    assertHTMLEqual(plain, djangos)
