"""Languages are named in that of the page, and inputs of names are Django's but for how they are made."""

import pytest
from django.conf import settings
from django.contrib.admin.widgets import AdminTextInputWidget
from django.utils import translation
from pytest_django.asserts import assertHTMLEqual

from apps.back_office.inputs import PlainTextInput
from apps.geography.admin.language_names import language_name

pytestmark = pytest.mark.once
# In which there are names of a few cities and countries; Django has no word for them.
OTHERS = ["ach", "am", "tyv", "szl"]


@pytest.mark.parametrize("language", ["ar", "zh-hans"])
def test_no_language_of_the_data_has_an_english_name_on_a_page_of_another_script(language):
    with translation.override(language):
        names = {code: language_name(code) for code in [*dict(settings.LANGUAGES), *OTHERS]}
    assert {code: name for code, name in names.items() if all(map(str.isascii, filter(str.isalpha, name)))} == {}


def test_a_language_that_nobody_names_is_called_by_its_code():
    assert language_name("qqx") == "qqx"


@pytest.mark.parametrize("value", [None, "", "Łódź", "<\"&'>"])
def test_a_plain_input_is_the_element_that_django_makes(value):
    attrs = {"maxlength": 9, "required": True, "disabled": False, "dir": "auto", "lang": "pl"}
    plain, djangos = (
        each(attrs).render("name", value, {"id": "id_name"}) for each in (PlainTextInput, AdminTextInputWidget)
    )
    assertHTMLEqual(plain, djangos)
