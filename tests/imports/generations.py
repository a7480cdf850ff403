"""Import one generation of many rows, in a process that a test may kill: `python -m … GENERATION [countries]`."""

import sys

import django

django.setup()

from django.db.models import Q  # noqa: E402

from apps.geography.models import Country, Region  # noqa: E402
from apps.imports.run import run  # noqa: E402
from apps.imports.tables import Dataset, Table  # noqa: E402

ROWS = 5_000
REGIONS = Table(Region, ("code", "name_en", "name_de"), scope=Q(code__startswith="X-"))
COUNTRIES = Table(Country, ("code", "name_en"), scope=Q(withdrawn_on=None))

if __name__ == "__main__":
    generation = sys.argv[1]
    if "countries" in sys.argv:
        codes = Country.objects.current().values_list("code", flat=True)
        dataset = Dataset(COUNTRIES, [(code, f"{generation} {code}") for code in codes])
    else:
        dataset = Dataset(REGIONS, [(f"X-{number}", generation, generation) for number in range(ROWS)])
    print("started", flush=True)
    run([dataset], holder=f"generation {generation}")
