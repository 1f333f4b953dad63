"""Attacks on the benchmark: nobody may learn one practice's score by subtraction, and every rule is needed for that.

Each attack is made twice, with the rules as they are, where it must fail, and with one rule switched off, where it must
succeed: else it would prove nothing.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from scoring.benchmark import OVERALL, Comparison, Counted, Measure, Release, compare, freeze
from scoring.disclosure import ALL, RULES, Audit, Rules
from scoring.instrument import Healthcheck, instruments
from tests.scoring.attacker import EXPOSED, Attacker
from tests.scoring.results import counted, result

VICTIM = ("victim", "victim.1")
Profile = Mapping[str, str]
SMALL, MIDDLE = {"list_size_band": "under_5k"}, {"list_size_band": "5k_10k"}
NOBODY_APART = replace(RULES, apart_least=1)


@pytest.fixture(scope="module")
def healthcheck() -> Healthcheck:
    found = instruments()["practice_healthcheck"]
    assert isinstance(found, Healthcheck)
    # One area is enough for these tests, and makes them ten times as fast.
    return found.model_copy(update={"areas": found.areas[:1]})


def victim(healthcheck: Healthcheck, score: float, profile: Profile | None = None, mark: str = "victim.1") -> Counted:
    return Counted("victim", mark, result(healthcheck, score, profile))


# One rule after the other -----------------------------------------------------------------------------------------


def test_two_practices_cannot_learn_each_others_score_from_their_mean(healthcheck: Healthcheck) -> None:
    both = [victim(healthcheck, 22), *counted(healthcheck, [60], start="own")]
    known = {("own0", "own0.1"): 60.0}
    loose = replace(RULES, mean_least=2, apart_least=1)  # either alone would still protect them

    assert not Attacker(RULES, known).exposes([freeze(both, healthcheck, "2026-Q4")], VICTIM)
    assert Attacker(loose, known).exposes([freeze(both, healthcheck, "2026-Q4", rules=loose)], VICTIM)


@pytest.mark.slow
def test_everybody_less_one_group_is_not_one_practice(healthcheck: Healthcheck) -> None:
    practices = [*counted(healthcheck, [90, 88, 92, 90, 91, 89, 90, 90], SMALL), victim(healthcheck, 1, MIDDLE)]

    assert not Attacker().exposes([freeze(practices, healthcheck, "2026-Q4")], VICTIM)
    assert Attacker().exposes([freeze(practices, healthcheck, "2026-Q4", rules=NOBODY_APART)], VICTIM)


@pytest.mark.slow
def test_everybody_less_all_the_groups_that_are_shown_is_not_one_practice(healthcheck: Healthcheck) -> None:
    """Each of two groups has a complement of nine, which is enough; only both together leave one practice over."""
    practices = [
        *counted(healthcheck, [90, 91, 92, 89, 90, 88, 90, 90], SMALL, "s"),
        *counted(healthcheck, [95, 94, 96, 95, 95, 95, 94, 96], MIDDLE, "m"),
        victim(healthcheck, 0, {"list_size_band": "over_20k"}),
    ]

    strict, loose = (freeze(practices, healthcheck, "2026-Q4", rules=rules) for rules in (RULES, NOBODY_APART))

    assert len([f for f in strict.snapshot.figures if f.measure == OVERALL]) == 2
    assert not Attacker().exposes([strict], VICTIM)
    assert widths(Attacker(), [loose]) < widths(Attacker(), [strict]) / 4


def widths(attacker: Attacker, releases: Sequence[Release]) -> float:
    low, high = attacker.learns(releases, VICTIM)
    return high - low


@pytest.mark.slow
def test_this_quarter_less_the_last_is_not_the_practice_that_joined(healthcheck: Healthcheck) -> None:
    first = counted(healthcheck, [90, 88, 92, 90, 91, 89, 90, 90])
    then = [*first, victim(healthcheck, 1)]
    before = freeze(first, healthcheck, "2026-Q3")

    kept = freeze(then, healthcheck, "2026-Q4", before)
    forgetful = freeze(then, healthcheck, "2026-Q4", None)

    assert not Attacker().exposes([before, kept], VICTIM)
    assert Attacker().exposes([before, forgetful], VICTIM)


@pytest.mark.slow
def test_the_last_quarter_less_this_is_not_the_practice_that_left(healthcheck: Healthcheck) -> None:
    stay = counted(healthcheck, [90, 88, 92, 90, 91, 89, 90, 90])
    before = freeze([*stay, victim(healthcheck, 1)], healthcheck, "2026-Q3")

    assert not Attacker().exposes([before, freeze(stay, healthcheck, "2026-Q4", before)], VICTIM)
    assert Attacker().exposes([before, freeze(stay, healthcheck, "2026-Q4", None)], VICTIM)


@pytest.mark.slow
def test_a_practice_that_answers_again_does_not_show_how_it_has_changed(healthcheck: Healthcheck) -> None:
    """The attacker knows the victim's first score, which it told everybody because it was good."""
    others = counted(healthcheck, [90, 88, 92, 90, 91, 89, 86])
    before = freeze([*others, victim(healthcheck, 99)], healthcheck, "2026-Q3")
    then = [*others, victim(healthcheck, 0, mark="victim.2")]
    attacker = Attacker(RULES, {("victim", "victim.1"): 99.0})
    again = ("victim", "victim.2")

    assert not attacker.exposes([before, freeze(then, healthcheck, "2026-Q4", before)], again)
    assert attacker.exposes([before, freeze(then, healthcheck, "2026-Q4", None)], again)


