"""Partner skills: each partner's own profile, and the team by competency and never by person."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ResponsesError
from scoring.hidden import Hidden
from scoring.instrument import ORDER, Skills, instruments
from scoring.score import SkillsResult, score
from scoring.team import TeamArea, TeamResult, team

TODAY = dt.date(2026, 11, 23)
FOUND = instruments()[ORDER[2]]
assert isinstance(FOUND, Skills)
PARTNER = FOUND
AREAS = [area.id for area in PARTNER.areas]


def scored(responses: dict[str, str]) -> SkillsResult:
    result = score(PARTNER, responses, TODAY)
    assert isinstance(result, SkillsResult)
    return result


def sure(items: str, *, area: str = "M1", leads: bool = False, wants: bool = False) -> SkillsResult:
    """A partner who answered the four tasks of one competency: "4321", "-" for not part of the role."""
    answers = {f"{area}.{n}": "NA" if said == "-" else said for n, said in enumerate(items, 1)}
    return scored(answers | {f"{area}.leads": "yes" if leads else "no", f"{area}.wants": "yes" if wants else "no"})


def of(result: TeamResult | Hidden, area: str = "M1") -> TeamArea:
    assert isinstance(result, TeamResult)
    return next(found for found in result.areas if found.id == area)


def finance(*members: str, consent_all: bool = False) -> TeamArea:
    return of(team(PARTNER, [sure(items, leads=True) for items in members], consent_all))


# One partner


@pytest.mark.parametrize(
    ("items", "value", "capable", "word"),
    [
        ("4343", 87.5, True, "Capable"),
        ("2232", 56.25, False, "Developing"),
        ("1012", 25.0, False, "To build"),
        ("3333", 75.0, True, "Capable"),
        ("3332", 68.75, False, "Developing"),
        ("333-", 75.0, True, "Capable"),
        ("44--", None, False, None),
        ("----", None, False, None),
    ],
)
def test_a_competency_needs_three_of_four_tasks_and_is_capable_from_75(
    items: str, value: float | None, capable: bool, word: str | None
) -> None:
    money = next(area for area in sure(items).areas if area.id == "M1")

    assert (money.value, money.capable, money.band and money.band.label) == (value, capable, word)


def test_who_leads_and_who_wants_training_is_kept_by_competency() -> None:
    result = scored({"M1.leads": "yes", "M2.leads": "no", "LG1.wants": "yes"})

    assert (result.leads, result.wants) == (frozenset({"M1"}), frozenset({"LG1"}))


def test_competencies_stand_in_their_two_groups() -> None:
    assert [area.group for area in scored({}).areas] == ["leadership"] * 4 + ["management"] * 4


def test_an_answer_that_cannot_be_given_is_refused() -> None:
    with pytest.raises(ResponsesError, match=r"M1\.2"):
        scored({"M1.2": "DK"})


# The team


@pytest.mark.parametrize(("count", "consent_all", "shown"), [
    (0, True, False), (1, True, False), (2, True, True), (3, True, True), (3, False, False), (4, False, True),
])  # fmt: skip
def test_a_team_needs_four_partners_or_everybodys_consent(count: int, consent_all: bool, shown: bool) -> None:
    result = team(PARTNER, [sure("3333")] * count, consent_all)

    assert isinstance(result, TeamResult) is shown
    if isinstance(result, Hidden):
        assert "at least" in result.reason
        assert result.reason.endswith(".")


@pytest.mark.parametrize(
    ("members", "median", "spread", "cover", "gaps"),
    [
        # quartiles 75, 75, 75: all alike
        (("3333", "3333", "3333", "3333"), 75.0, "close", "good", ()),
        # 25, 25, 50, 100: quartiles 25 and 62.5, range 37.5
        (("1111", "1111", "2222", "4444"), 37.5, "some", "limited", ("gap", "thin_cover")),
        # 25, 25, 100, 100: quartiles 25 and 100
        (("1111", "1111", "4444", "4444"), 62.5, "wide", "fair", ("mixed_views",)),
        (("2222", "2222", "2222", "2222"), 50.0, "close", "limited", ("thin_cover",)),
        (("0000", "0000", "4444", "0000"), 0.0, "some", "limited", ("gap", "thin_cover")),
        (("1111", "1111", "1111", "1111", "1111"), 25.0, "close", "limited", ("gap", "thin_cover")),
    ],
)
def test_a_competency_of_the_team_is_told_by_its_median_spread_and_cover(
    members: tuple[str, ...], median: float, spread: str, cover: str, gaps: tuple[str, ...]
) -> None:
    area = finance(*members)

    assert (area.median, area.spread, area.cover, area.gaps) == (median, spread, cover, gaps)
    assert len(area.gap_labels) == len(gaps)


def test_nobody_capable_and_one_capable_look_the_same() -> None:
    """Else a team that knows it has one would know who it is, and one with none would know that of everybody."""
    none = finance("2222", "2222", "2222", "2222", "2222")
    one = finance("2222", "2222", "2222", "2222", "3333")

    assert (none.cover, none.cover_label) == (one.cover, one.cover_label) == ("limited", "Limited: one partner at most")


def test_a_competency_that_nobody_leads_on_is_unowned() -> None:
    idle = [sure("3333") for _ in range(4)]

    assert "unowned" in of(team(PARTNER, idle, False)).gaps
    assert "unowned" not in of(team(PARTNER, [*idle[:3], sure("3333", leads=True)], False)).gaps


def test_a_competency_that_too_few_have_a_score_in_shows_no_figures() -> None:
    """Three leave out M1: its median would be the fourth partner's own score."""
    area = finance("4321", "----", "----", "----")

    assert (area.median, area.shown, area.spread, area.cover, area.gaps) == (None, None, "", "", ())
    assert finance("4321", "----", "----", consent_all=True).median is None


