"""Back office for imports."""

from apps.imports.admin import jobs, runs

__all__ = ["jobs", "runs"]
