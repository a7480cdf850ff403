"""The project: its settings, URLs and entry points."""

__version__ = "1.0.0"
# As `requires-python` in pyproject.toml, for who starts without an installation; see manage.py.
PYTHON = (3, 11)
