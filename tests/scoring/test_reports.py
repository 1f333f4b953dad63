"""A report says first what matters most, hides what it must, and leads to a person."""

from __future__ import annotations

import dataclasses
import datetime as dt
import time

import pytest

from corpus.model import Citation
from corpus.tools import load_tools
from scoring.benchmark import CAVEAT, Comparison, Measure
from scoring.hidden import Hidden
from scoring.plan import draft_plan
from scoring.report import BarChart, Bullets, Guidance, NextStep, Paragraph, Report, Section, Table, chart_table
from scoring.reports import checklist, healthcheck, levels, skills
from scoring.reports.parts import Setting
from scoring.team import team
from tests.scoring import filled
from tests.web.reports import a_citation

NO_COMPARISON = Hidden("There is no comparison yet: the first is made at the end of the quarter.")


def setting(guidance: dict[str, tuple[Citation, ...]] | None = None) -> Setting:
    return Setting("Harbour Street Surgery", filled.TODAY, guidance or {}, {tool.id: tool for tool in load_tools()})


def of_healthcheck(given: dict[str, str] | None = None, **more: dict[str, tuple[Citation, ...]]) -> Report:
    result = filled.healthcheck_result(given)
    return healthcheck.healthcheck_report(filled.healthcheck(), result, NO_COMPARISON, setting(**more))


def of_levels(plan: levels.Plan, **more: dict[str, tuple[Citation, ...]]) -> Report:
    return levels.levels_report(filled.levels(), filled.levels_result(), plan, setting(**more))


def a_plan() -> levels.Plan:
    drafted = draft_plan(filled.levels(), filled.levels_result(), filled.TODAY)
    actions = tuple(
        levels.PlannedAction(
            one.criterion_id, one.action, one.why, one.owner_role, one.due, one.horizon, one.support_needed, "Accepted"
        )
        for one in drafted
    )
    return levels.Plan("An analyst has approved this plan.", actions)


def section(report: Report, name: str) -> Section:
    return next(item for item in report.sections if item.id == name)


def ids(report: Report) -> list[str]:
    return [item.id for item in report.sections]


def words(report: Report) -> str:
    """All that a report says."""
    return str(dataclasses.asdict(report))


def chart(report: Report, name: str) -> BarChart:
    return next(part for part in section(report, name).parts if isinstance(part, BarChart))


def table(report: Report, name: str, caption: str = "") -> Table:
    tables = [part for part in section(report, name).parts if isinstance(part, Table)]
    return next(part for part in tables if caption in part.caption)


# --- Practice Healthcheck ----------------------------------------------------------------------------------------


def test_the_healthcheck_begins_with_what_stands_out_and_ends_with_one_step() -> None:
    report = of_healthcheck()

    assert ids(report) == ["stands-out", "areas", "strengths", "to-work-on", "comparison", "next"]
    assert (report.headline.word, report.headline.number) == ("Watch", "65 out of 100")
    assert report.headline.sentence == "6 areas are Strong, 2 Watch and 2 Priority."
    steps = [part for item in report.sections for part in item.parts if isinstance(part, NextStep)]
    assert len(steps) == 1
    assert "LMC office" in steps[0].person


def test_red_flags_stand_before_blind_spots() -> None:
    flags, _, unknown = section(of_healthcheck(), "stands-out").parts

    assert isinstance(flags, Bullets)
    assert flags.items[0].startswith("Red flag, Partnership and leadership: ")
    assert isinstance(unknown, Bullets)
    assert [item.split(":")[0] for item in unknown.items] == [
        "Blind spot, Finance and income", "Blind spot, Digital and information",
    ]  # fmt: skip


def test_where_nothing_stands_out_it_says_so() -> None:
    report = of_healthcheck(filled.healthcheck_responses(4))

    (said,) = section(report, "stands-out").parts
    assert isinstance(said, Paragraph)
    assert "No red flag" in said.text


def test_every_area_has_a_bar_with_a_word_and_a_row_in_the_table() -> None:
    areas = chart(of_healthcheck(), "areas")

    assert len(areas.bars) == len(filled.healthcheck().areas)
    assert {bar.word for bar in areas.bars} <= {"Priority", "Watch", "Strong"}
    assert len(chart_table(areas).rows) == len(areas.bars)
    assert areas.lines == ((50.0, "Watch from 50"), (70.0, "Strong from 70"))


def test_an_area_that_a_red_flag_holds_down_says_so() -> None:
    given = filled.healthcheck_responses(4) | {filled.healthcheck().areas[0].items[0].id: "1"}

    (bar,) = [bar for bar in chart(of_healthcheck(given), "areas").bars if bar.note]

    assert (bar.label, bar.word, bar.note) == ("Partnership and leadership", "Watch", "Held down by a red flag")
    assert bar.value is not None
    assert bar.value > 70


def test_too_few_answers_are_no_score() -> None:
    report = of_healthcheck({"PL1": "4", "PL2": "4", "PL3": "4"})

    assert (report.headline.word, report.headline.number) == ("Not enough answers", "")
    assert [bar.value for bar in chart(report, "areas").bars].count(None) == 9
    assert "None" not in words(report).replace("'value': None", "").replace("'other': None", "")