def test_how_many_want_training_is_told_from_four_on() -> None:
    keen = [sure("3333", wants=True)] * 3

    assert of(team(PARTNER, keen, True)).wants is None
    assert of(team(PARTNER, [*keen, sure("3333")], False)).wants == 3


def test_gaps_stand_worst_first() -> None:
    members = [
        scored({f"{area}.{n}": {"M1": "1", "M2": "2"}.get(area, "4") for area in AREAS for n in range(1, 5)}
               | {f"{area}.leads": "yes" for area in AREAS})
        for _ in range(4)
    ]  # fmt: skip
    result = team(PARTNER, members, False)
    assert isinstance(result, TeamResult)

    assert [area.id for area in result.gaps] == ["M1", "M2"]


one_partner = st.fixed_dictionaries(
    {f"{area}.{n}": st.sampled_from(["0", "1", "2", "3", "4", "NA"]) for area in AREAS for n in range(1, 5)}
).map(scored)


@pytest.mark.slow
@given(st.lists(one_partner, max_size=7), st.booleans())
def test_no_team_view_below_its_minimum_number(members: list[SkillsResult], consent_all: bool) -> None:
    least = 2 if consent_all else 4

    result = team(PARTNER, members, consent_all)

    if len(members) < least:
        assert isinstance(result, Hidden)
        return
    for number, area in enumerate(AREAS):
        scores = sum(member.areas[number].value is not None for member in members)
        assert (of(result, area).median is not None) == (scores >= least)


@pytest.mark.slow
@given(st.lists(one_partner, min_size=4, max_size=4))
def test_the_team_is_the_same_in_whatever_order_partners_come(members: list[SkillsResult]) -> None:
    views = {repr(team(PARTNER, order, False)) for order in itertools.permutations(members)}

    assert len(views) == 1


@pytest.mark.slow
@given(
    st.sampled_from(AREAS), st.lists(st.integers(0, 4), min_size=4, max_size=4), st.integers(1, 4), st.integers(0, 3)
)
def test_a_surer_answer_never_lowers_a_competency(area: str, others: list[int], task: int, said: int) -> None:
    rest = {f"{area}.{n}": str(other) for n, other in enumerate(others, 1)}
    item = f"{area}.{task}"

    lower, higher = scored(rest | {item: str(said)}), scored(rest | {item: str(said + 1)})

    for was, now in zip(lower.areas, higher.areas, strict=True):
        assert (now.value or 0) >= (was.value or 0)
        assert now.capable >= was.capable
