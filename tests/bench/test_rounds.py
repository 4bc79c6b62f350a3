"""The median of the ratios of each round decides, and what goes wrong is counted at its side."""

import pytest

from bench.rounds import Side, in_turns


class Meter:
    """Says that each step has used so many seconds of CPU."""

    def __init__(self):
        self.used = 0.0

    def cpu(self):
        return self.used


def side(name, seconds, times=1):
    meter, each = Meter(), iter(seconds)

    def step():
        meter.used += next(each)

    return Side(name, [meter], [step], times)


def test_a_noisy_round_does_not_decide_and_the_first_does_not_count():
    spent = in_turns([side("page", [9, 3, 3, 60]), side("base", [1, 2, 2, 2])], rounds=3)
    figure = spent.figure("page : base", 2.0, "page", "base")
    assert figure.value == pytest.approx(1.5)
    assert [(part.what, part.value) for part in figure.parts] == [("page", 3000), ("base", 2000)]


def test_a_round_is_as_many_steps_as_were_asked_for():
    spent = in_turns([side("page", [1, 1, 4, 4], times=2)], rounds=1)
    assert spent.milliseconds["page"] == [4000]


def test_an_error_of_a_step_or_of_what_it_left_to_check_is_counted():
    def refuse():
        raise ValueError("refused")

    sides = [Side("step", [Meter()], [refuse], 2), Side("check", [Meter()], [lambda: refuse], 2), side("good", [1, 1])]
    spent = in_turns(sides, rounds=1)
    assert spent.errors == {"step": {"ValueError: refused": 4}, "check": {"ValueError: refused": 4}, "good": {}}