def test_the_reason_stands_where_the_comparison_is_hidden() -> None:
    (part,) = section(of_healthcheck(), "comparison").parts

    assert part == Paragraph(NO_COMPARISON.reason)


def test_a_comparison_tells_its_group_and_its_limits_and_no_measure_that_is_hidden() -> None:
    shown = Measure(
        "overall", "Overall", 65, 62, (52, 60, 72), "above the middle", None, None, "Your score is 65; the mean is 62."
    )
    hidden = Measure("team", "Team", 50, None, None, "", None, None, "Not shown for this area.")
    told = Measure("finance", "Finance", 20, 62, (15, 60, 72), "well below the middle of the group", 5, 14, "Long.")
    comparison = Comparison("practices with 5,000 to 9,999 patients", "2026-Q3", 50, shown, (hidden, told), CAVEAT)

    report = healthcheck.healthcheck_report(filled.healthcheck(), filled.healthcheck_result(), comparison, setting())

    said, rows, caveat = section(report, "comparison").parts
    assert isinstance(said, Paragraph)
    assert "About 50 practices took part: practices with 5,000 to 9,999 patients, July to September 2026." in said.text
    assert isinstance(rows, Table)
    assert rows.rows == (
        ("Team", "50", "–", "–", "Not shown: too few practices", "–"),
        ("Finance", "20", "62", "15 or less to 72", "well below the middle", "5 ± 14"),
    )
    assert caveat == Paragraph(CAVEAT)


def test_guidance_stands_behind_low_areas_and_each_passage_once() -> None:
    citation = a_citation()

    report = of_healthcheck(guidance={"partnership": (citation,), "succession": (citation,), "digital": (citation,)})

    guides = [part for part in section(report, "reading").parts if isinstance(part, Guidance)]
    assert guides == [Guidance("Partnership and leadership", (citation,))]


def test_where_the_library_is_silent_the_report_says_so() -> None:
    assert "reading" not in ids(of_healthcheck())
    (said,) = section(of_healthcheck(guidance={"partnership": (), "succession": ()}), "reading").parts

    assert said == Paragraph(
        "No passage of the library is sure to help with Partnership and leadership and GP workforce and succession:"
        " ask your LMC office."
    )


@pytest.mark.parametrize(
    ("good", "step"), [(4, "development_programme"), (1, "resilience_assessment")], ids=["doing well", "low"]
)
def test_the_next_step_fits_the_result(good: int, step: str) -> None:
    (part,) = section(of_healthcheck(filled.healthcheck_responses(good)), "next").parts

    assert isinstance(part, NextStep)
    assert part.text == {tool.id: tool for tool in load_tools()}[step].next_step


def test_one_red_flag_is_enough_to_offer_the_longer_look() -> None:
    given = filled.healthcheck_responses(4) | {filled.healthcheck().areas[0].items[0].id: "0"}

    (part,) = section(of_healthcheck(given), "next").parts

    assert isinstance(part, NextStep)
    assert "Resilience Assessment" in part.text


# --- Resilience Assessment ---------------------------------------------------------------------------------------


def test_claimed_levels_stand_beside_evidenced_ones() -> None:
    areas = chart(of_levels(a_plan()), "areas")

    assert (areas.name, areas.other) == ("Evidenced", "Claimed")
    assert all(bar.value is not None and bar.other is not None and bar.other >= bar.value for bar in areas.bars)
    assert any(bar.other != bar.value for bar in areas.bars)
    assert chart_table(areas).columns == ("Area", "Evidenced", "Claimed", "In words")


def test_the_plan_has_at_most_twelve_actions_with_owner_date_and_progress() -> None:
    report = of_levels(a_plan())

    tables = [part for part in section(report, "plan").parts if isinstance(part, Table)]
    rows = [row for part in tables for row in part.rows]
    assert [part.caption.split(":")[0] for part in tables] == ["Now", "Next", "Later"]
    assert 0 < len(rows) <= 12
    assert tables[0].columns == ("Action", "Why", "Who", "By when", "What helps", "Progress")
    assert all(all(cell for cell in row) for row in rows)


def test_an_action_names_what_to_read() -> None:
    plan = a_plan()
    area = filled.levels().area_of(plan.actions[0].criterion).id

    report = of_levels(plan, guidance={area: (a_citation(),)})

    assert "ead “Partnership agreements”" in table(report, "plan", "Now").rows[0][4]


def test_why_a_level_is_recorded_lower_is_told() -> None:
    rows = table(of_levels(a_plan()), "criteria").rows

    lower = [row for row in rows if row[1] != row[2]]
    assert lower
    assert all(len(row[5]) > 5 for row in lower)


def test_without_a_plan_it_says_what_comes() -> None:
    report = of_levels(levels.Plan("There is no plan yet."))

    assert section(report, "plan").parts == (Paragraph("There is no plan yet."),)


