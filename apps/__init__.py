"""What Gazetteer is made of, and what its commands are called where it runs."""

from pathlib import Path

# A checkout has the file, an installed wheel the script; `VAR_DIR` of the settings tells them apart in the same way.
PROGRAM = "manage.py" if (Path(__file__).resolve().parents[1] / "pyproject.toml").exists() else "gazetteer"