@pytest.mark.slow
def test_a_cohort_that_keeps_its_old_figures_cannot_be_taken_from_a_new_whole(healthcheck: Healthcheck) -> None:
    """Everybody is told about anew (nine have joined), one group is not (one has joined it): what is left over is
    eight that another group tells about, and the one."""
    small = counted(healthcheck, [90, 90, 91, 89, 90, 90, 88, 92], SMALL, "s")
    middle = counted(healthcheck, [95, 95, 94, 96, 95, 95, 95, 95], MIDDLE, "m")
    before = freeze(small, healthcheck, "2026-Q3")
    then = [*small, *middle, victim(healthcheck, 0, SMALL)]

    kept = freeze(then, healthcheck, "2026-Q4", before)
    forgetful = freeze(then, healthcheck, "2026-Q4", None)

    assert kept.snapshot.find(OVERALL, "list_size_band", "under_5k") == before.snapshot.find(
        OVERALL, "list_size_band", "under_5k"
    )
    assert not Attacker().exposes([before, kept], VICTIM)
    assert Attacker().exposes([before, forgetful], VICTIM)


@pytest.mark.slow
def test_longer_sums_over_three_breakdowns_drown_in_rounding(healthcheck: Healthcheck) -> None:
    """A size and a contract are together a locality and the victim: no two groups are near, only the sum of three."""
    size, contract, place = {"list_size_band": "under_5k"}, {"contract": "pms"}, {"locality": "Thornby"}
    practices = [
        *counted(healthcheck, [40, 45, 50, 55, 60, 65, 70, 75], {**size, **place}, "a"),
        *counted(healthcheck, [42, 47, 52, 57, 62, 67, 72, 78], {**contract, **place}, "b"),
        victim(healthcheck, 33, contract),
        *counted(healthcheck, list(range(30, 62, 2)), {}, "c"),
    ]
    exact = replace(RULES, mean_step=0)

    assert not Attacker().exposes([freeze(practices, healthcheck, "2026-Q4")], VICTIM)
    assert Attacker(exact).exposes([freeze(practices, healthcheck, "2026-Q4", rules=exact)], VICTIM)


@pytest.mark.slow
def test_a_mean_near_the_top_does_not_tell_everybodys_score(healthcheck: Healthcheck) -> None:
    practices = [*counted(healthcheck, [100] * 7), victim(healthcheck, 100)]
    open_ended = replace(RULES, mean_ends=(0, 100))

    assert not Attacker().exposes([freeze(practices, healthcheck, "2026-Q4")], VICTIM)
    assert Attacker(open_ended).exposes([freeze(practices, healthcheck, "2026-Q4", rules=open_ended)], VICTIM)


