"""From the desk to a report: for those who may see it alone, with what the library says, and quickly."""

from __future__ import annotations

import time

import pytest

from answer.answerer import Answerer
from assess.guidance import Guide
from assess.model import Who
from assess.reporting import Reporting
from corpus.errors import IndexMissing, NotYours
from corpus.model import Audience, Citation
from corpus.tools import load_tools
from index.generation import Generation
from scoring.report import Guidance, NextStep, Paragraph, Report, Section, Table
from tests.assess.desk_setup import (
    HEALTHCHECK,
    LEVELS,
    MANAGER,
    MEMBER_OFFICER,
    MERGER,
    OFFICER,
    OUTSIDER,
    PARTNER,
    SKILLS,
    Place,
    share_all,
)
from tests.scoring import filled
from tests.web.reports import a_citation


class NoLibrary:
    def answerer(self) -> Answerer:
        raise IndexMissing("There is no index.")

    def snapshot(self) -> Generation:
        raise IndexMissing("There is no index.")

    def may_read(self, role: Audience, key: str) -> bool:
        return False


class Shelf(Guide):
    """Answers every question with one passage, and remembers who asked."""

    def __init__(self) -> None:
        super().__init__(NoLibrary())
        self.asked: list[tuple[str, Audience]] = []

    def passages(self, query: str, role: Audience) -> tuple[Citation, ...]:
        self.asked.append((query, role))
        return (a_citation(f"About: {query}"),)


def reporting(place: Place, guide: Guide | None = None) -> Reporting:
    return Reporting(place.desk, guide or Guide(NoLibrary()), load_tools())


def answered(place: Place, instrument: str, given: dict[str, str], who: Who = MANAGER) -> str:
    """An assessment with these answers."""
    one = place.begin(instrument, who)
    opened = place.desk.open(who, one.id)
    for area in opened.instrument.areas:
        place.desk.save(who, one.id, area.id, given)
    return one.id


def report(place: Place, assessment: str, who: Who = MANAGER, guide: Guide | None = None) -> Report:
    return reporting(place, guide).report_for(who, assessment, Audience.PRACTICE, filled.TODAY)


def section(made: Report, name: str) -> Section:
    return next(item for item in made.sections if item.id == name)


def test_a_healthcheck_has_its_practice_its_score_and_why_there_is_no_comparison(place: Place) -> None:
    made = report(place, answered(place, HEALTHCHECK, filled.uneven()))

    assert (made.subject, made.made) == ("Elm Surgery", filled.TODAY)
    assert made.headline.number == "65 out of 100"
    (said,) = section(made, "comparison").parts
    assert isinstance(said, Paragraph)
    assert "no comparison yet" in said.text


def test_what_is_not_finished_says_so_first(place: Place) -> None:
    one = answered(place, HEALTHCHECK, filled.uneven())
    assert report(place, one).headline.sentence.startswith("Not finished yet: ")

    place.desk.finish(MANAGER, one)

    assert "Not finished" not in report(place, one).headline.sentence


def test_others_see_no_report_until_it_is_shared(place: Place) -> None:
    one = place.begin(HEALTHCHECK)
    for who in (OUTSIDER, OFFICER):
        with pytest.raises(NotYours):
            report(place, one.id, who)

    share_all(place, one)

    assert report(place, one.id, OFFICER).subject == "Elm Surgery"


def test_a_profile_of_a_partner_is_for_that_partner_alone(place: Place) -> None:
    one = answered(place, SKILLS, filled.skills_responses(), PARTNER)

    assert report(place, one, PARTNER).subject == "A partner of Elm Surgery"
    with pytest.raises(NotYours):
        report(place, one, MANAGER)


def test_the_library_is_asked_as_the_reader_and_only_about_what_needs_work(place: Place) -> None:
    shelf = Shelf()

    made = report(place, answered(place, HEALTHCHECK, filled.uneven()), guide=shelf)

    guides = [part.area for part in section(made, "reading").parts if isinstance(part, Guidance)]
    assert guides == ["Partnership and leadership", "GP workforce and succession", "Wider team and people management"]
    assert {role for _, role in shelf.asked} == {Audience.PRACTICE}
    assert len(shelf.asked) == 3


