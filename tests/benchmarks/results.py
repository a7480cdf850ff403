"""Measurements in rounds, and the table that they make."""

import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

Measure = Callable[[], float]
Figures = Sequence[float]


def in_rounds(contenders: Mapping[str, Measure], rounds: int) -> dict[str, list[float]]:
    """Let each contender be measured once a round, in turned order every other round."""
    figures: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds):
        order = list(contenders)
        for name in order if number % 2 == 0 else reversed(order):
            figures[name].append(contenders[name]())
    return figures


@dataclass(frozen=True)
class Row:
    """One line of the table. `least`: what the ratio must be, None where nothing is asked for."""

    what: str
    database: str
    ours: str
    theirs: str
    ratio: str
    least: str = ""
    passed: bool | None = None

    def cells(self) -> list[str]:
        """Return the line, cell by cell."""
        verdict = {True: "yes", False: "**no**", None: ""}[self.passed]
        return [self.what, self.database, self.ours, self.theirs, self.ratio, self.least, verdict]


HEADINGS = ["What", "Database", "Ours", "Theirs", "Ratio (lowest–highest)", "Asked for", "Reached"]


def rates(what: str, database: str, ours: Figures, theirs: Figures, least: float | None) -> Row:
    """Compare requests a second: how many times theirs ours are."""
    return _compared(what, database, ours, theirs, [a / b for a, b in zip(ours, theirs, strict=True)], least, _rate)


def times(what: str, database: str, ours: Figures, theirs: Figures, least: float | None) -> Row:
    """Compare seconds: how many times ours theirs are."""
    return _compared(what, database, ours, theirs, [b / a for a, b in zip(ours, theirs, strict=True)], least, _time)


def at_most(what: str, database: str, larger: str, smaller: str, ratios: Figures, most: float) -> Row:
    """Show a ratio that must not be larger than `most`."""
    return Row(what, database, larger, smaller, spread(ratios), f"≤ {most:g}", median(ratios) <= most)


def alone(what: str, database: str, ours: str) -> Row:
    """Show a figure that is compared with nothing."""
    return Row(what, database, ours, "", "")


def spread(figures: Figures) -> str:
    """Return the median, and the lowest and highest behind it."""
    low, middle, high = (f"{figure:.3g}" for figure in (min(figures), median(figures), max(figures)))
    return f"{middle} ({low}–{high})"


def machine() -> str:
    """Return what the figures were measured on, and when."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in open("/proc/cpuinfo", encoding="utf-8")  # noqa: PTH123, SIM115
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, {time.strftime('%F')}"


def markdown(rows: Sequence[Row]) -> str:
    """Return the rows as a table of Markdown."""
    lines = [HEADINGS, ["---"] * len(HEADINGS), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def plain(row: Row) -> str:
    """Return a row as a line of text, to be printed when it is there."""
    what, database, ours, theirs, ratio, least, verdict = row.cells()
    told = f"{ours} : {theirs} = {ratio}" if theirs else ours
    asked = f"  [asked for {least}: {verdict.strip('*')}]" if least else ""
    return f"{database:<11}{what}: {told}{asked}"


def _compared(
    what: str,
    database: str,
    ours: Figures,
    theirs: Figures,
    ratios: Figures,
    least: float | None,
    unit: Callable[[float], str],
) -> Row:
    passed = None if least is None else median(ratios) >= least
    asked = "" if least is None else f"≥ {least:g}"
    return Row(what, database, unit(median(ours)), unit(median(theirs)), spread(ratios), asked, passed)


def _rate(figure: float) -> str:
    return f"{figure:,.0f}/s" if figure >= 100 else f"{figure:.3g}/s"


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms"
