"""A form field for a list of words."""

import re
from typing import Any

from django import forms

SEPARATORS = re.compile(r"[\s,]+")


class WordsField(forms.CharField):
    """Codes, origins, networks: one to a line; spaces and commas part them too. Stands for a JSON list of strings."""

    def __init__(self, *, encoder: Any = None, decoder: Any = None, **kwargs: Any) -> None:
        """Take what JSONField gives to its form field; drop the hidden copy that it sends of a computed default."""
        kwargs["show_hidden_initial"] = False
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3, "cols": 40, "spellcheck": "false"}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return the list as the text of the widget."""
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Return the text as a list."""
        return value if isinstance(value, list) else [word for word in SEPARATORS.split(value or "") if word]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare lists, not their spelling."""
        return bool(self.to_python(data) != (initial or []))


class LinesField(WordsField):
    """Texts of several words, one to a line. Stands for a JSON list of strings."""

    def to_python(self, value: Any) -> Any:
        """Return the lines as a list."""
        if isinstance(value, list):
            return value
        return [line.strip() for line in (value or "").splitlines() if line.strip()]
