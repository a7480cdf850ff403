"""Back office for geographic data and for what each tenant shows of it."""

from apps.geography.admin import activation, cities, countries, subdivisions, suspicions

__all__ = ["activation", "cities", "countries", "subdivisions", "suspicions"]