# The weakest, whom everybody knows --------------------------------------------------------------------------------


def lowest_cut(healthcheck: Healthcheck, practices: Sequence[Counted], rules: Rules) -> float:
    figures = freeze(practices, healthcheck, "2026-Q4", rules=rules).snapshot.find(OVERALL, ALL, ALL)
    assert figures is not None
    return min(figures.grid)


def test_the_weakest_practice_cannot_be_read_from_the_grid(healthcheck: Healthcheck) -> None:
    """With a cell for each practice, the lowest cut lies next to the lowest score."""
    practices = [victim(healthcheck, 38), *counted(healthcheck, [39, *range(50, 88)])]
    narrow = replace(RULES, cell_least=1, cells_most=1_000)

    assert abs(lowest_cut(healthcheck, practices, narrow) - 38) <= EXPOSED / 2
    assert abs(lowest_cut(healthcheck, practices, RULES) - 38) > EXPOSED


def test_a_low_quarter_near_nought_does_not_tell_the_weakest(healthcheck: Healthcheck) -> None:
    """Whoever is known to be the weakest lies between 0 and the lowest cut."""
    practices = [victim(healthcheck, 1), *counted(healthcheck, [2, 2, 3, 3, 4, 4, *range(20, 90, 5)])]
    open_ended = replace(RULES, quantile_ends=(0, 100))

    assert lowest_cut(healthcheck, practices, open_ended) <= EXPOSED
    assert lowest_cut(healthcheck, practices, RULES) > EXPOSED


# How much is told from how many on ----------------------------------------------------------------------------------
#
# The attacker is told the scores of some others by the practices themselves. That the attack fails with the rules as
# they are is shown in the strongest way: a second world, in which the victim's score is another and all that the
# attacker knows is the same, has the same figures to the last digit.


def told_by(others: Sequence[Counted]) -> dict[tuple[str, str], float]:
    return {(one.practice, one.mark): one.result.overall or 0.0 for one in others}


def figures_of(healthcheck: Healthcheck, practices: Sequence[Counted], rules: Rules = RULES) -> object:
    return freeze(practices, healthcheck, "2026-Q4", rules=rules).snapshot


@pytest.mark.slow
def test_quartiles_of_nine_do_not_tell_four_of_them_what_the_other_five_scored(healthcheck: Healthcheck) -> None:
    """Quartiles of nine are the third, the fifth and the seventh; four know that the ends are theirs."""
    ends = counted(healthcheck, [20, 22, 81, 84], start="told")
    here = [*ends, *counted(healthcheck, [55] * 4, start="o"), victim(healthcheck, 55)]
    elsewhere = [*ends, *counted(healthcheck, [55, 55, 55, 35], start="o"), victim(healthcheck, 75)]
    early = replace(RULES, quartiles_least=9)

    assert figures_of(healthcheck, here) == figures_of(healthcheck, elsewhere)
    assert Attacker(early, told_by(ends)).exposes([freeze(here, healthcheck, "2026-Q4", rules=early)], VICTIM)


@pytest.mark.slow
def test_a_position_among_sixteen_does_not_tell_ten_of_them_what_the_other_six_scored(
    healthcheck: Healthcheck,
) -> None:
    """For a position there is a grid; of sixteen it would be the sixth and the eleventh, between which are six."""
    ends = counted(healthcheck, [20, 21, 22, 23, 24, 86, 87, 88, 89, 90], start="told")
    here = [*ends, *counted(healthcheck, [55] * 5, start="o"), victim(healthcheck, 55)]
    elsewhere = [*ends, *counted(healthcheck, [55, 55, 55, 55, 75], start="o"), victim(healthcheck, 35)]
    early = replace(RULES, position_least=16)

    assert figures_of(healthcheck, here) == figures_of(healthcheck, elsewhere)
    assert Attacker(early, told_by(ends)).exposes([freeze(here, healthcheck, "2026-Q4", rules=early)], VICTIM)