# --- Partner skills ----------------------------------------------------------------------------------------------


def test_a_profile_says_that_confidence_is_not_competence_before_any_score() -> None:
    report = skills.skills_report(filled.skills(), filled.skills_result(), setting())

    (said,) = report.sections[0].parts
    assert isinstance(said, Paragraph)
    assert said.text.startswith("Confidence is not competence")


def test_each_gap_leads_to_a_course_a_guide_or_a_person() -> None:
    report = skills.skills_report(filled.skills(), filled.skills_result(), setting({"LG2": (a_citation(),)}))

    rows = {row[0]: row[2] for row in table(report, "gaps").rows}
    result = filled.skills_result()
    assert set(rows) == {area.title for area in result.areas if not area.capable}
    assert "Guide: Partnership agreements" in rows["Partnership governance and decisions"]
    assert "Course: Business Fundamentals (people and employment law)" in rows["Workforce and employment"]
    assert rows["Quality, risk and compliance"] == "Ask your LMC office what is planned"


def test_a_team_that_may_not_be_shown_tells_why_and_nothing_else() -> None:
    hidden = team(filled.skills(), [filled.skills_result(filled.skills_responses(i)) for i in range(3)], False)

    report = skills.team_report(filled.skills(), hidden, setting())

    assert report.sections == ()
    assert report.headline.sentence == hidden.reason  # type: ignore[union-attr]


def test_a_team_is_told_by_competency_and_never_by_person() -> None:
    members = [filled.skills_result(filled.skills_responses(i)) for i in (0, 1, 2, 0, 1)]
    result = team(filled.skills(), members, False)

    report = skills.team_report(filled.skills(), result, setting())

    assert len(chart(report, "team").bars) == len(table(report, "team").rows) == len(filled.skills().areas)
    assert "talk" in ids(report)
    changed = skills.team_report(filled.skills(), team(filled.skills(), members[::-1], False), setting())
    assert changed == report  # nothing depends on who is who


# --- Merger readiness --------------------------------------------------------------------------------------------


def of_checklist(given: dict[str, str] | None = None) -> Report:
    return checklist.checklist_report(filled.checklist(), filled.checklist_result(given), setting())


def test_gates_tell_what_blocks_them() -> None:
    report = of_checklist()

    gates = table(report, "gates", "The gates")
    assert gates.rows[0][1] == "Open"
    assert report.headline.word == "1 of 4 gates open"
    assert table(report, "gates", "What blocks").rows


def test_the_next_six_weeks_are_counted_from_the_planned_date() -> None:
    rows = table(of_checklist(), "weeks").rows

    until = filled.TODAY + dt.timedelta(weeks=6)
    starts = [dt.datetime.strptime(row[2], "%d %B %Y").date() for row in rows]  # noqa: DTZ007
    assert starts
    assert all(filled.TODAY <= start <= until for start in starts)


def test_without_a_date_it_asks_for_one() -> None:
    report = of_checklist({key: value for key, value in filled.checklist_responses().items() if key != "date"})

    assert report.headline.sentence.endswith("No merger date is planned yet.")
    assert "overdue" not in ids(report)


def test_what_is_not_yet_answered_is_listed() -> None:
    report = of_checklist()

    _, open_ones = section(report, "unsettled").parts
    assert isinstance(open_ones, Bullets)
    assert len(open_ones.items) == len(filled.checklist().conditions) - 2


# --- all of them -------------------------------------------------------------------------------------------------


def every_report() -> list[Report]:
    members = [filled.skills_result(filled.skills_responses(i)) for i in range(5)]
    return [
        of_healthcheck(),
        of_levels(a_plan()),
        skills.skills_report(filled.skills(), filled.skills_result(), setting()),
        skills.team_report(filled.skills(), team(filled.skills(), members, False), setting()),
        of_checklist(),
    ]


def test_empty_answers_make_a_report_too() -> None:
    made = [
        of_healthcheck({}),
        levels.levels_report(filled.levels(), filled.levels_result({}), levels.Plan("None yet."), setting()),
        skills.skills_report(filled.skills(), filled.skills_result({}), setting()),
        of_checklist({}),
    ]

    assert all(report.sections and report.headline.word for report in made)


def test_no_report_says_phq_or_names_another_body_s_tool() -> None:
    said = " ".join(words(report) for report in every_report())

    assert "PHQ" not in said
    assert "Beds" not in said


def test_sections_and_rows_are_well_formed() -> None:
    for report in every_report():
        assert len(set(ids(report))) == len(report.sections)
        tables = [part for item in report.sections for part in item.parts if isinstance(part, Table)]
        assert all(len(row) == len(part.columns) for part in tables for row in part.rows)


def test_a_report_is_built_in_a_few_milliseconds() -> None:
    plan, result = a_plan(), filled.levels_result()
    began = time.perf_counter()
    for _ in range(5):
        levels.levels_report(filled.levels(), result, plan, setting())

    assert (time.perf_counter() - began) / 5 < 0.1
