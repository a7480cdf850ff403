"""The record of imports, and those that staff start."""

from apps.imports.models.jobs import ImportJob
from apps.imports.models.runs import ImportRun

__all__ = ["ImportJob", "ImportRun"]
