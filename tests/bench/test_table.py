"""What the table of ``python -m bench`` says of a figure, and with which status the process ends."""

from collections import Counter
from types import SimpleNamespace

import pytest

from bench.figures import QUICK, Figure, NotMeasured, Part
from bench.table import line_of, show

LIMIT = 1.5


def figure(value=None, what="a page", **more):
    return Figure(what, "times", value, LIMIT, **more)


def module(figures, *names):
    return SimpleNamespace(LIMITS=dict.fromkeys(names or ("a page",), LIMIT), figures=figures)


@pytest.mark.parametrize(
    ("measured", "verdict", "status"),
    [
        (figure(1.2), "kept", 0),
        (figure(LIMIT), "kept", 0),
        (figure(1.51), "exceeded", 1),
        (figure(missing="node is missing"), "not measured: node is missing", 0),
        (figure(1.2, errors=Counter({"404": 2, "500": 1})), "3 went wrong, 2 times 404", 1),
        (figure(errors=Counter(["no answer"])), "1 went wrong, 1 times no answer", 1),
    ],
)
def test_a_line_says_whether_it_is_kept(measured, verdict, status, capsys):
    assert show([module(lambda scale: [measured])], QUICK) == status
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("a page")]
    assert line.endswith(f"  {verdict}")


def test_one_that_is_exceeded_fails_the_run_whatever_the_others_say():
    parts = [
        module(lambda scale: [figure(1.0)]),
        module(lambda scale: [figure(9.0)]),
        module(lambda scale: [figure(1.0)]),
    ]
    assert show(parts, QUICK) == 1


def breaking_off(error):
    """Two figures are promised, one is measured."""

    def figures(scale):
        yield figure(1.0, "first")
        raise error

    return module(figures, "first", "second")


def test_a_part_that_breaks_off_still_has_all_its_lines(capsys):
    assert show([breaking_off(ConnectionError("gone"))], QUICK) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("first") and line.endswith("kept") for line in lines)
    assert any(line.startswith("second") and line.endswith("ConnectionError: gone") for line in lines)


def test_what_a_machine_does_not_have_fails_nothing(capsys):
    assert show([breaking_off(NotMeasured("npm is missing"))], QUICK) == 0
    assert "not measured: npm is missing" in capsys.readouterr().out


def test_the_heading_says_how_much_was_done(capsys):
    show([], QUICK)
    assert capsys.readouterr().out.startswith(f"{QUICK.rounds} rounds; large is {QUICK.rows:,} rows")


def test_a_line_has_value_unit_limit_and_parts():
    line = line_of(figure(1.25, parts=(Part("large", 10, "ms"), Part("small", 8, "ms"))))
    assert line.split() == ["a", "page", "1.25", "times", "1.50", "kept;", "large", "10", "ms;", "small", "8", "ms"]
