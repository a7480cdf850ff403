"""Import one generation of many rows, in a process that a test may kill: `python -m … GENERATION`."""

import sys

import django

django.setup()

from django.db.models import Q  # noqa: E402

from apps.geography.imports.run import run  # noqa: E402
from apps.geography.imports.tables import Dataset, Table  # noqa: E402
from apps.geography.models import Region  # noqa: E402

ROWS = 20_000
REGIONS = Table(Region, ("code", "name_en", "name_de"), scope=Q(code__startswith="X-"))

if __name__ == "__main__":
    generation = sys.argv[1]
    rows = [(f"X-{number}", generation, generation) for number in range(ROWS)]
    print("started", flush=True)
    run([Dataset(REGIONS, rows)], holder=f"generation {generation}")