@pytest.mark.slow
def test_narrow_cells_of_many_do_not_tell_the_scores_of_six_that_lie_in_one(healthcheck: Healthcheck) -> None:
    """Of 121 practices, 24 cells would name the sixth and the eleventh, 20 cells the seventh and the thirteenth."""
    others = counted(healthcheck, [40, 41, 42, 43, 44, *(71 + i % 25 for i in range(110))], start="told")
    here = [*others, *counted(healthcheck, [66] * 5, start="o"), victim(healthcheck, 66)]
    elsewhere = [*others, *counted(healthcheck, [66] * 5, start="o"), victim(healthcheck, 52)]
    narrow = replace(RULES, cells_most=1_000)

    assert figures_of(healthcheck, here) == figures_of(healthcheck, elsewhere)
    assert Attacker(narrow, told_by(others)).exposes([freeze(here, healthcheck, "2026-Q4", rules=narrow)], VICTIM)


def test_who_answers_again_and_again_does_not_read_a_score_from_their_position(healthcheck: Healthcheck) -> None:
    """Of 46 practices the lowest cut is the sixth's own score. A number passes from 5 to 10 just there; words change
    only at a fifth, which lies between that cut and the next, and so with another score of both."""
    others = counted(healthcheck, [10, 21, 22, 23, 24, 47, 47, 48, 48, *(62 + i % 30 for i in range(35))])
    here = [*others, *counted(healthcheck, [62], start="o"), victim(healthcheck, 34)]
    elsewhere = [*others, *counted(healthcheck, [59], start="o"), victim(healthcheck, 46)]
    early = replace(RULES, number_least=46)

    assert positions(healthcheck, here, RULES) == positions(healthcheck, elsewhere, RULES)
    for practices, score in ((here, 34), (elsewhere, 46)):
        numbers = [measure.percentile or 0 for measure in positions(healthcheck, practices, early)]
        assert next(own for own, number in enumerate(numbers) if number > min(numbers)) == score


def positions(healthcheck: Healthcheck, practices: Sequence[Counted], rules: Rules) -> list[Measure]:
    """What somebody outside of the cohort is told for each score from 0 to 100."""
    snapshot = freeze(practices, healthcheck, "2026-Q4", rules=rules).snapshot
    found = [compare(snapshot, healthcheck, result(healthcheck, own)) for own in range(101)]
    return [one.overall for one in found if isinstance(one, Comparison)]


# Numbers ----------------------------------------------------------------------------------------------------------


def test_how_many_hidden_practices_there_are_cannot_be_counted(healthcheck: Healthcheck) -> None:
    """The numbers of one world and of another, with one more practice in a hidden group, are the same."""

    def numbers(hidden: int, rules: Rules) -> list[int]:
        practices = [
            *counted(healthcheck, [50.0 + i for i in range(12)], SMALL, "s"),
            *counted(healthcheck, [40.0] * hidden, MIDDLE, "m"),
            *counted(healthcheck, [45.0] * 6, {"list_size_band": "over_20k"}, "o"),
        ]
        return [f.n for f in freeze(practices, healthcheck, "2026-Q4", rules=rules).snapshot.figures]

    assert numbers(5, RULES) == numbers(6, RULES)
    assert numbers(5, replace(RULES, n_step=1)) != numbers(6, replace(RULES, n_step=1))


# Anything goes ----------------------------------------------------------------------------------------------------


def world(healthcheck: Healthcheck, rng: random.Random, count: int, start: str) -> list[Counted]:
    made = []
    for i in range(count):
        profile = {
            "list_size_band": rng.choice(["under_5k", "5k_10k", "10k_15k"]),
            "contract": rng.choice(["gms", "gms", "gms", "pms"]),
            "locality": rng.choice(["Ashcombe", "Thornby", ""]),
        }
        score = rng.choice([rng.randint(0, 100), rng.randint(80, 100), rng.randint(0, 15)])
        made.append(Counted(f"{start}{i}", f"{start}{i}.1", result(healthcheck, score, profile)))
    return made