def test_areas_that_share_their_best_passage_show_one_each(place: Place) -> None:
    class Same(Shelf):
        def passages(self, query: str, role: Audience) -> tuple[Citation, ...]:
            return (a_citation("For all of them."), *super().passages(query, role))

    made = report(place, answered(place, HEALTHCHECK, filled.uneven()), guide=Same())

    guides = [part for part in section(made, "reading").parts if isinstance(part, Guidance)]
    assert [part.citations[0].quote[:6] for part in guides] == ["For al", "About:", "About:"]
    assert all(len(part.citations) == 1 for part in guides)


def test_a_plan_is_told_with_its_state_and_what_to_read(place: Place) -> None:
    one = place.levels("approved")
    place.desk.accept(MANAGER, place.action(one).id)

    made = report(place, one.id, guide=Shelf())

    said, *tables = section(made, "plan").parts
    assert isinstance(said, Paragraph)
    assert said.text.startswith("An LMC analyst has approved this plan.")
    rows = [row for part in tables if isinstance(part, Table) for row in part.rows]
    assert "Accepted" in {row[5] for row in rows}
    assert all("ead “Partnership agreements”" in row[4] for row in rows)


def test_a_draft_is_called_a_draft(place: Place) -> None:
    (said, *_) = section(report(place, place.levels("draft").id), "plan").parts

    assert isinstance(said, Paragraph)
    assert "draft" in said.text


def test_too_few_partners_are_not_shown_as_a_team(place: Place) -> None:
    made = reporting(place).team_report(MANAGER, place.practice_id, Audience.PRACTICE, filled.TODAY)

    assert made.headline.word == "The team is not shown"
    assert made.sections == ()
    with pytest.raises(NotYours):
        reporting(place).team_report(OUTSIDER, place.practice_id, Audience.PRACTICE, filled.TODAY)


def test_a_team_says_on_which_day_it_stood_so_and_why_it_is_not_drawn_anew(place: Place) -> None:
    four = (MANAGER, PARTNER, MEMBER_OFFICER, place.guest)
    ones = {who: answered(place, SKILLS, filled.skills_responses(), who) for who in four}
    for who, one in ones.items():
        place.desk.finish(who, one)
    first = reporting(place).team_report(MANAGER, place.practice_id, Audience.PRACTICE, filled.TODAY)
    assert "This is how the team stood on " in first.headline.sentence
    assert "drawn anew" not in first.headline.sentence

    again = place.desk.reopen(PARTNER, ones[PARTNER])
    changed = {item: "4" for item, value in filled.skills_responses().items() if value in {"0", "1"}}
    for area in place.desk.open(PARTNER, again.id).instrument.areas:
        place.desk.save(PARTNER, again.id, area.id, {**filled.skills_responses(), **changed})
    place.desk.finish(PARTNER, again.id)
    second = reporting(place).team_report(MANAGER, place.practice_id, Audience.PRACTICE, filled.TODAY)

    assert "it is drawn anew when at least four partners' have" in second.headline.sentence
    assert second.sections == first.sections


def test_a_comment_on_an_action_stands_beside_it_in_the_report(place: Place) -> None:
    one = place.levels("submitted")
    place.desk.change_action(OFFICER, place.action(one).id, note="Ask the LMC for its model deed first.")

    _, table, *_ = section(report(place, one.id), "plan").parts

    assert isinstance(table, Table)
    assert table.rows[0][5] == "Waits for the practice. The comment: Ask the LMC for its model deed first."


def test_a_merger_has_its_gates_and_a_person(place: Place) -> None:
    made = report(place, answered(place, MERGER, filled.checklist_responses()))

    assert "gates open" in made.headline.word
    (step,) = section(made, "next").parts
    assert isinstance(step, NextStep)
    assert "LMC office" in step.person


@pytest.mark.slow
def test_a_report_of_the_longest_assessment_takes_less_than_300_ms(place: Place) -> None:
    one = answered(place, LEVELS, filled.levels_responses())
    place.desk.finish(MANAGER, one)
    maker = reporting(place, Shelf())
    maker.report_for(MANAGER, one, Audience.PRACTICE, filled.TODAY)
    times = []
    for _ in range(5):
        began = time.perf_counter()
        maker.report_for(MANAGER, one, Audience.PRACTICE, filled.TODAY)
        times.append(time.perf_counter() - began)

    assert min(times) < 0.3  # the least: other processes may have the machine
