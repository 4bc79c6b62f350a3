"""The table of all figures, printed line by line as they are measured."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from types import ModuleType

from bench.figures import Figure, NotMeasured, Scale

WIDTH = 75  # characters, of what a figure is
HEAD = f"{'':{WIDTH}}{'value':>8} {'':10}{'limit':>8}"


def figures_of(module: ModuleType, scale: Scale) -> Iterator[Figure]:
    """A figure for each of the module's ``LIMITS``: where it breaks off, those that are still missing say why."""
    left = dict(module.LIMITS)
    try:
        for figure in module.figures(scale):
            del left[figure.what]
            yield figure
    except NotMeasured as reason:
        yield from (Figure(what, "", None, limit, missing=str(reason)) for what, limit in left.items())
    except Exception as error:
        errors = Counter([f"{type(error).__name__}: {error}"])
        yield from (Figure(what, "", None, limit, errors=errors) for what, limit in left.items())


def show(modules: Iterable[ModuleType], scale: Scale) -> int:
    """Returns the status of the process: 1 if a limit was exceeded or anything went wrong."""
    begin, shown = time.monotonic(), []
    print(f"{scale}\n{HEAD}", flush=True)
    for module in modules:
        for figure in figures_of(module, scale):
            print(line_of(figure), flush=True)
            shown.append(figure)
    failed = sum(figure.fails for figure in shown)
    print(f"{len(shown)} figures, of which {failed} fail; {time.monotonic() - begin:.0f} s")
    return 1 if failed else 0


def line_of(figure: Figure) -> str:
    value = "" if figure.value is None else said(figure.value)
    parts = "".join(f"; {part.what} {said(part.value)} {part.unit}" for part in figure.parts)
    return f"{figure.what:{WIDTH}}{value:>8} {figure.unit:10}{said(figure.limit):>8}  {verdict_of(figure)}{parts}"


def verdict_of(figure: Figure) -> str:
    if figure.missing:
        return f"not measured: {figure.missing}"
    if figure.errors:
        ((text, times),) = figure.errors.most_common(1)
        return f"{figure.errors.total()} went wrong, {times} times {text}"
    return "exceeded" if figure.fails else "kept"


def said(number: float) -> str:
    """Two digits behind the point where they count."""
    return f"{number:,.2f}" if abs(number) < 100 and number != int(number) else f"{number:,.0f}"