def three_quarters(healthcheck: Healthcheck, seed: int, rules: Rules, *, remembers: bool) -> tuple[int, int]:
    """How many victims are exposed, of how many. Practices join, leave and answer again at random."""
    rng = random.Random(seed)
    practices = world(healthcheck, rng, rng.randint(8, 30), "p")
    releases: list[Release] = []
    behind: set[tuple[str, str]] = set()
    for quarter in ("2026-Q2", "2026-Q3", "2026-Q4"):
        before = releases[-1] if releases and remembers else None
        releases.append(freeze(practices, healthcheck, quarter, before, rules))
        behind |= {(one.practice, one.mark) for one in practices}
        practices = changed(healthcheck, rng, practices, quarter)
    victims = rng.sample(sorted(behind), 3)
    return sum(Attacker(rules).exposes(releases, one) for one in victims), len(victims)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_no_practice_of_any_world_is_learned_over_three_quarters(healthcheck: Healthcheck, seed: int) -> None:
    assert three_quarters(healthcheck, seed, RULES, remembers=True) == (0, 3)


@pytest.mark.slow
def test_without_the_rule_on_differences_practices_of_the_same_worlds_are_learned(healthcheck: Healthcheck) -> None:
    loose = replace(NOBODY_APART, mean_least=3)

    assert any(three_quarters(healthcheck, seed, loose, remembers=False)[0] for seed in range(10))


def changed(healthcheck: Healthcheck, rng: random.Random, practices: list[Counted], quarter: str) -> list[Counted]:
    left = [one for one in practices if rng.random() > 0.05]
    kept = [
        replace(one, mark=f"{one.mark}+", result=result(healthcheck, rng.randint(0, 100), one.result.profile))
        if rng.random() < 0.1
        else one
        for one in left
    ]
    return kept + world(healthcheck, rng, rng.choice([1, 1, 3, 9]), quarter)


# The audit --------------------------------------------------------------------------------------------------------


def group(*numbers: int, mark: str = "a") -> frozenset[tuple[str, str]]:
    return frozenset((str(number), mark) for number in numbers)


WHOLE = group(*range(24))
AUDITS = [
    # released before                                          asked for                                   allowed
    ([], ("size", "s", group(*range(8))), True),
    ([(ALL, ALL, WHOLE)], ("size", "s", group(*range(16))), True),
    ([(ALL, ALL, WHOLE)], ("size", "s", group(*range(17))), False),  # seven left over
    ([(ALL, ALL, WHOLE)], ("size", "s", WHOLE), True),  # the same practices: nothing new
    ([(ALL, ALL, WHOLE), ("size", "s", group(*range(12)))], ("size", "m", group(*range(12, 24))), True),
    ([(ALL, ALL, WHOLE), ("size", "s", group(*range(12)))], ("size", "m", group(*range(12, 20))), False),
    ([("size", "s", group(*range(10)))], ("place", "p", group(*range(11))), False),  # two breakdowns, one apart
    ([("size", "s", group(*range(10)))], ("place", "p", group(*range(4, 14))), True),  # four out, four in
    ([("size", "s", group(*range(10)))], ("place", "p", group(*range(3, 13))), False),  # three out, three in
    ([("size", "s", WHOLE)], ("size", "s", group(*range(23)) | group(23, mark="b")), False),  # one answered again
    ([("size", "s", WHOLE)], ("size", "s", group(*range(16)) | group(*range(16, 24), mark="b")), True),
    (
        [("size", "s", group(*range(9))), ("size", "m", group(*range(9, 18)))],
        ("place", "p", group(*range(19))),
        False,  # two sizes together are the place less one
    ),
    (
        [(ALL, ALL, WHOLE), ("size", "s", group(*range(12)))],
        ("place", "p", group(*range(10, 24))),
        False,  # everybody less the place is ten of the twelve
    ),
]  # fmt: skip


@pytest.mark.parametrize(("before", "asked", "is_allowed"), AUDITS)
def test_the_audit_of_groups(
    before: Sequence[tuple[str, str, frozenset[tuple[str, str]]]],
    asked: tuple[str, str, frozenset[tuple[str, str]]],
    is_allowed: bool,
) -> None:
    audit = Audit()
    for one in before:
        audit.add(*one)

    assert audit.allows(*asked) is is_allowed
