"""Inputs of pages that have a hundred of them."""

from typing import Any

from django.contrib.admin.widgets import AdminTextInputWidget
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString


class PlainTextInput(AdminTextInputWidget):
    """Django's input of a text, without the three templates that each one takes."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the same element."""
        widget = self.get_context(name, value, attrs)["widget"]
        text = {} if widget["value"] is None else {"value": widget["value"]}
        return format_html("<input{}>", flatatt({"type": self.input_type, "name": name, **text, **widget["attrs"]}))
