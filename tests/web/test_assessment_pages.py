"""An assessment in the browser: filled in page by page, kept at each step, by the people of a practice only."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from assess.model import LMC, Who
from corpus.errors import RecordsUnreachable
from scoring.form import pages
from scoring.instrument import Kind, instruments
from tests.web.assessing import (
    EVE,
    EVERY,
    MERGER,
    MO,
    OLA,
    PAT,
    RESILIENCE,
    SKILLS,
    TEAM,
    Office,
    answers,
    as_sent,
    form_of,
)
from tests.web.served import Reply
from web import static
from web.door import MOST_BYTES

pytestmark = pytest.mark.slow

GONE = "This link does not open the questionnaire any more"


def problem_links(reply: Reply) -> list[str]:
    """Where the links of the error summary lead."""
    found = re.search(r'<div class="nhsuk-error-summary".*?</ul>', reply.text, re.DOTALL)
    return re.findall(r'href="#([^"]+)"', found.group()) if found else []


# --- filling in ----------------------------------------------------------------------------------------------------


def test_the_start_page_says_what_it_is_how_long_it_takes_and_who_sees_it(office: Office) -> None:
    _, link = office.begun()

    page = office.get(f"{link}start")

    assert page.status == 200
    assert "<title>Practice Healthcheck – LMC Guidance Assistant</title>" in page.text
    assert "Mill Lane Surgery Practice Healthcheck" in page.seen
    assert "About 12 minutes. There is no time limit." in page.seen
    assert "your LMC sees it only if your practice shares it" in page.seen
    assert "Nothing is filled in yet." in page.seen
    assert page.seen.count("Not started") == 10
    assert "PHQ" not in page.text


@pytest.mark.parametrize("instrument", EVERY)
def test_every_page_of_every_questionnaire_keeps_every_field(office: Office, instrument: str) -> None:
    found, link = office.begun(instrument)
    wanted: dict[str, str] = {}
    shown = pages(instruments()[instrument], {})
    for number, page in enumerate(shown):
        values = answers(page)
        wanted |= values

        reply = office.send(f"{link}page/{page.id}", _go="next", **as_sent(page, values))

        assert reply.status == 303, reply.seen
        assert reply.headers["location"].startswith(link)
        expected = "check" if number == len(shown) - 1 else "page/"
        assert reply.headers["location"].removeprefix(link).startswith(expected)

    assert office.responses(found) == wanted


def test_what_was_begun_in_slack_stands_on_the_page(office: Office) -> None:
    found, link = office.begun()
    office.desk.save(PAT, found.id, "partnership", {"PL1": "3", "PL2": "DK"})

    form = form_of(office.get(f"{link}page/partnership"))

    assert {key: form[key] for key in form if key.startswith("PL")} == {"PL1": "3", "PL2": "DK"}
    assert "2 of 4 answered" in office.get(f"{link}start").seen
    assert f'href="{link}page/partnership"' in office.get(f"{link}start").text


def test_save_and_come_back_later_keeps_the_page_and_says_how_to_return(office: Office) -> None:
    found, link = office.begun()

    reply = office.send(f"{link}page/partnership", PL1="4", _go="later")

    assert reply.headers["location"] == f"{link}later"
    assert office.responses(found) == {"PL1": "4"}
    assert "Open this same link again: it works until 30 November 2026" in office.get(f"{link}later").seen
    assert "Go on" in office.get(f"{link}start").seen


def test_an_answer_without_dont_know_can_be_taken_back(office: Office) -> None:
    found, link = office.begun(RESILIENCE)
    office.desk.save(MO, found.id, "partnership", {"RA01": "3"})

    page = office.get(f"{link}page/partnership")
    assert page.seen.count("Take this answer back") == 1
    office.send(f"{link}page/partnership", RA01="", _go="next")

    assert office.responses(found) == {}


def test_what_cannot_be_kept_is_asked_again_with_a_link_to_it_and_the_rest_is_kept(office: Office) -> None:
    found, link = office.begun()

    reply = office.send(f"{link}page/about", partners_n="lots", contract="gms", _go="next")

    assert reply.status == 422
    assert "<title>Error: About the practice" in reply.text
    assert problem_links(reply) == ["partners_n"]
    assert 'id="partners_n"' in reply.text
    assert "How many partners are there: Enter a whole number, such as 5." in reply.seen
    assert form_of(reply)["partners_n"] == "lots"  # what was typed is not lost
    assert office.responses(found) == {"contract": "gms"}


def test_a_date_that_is_none_is_asked_again_at_its_first_box(office: Office) -> None:
    found, link = office.begun(MERGER)
    boxes = {"date.day": "31", "date.month": "2", "date.year": "2027"}

    reply = office.send(f"{link}page/about", _go="next", **boxes)

    assert reply.status == 422
    assert problem_links(reply) == ["date-day"]
    assert {key: form_of(reply)[key] for key in boxes} == boxes
    assert office.responses(found) == {}


def test_words_about_a_patient_are_not_kept(office: Office) -> None:
    found, link = office.begun(RESILIENCE)

    reply = office.send(f"{link}page/partnership", _go="next", **{"RA01.note": "NHS number 943 476 5919", "RA01": "2"})

    assert reply.status == 422
    assert problem_links(reply) == ["RA01.note"]
    assert re.search(r"<details[^>]* open", reply.text)  # what it is about can be seen
    assert office.responses(found) == {"RA01": "2"}


def test_a_checklist_asks_only_what_applies(office: Office) -> None:
    _, link = office.begun(MERGER)
    tasks = [item for item in instruments()[MERGER].items if getattr(item, "only_if", None)]
    condition = f"if.{tasks[0].only_if}"  # type: ignore[attr-defined]
    area = instruments()[MERGER].area_of(tasks[0].id)

    assert f'name="{tasks[0].id}"' in office.get(f"{link}page/{area.id}").text
    office.send(f"{link}page/about", _go="next", **{condition: "no"})

    assert f'name="{tasks[0].id}"' not in office.get(f"{link}page/{area.id}").text


def test_hostile_text_is_shown_as_text(office: Office) -> None:
    found, link = office.begun(RESILIENCE)
    hostile = "</textarea><script>alert(1)</script> {{ 7*7 }}"
    office.send(f"{link}page/partnership", _go="next", **{"RA01.note": hostile, "RA01.evidence": '"><img src=x>'})

    for page in ("page/partnership", "check", "print?answers=yes"):
        reply = office.get(f"{link}{page}")
        assert "<script>alert" not in reply.text
        assert "<img src=x" not in reply.text
        assert "&lt;script&gt;" in reply.text
    assert office.responses(found)["RA01.note"] == hostile


def test_fields_that_are_not_on_the_page_are_passed_over(office: Office) -> None:
    found, link = office.begun()

    reply = office.send(f"{link}page/partnership", PL1="1", SU1="4", _nonsense="x", _go="next")

    assert reply.status == 303
    assert office.responses(found) == {"PL1": "1"}


# --- several people ------------------------------------------------------------------------------------------------


def test_two_people_on_one_page_lose_nothing_of_each_other(office: Office) -> None:
    found, link = office.begun()
    mine = form_of(office.get(f"{link}page/partnership"))  # opened before the other saves
    office.desk.save(PAT, found.id, "partnership", {"PL2": "1"})

    reply = office.post(f"{link}page/partnership", {**mine, "PL1": "4", "_go": "next"})

    assert reply.status == 303
    assert office.responses(found) == {"PL1": "4", "PL2": "1"}


def test_an_empty_note_that_was_not_touched_clears_nobodys_note(office: Office) -> None:
    found, link = office.begun(RESILIENCE)
    mine = form_of(office.get(f"{link}page/partnership"))
    office.desk.save(PAT, found.id, "partnership", {"RA01.note": "Solicitor booked"})

    reply = office.post(f"{link}page/partnership", {**mine, "RA02": "2", "_go": "next"})

    assert reply.status == 303
    assert office.responses(found) == {"RA01.note": "Solicitor booked", "RA02": "2"}


def test_when_both_changed_an_answer_the_second_is_asked_which_counts(office: Office) -> None:
    found, link = office.begun()
    guest = Who(TEAM, office.desk.invite(MO, office.practice.id, "Sam Jones").member)
    mine = form_of(office.get(f"{link}page/partnership"))
    office.desk.save(guest, found.id, "partnership", {"PL1": "0"})

    asked = office.post(f"{link}page/partnership", {**mine, "PL1": "4", "PL2": "3", "_go": "next"})

    assert asked.status == 409
    assert problem_links(asked) == ["PL1"]
    assert "Sam Jones chose “Strongly disagree”" in asked.seen
    assert office.responses(found) == {"PL1": "0", "PL2": "3"}  # theirs is kept until I have chosen
    assert form_of(asked)["PL1"] == "4"

    meant = office.post(f"{link}page/partnership", {**form_of(asked), "_go": "next"})

    assert meant.status == 303
    assert office.responses(found) == {"PL1": "4", "PL2": "3"}


def test_a_third_change_between_asking_and_choosing_is_asked_about_again(office: Office) -> None:
    found, link = office.begun()
    mine = form_of(office.get(f"{link}page/partnership"))
    office.desk.save(PAT, found.id, "partnership", {"PL1": "0"})
    asked = office.post(f"{link}page/partnership", {**mine, "PL1": "4"})
    office.desk.save(PAT, found.id, "partnership", {"PL1": "1"})

    again = office.post(f"{link}page/partnership", form_of(asked))

    assert again.status == 409
    assert "A colleague chose “Disagree”" in again.seen
    assert office.responses(found) == {"PL1": "1"}


def test_sending_the_same_page_twice_changes_nothing(office: Office) -> None:
    found, link = office.begun()
    form = {**form_of(office.get(f"{link}page/partnership")), "PL1": "4"}

    assert [office.post(f"{link}page/partnership", form).status for _ in range(2)] == [303, 303]
    assert office.responses(found) == {"PL1": "4"}


# --- finishing -----------------------------------------------------------------------------------------------------


def test_all_answers_can_be_checked_and_each_changed_where_it_is(office: Office) -> None:
    found, link = office.begun()
    office.desk.save(MO, found.id, "partnership", {"PL1": "3"})

    page = office.get(f"{link}check")

    assert f'href="{link}page/partnership#PL1"' in page.text
    assert page.seen.count("Not answered") == 35
    assert f'href="{link}finish"' in page.text


@pytest.mark.parametrize(("choice", "counts"), [("yes", True), ("no", False)])
def test_a_healthcheck_counts_in_the_comparison_only_when_asked_and_agreed(
    office: Office, choice: str, counts: bool
) -> None:
    found, link = office.begun()
    office.fill(found)

    missing = office.post(f"{link}finish", {})
    assert missing.status == 422
    assert problem_links(missing) == ["agree"]
    assert office.desk.open(MO, found.id).assessment.finished is None

    done = office.post(f"{link}finish", {"agree": choice})

    assert done.headers["location"] == f"{link}finished"
    assert office.desk.has_counted(MO, found.id) is counts
    assert "This is finished" in office.get(f"{link}finished").seen
    assert f'href="{link}report"' in office.get(f"{link}finished").text


def test_a_finished_one_is_read_until_it_is_opened_again(office: Office) -> None:
    found, link = office.begun()
    office.fill(found)
    form = form_of(office.get(f"{link}page/partnership"))
    office.post(f"{link}finish", {"agree": "no"})

    late = office.post(f"{link}page/partnership", {**form, "PL1": "0"})

    assert late.status == 409
    assert office.get(f"{link}page/partnership").headers["location"] == f"{link}check#partnership"
    assert "Change" not in office.get(f"{link}check").seen
    assert office.post(f"{link}reopen", {}).headers["location"] == f"{link}start?done=reopened"
    assert office.send(f"{link}page/partnership", PL1="0", _go="next").status == 303


def test_nothing_answered_cannot_be_finished_and_the_page_says_so(office: Office) -> None:
    _, link = office.begun()

    reply = office.post(f"{link}finish", {"agree": "no"})

    assert reply.status == 409
    assert "answer at least one question first" in reply.seen


def test_a_partner_says_whether_a_small_team_may_be_shown(office: Office) -> None:
    found, link = office.begun(SKILLS)
    office.fill(found)

    office.post(f"{link}finish", {"agree": "yes"})

    assert office.desk.has_consented(MO, found.id)


@pytest.mark.parametrize("instrument", [RESILIENCE, MERGER])
def test_the_others_finish_without_a_question(office: Office, instrument: str) -> None:
    found, link = office.begun(instrument)
    office.fill(found)

    assert office.post(f"{link}finish", {}).headers["location"] == f"{link}finished"
    assert office.get(f"{link}finished").status == 200


# --- who comes in --------------------------------------------------------------------------------------------------


def every_path(link: str) -> list[str]:
    return [f"{link}{path}" for path in ("start", "page/partnership", "check", "print", "later", "people", "sharing")]


def closed(office: Office, link: str) -> set[tuple[int, bool]]:
    replies = [office.get(path) for path in every_path(link)]
    replies.append(office.post(f"{link}page/partnership", {"PL1": "0"}))
    return {(reply.status, GONE in reply.seen) for reply in replies}


def test_a_link_ends_after_a_week(office: Office) -> None:
    found, link = office.begun()
    office.now += dt.timedelta(days=7, hours=1)

    assert closed(office, link) == {(410, True)}
    assert office.responses(found) == {}


def test_somebody_who_has_left_the_practice_gets_in_no_more(office: Office) -> None:
    found, _ = office.begun()
    link = office.link(found, PAT)
    assert office.get(f"{link}start").status == 200

    office.desk.remove_member(MO, office.practice.id, PAT.member)

    assert closed(office, link) == {(410, True)}


def test_a_link_to_another_practices_answers_opens_nothing(office: Office) -> None:
    found, _ = office.begun()
    office.desk.add_practice(EVE, "Elsewhere", "B12345")

    assert closed(office, office.link(found, EVE)) == {(410, True)}


def test_a_partners_own_answers_open_for_that_partner_only(office: Office) -> None:
    found, link = office.begun(SKILLS, PAT)

    assert office.get(f"{link}".replace(link, office.link(found, PAT)) + "start").status == 200
    assert office.get(f"{office.link(found, MO)}start").status == 410
    assert office.get(f"{office.link(found, OLA)}start").status == 410


def test_an_officer_sees_only_what_was_shared_and_changes_nothing(office: Office) -> None:
    found, link = office.begun()
    theirs = office.link(found, OLA)
    assert office.get(f"{theirs}start").status == 410

    office.post(f"{link}sharing", {"_go": "share"})
    assert "since 23 November 2026" in office.get(f"{link}sharing").seen
    assert office.get(f"{theirs}start").status == 200
    assert office.post(f"{theirs}page/partnership", {"PL1": "0"}).status == 409
    assert office.get(f"{theirs}people").headers["location"] == f"{theirs}start"

    office.post(f"{link}sharing", {"_go": "unshare"})
    assert office.get(f"{theirs}start").status == 410
    assert [share.reader for share in office.desk.shares(MO, found.id)] == []
    assert office.responses(found) == {}


def test_what_is_deleted_is_behind_no_link(office: Office) -> None:
    found, link = office.begun()
    theirs = office.link(found, PAT)
    office.fill(found)

    assert "cannot be undone" in office.get(f"{link}delete").seen
    assert "has been deleted" in office.post(f"{link}delete", {}).seen

    assert closed(office, link) == closed(office, theirs) == {(410, True)}


def test_an_altered_link_opens_nothing_and_says_what_to_do(office: Office) -> None:
    _, link = office.begun()
    token = link.split("/")[2]

    for other in (token[:-1], f"{token}x", token.swapcase(), "x.y", token.replace(".", ",")):
        reply = office.get(f"/assessment/{other}/start")
        assert reply.status == 404
        assert "ask for a new link" in reply.seen or "get a new link" in reply.seen


def test_a_colleague_without_slack_comes_in_by_a_link_of_their_own(office: Office) -> None:
    found, link = office.begun()

    made = office.post(f"{link}people", {"name": "  Sam   Jones ", "_go": "invite"})
    address = form_of_link(made)

    assert "A link for Sam Jones" in made.seen
    theirs = address.split(":1/", 1)[1].removesuffix("start")
    assert office.send(f"/{theirs}page/partnership", PL1="2", _go="next").status == 303
    assert office.responses(found) == {"PL1": "2"}
    assert "ask the colleague who invited you" in office.get(f"/{theirs}start").seen

    member = next(one.member for one in office.desk.members(MO, office.practice.id) if one.name == "Sam Jones")
    assert form_of_link(office.post(f"{link}people", {"_go": "link", "guest": member})) == address
    office.post(f"{link}people", {"_go": "remove", "guest": member})
    assert office.get(f"/{theirs}start").status == 410


def form_of_link(reply: Reply) -> str:
    found = re.search(r"<textarea[^>]*readonly[^>]*>(.*?)</textarea>", reply.text)
    assert found, reply.seen
    return found.group(1)


def test_nobody_gets_a_link_in_the_name_of_a_colleague_who_uses_slack(office: Office) -> None:
    _, link = office.begun()

    reply = office.post(f"{link}people", {"_go": "link", "guest": PAT.member})

    assert reply.status == 409
    assert "/assessment/" not in reply.seen


def test_a_colleague_needs_a_name(office: Office) -> None:
    _, link = office.begun()

    for name in ("", "   ", "x" * 81):
        reply = office.post(f"{link}people", {"name": name, "_go": "invite"})
        assert reply.status == 422
        assert problem_links(reply) == ["name"]
    assert len(office.desk.members(MO, office.practice.id)) == 2


# --- what a browser is told, and what it may send --------------------------------------------------------------------


def test_pages_are_not_kept_not_framed_not_found_by_search_and_run_no_script_of_others(office: Office) -> None:
    _, link = office.begun()

    for path in (*every_path(link), "/assessment/x.y/start"):
        headers = office.get(path).headers
        policy = headers["content-security-policy"]
        assert headers["cache-control"] == "private, no-store"
        assert headers["referrer-policy"] == "same-origin"  # the token is in the address
        assert headers["x-robots-tag"].startswith("noindex")
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "set-cookie" not in headers
        text = office.get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|<style", text)


def test_looking_never_changes_anything(office: Office) -> None:
    """Slack and mail programs open every link by themselves."""
    found, link = office.begun()
    office.fill(found)
    before = office.desk.open(MO, found.id)

    for path in ("reopen", "delete", "finish", "sharing?_go=share", "people?_go=invite&name=x", "page/about?PL1=0"):
        office.get(f"{link}{path}")
    office.ask("HEAD", f"{link}delete")

    assert office.desk.open(MO, found.id) == before
    assert office.desk.shares(MO, found.id) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "https://other.lmc.example"},
    ],
)
def test_a_form_of_another_site_is_not_taken(office: Office, headers: dict[str, str]) -> None:
    found, link = office.begun()

    reply = office.post(f"{link}page/partnership", {"PL1": "0"}, headers)

    assert reply.status == 403
    assert "Open your link again" in reply.seen
    assert office.responses(found) == {}


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://127.0.0.1:1"}, {"Sec-Fetch-Site": "same-origin", "Origin": "https://x.example"}]
)
def test_a_form_of_ours_is_taken(office: Office, headers: dict[str, str]) -> None:
    found, link = office.begun()

    assert office.post(f"{link}page/partnership", {"PL1": "0"}, headers).status == 303
    assert office.responses(found) == {"PL1": "0"}


def test_more_than_a_page_can_hold_is_not_taken(office: Office) -> None:
    found, link = office.begun()

    long = office.ask("POST", f"{link}page/partnership", b"PL1=" + b"x" * MOST_BYTES)
    many = office.ask("POST", f"{link}page/partnership", b"&".join(b"a%d=1" % n for n in range(600)))

    assert (long.status, many.status) == (413, 413)
    assert office.responses(found) == {}


@pytest.mark.parametrize(
    "body", [b"PL1=%00", b"PL1=%ff%fe", b"\xff\xfe\x00", b"PL1", b"_seen=PL1:99999999999999999999&PL1=4", b""]
)
def test_broken_forms_break_nothing(office: Office, body: bytes) -> None:
    _, link = office.begun()

    assert office.ask("POST", f"{link}page/partnership", body).status in {303, 409, 422}


def test_a_page_that_is_none_says_so(office: Office) -> None:
    _, link = office.begun()

    assert office.get(f"{link}page/nothing").status == 404
    assert office.post(f"{link}page/nothing", {"PL1": "1"}).status == 404


def test_when_nothing_can_be_kept_the_page_still_holds_what_was_filled_in(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, link = office.begun()
    form = {**form_of(office.get(f"{link}page/about")), "contract": "gms", "partners_n": "7"}

    def full(*_: object) -> None:  # what the records raise when the disk is full or the database has gone
        raise RecordsUnreachable("The disk is full; make room.")

    monkeypatch.setattr(office.records.assessments, "save", full)
    reply = office.post(f"{link}page/about", form)

    assert reply.status == 503
    assert "Nothing could be saved just now" in reply.seen
    kept = form_of(reply)
    assert (kept["contract"], kept["partners_n"]) == ("gms", "7")

    monkeypatch.undo()
    assert office.post(f"{link}page/about", kept).status == 303
    assert office.responses(found) == {"contract": "gms", "partners_n": "7"}


def test_a_bug_of_ours_gives_a_page_with_a_reference_that_is_in_the_log(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _, link = office.begun()

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(office.records.assessments, "save", broken)
    reply = office.post(f"{link}page/partnership", {"PL1": "1"})

    assert reply.status == 500
    assert "What was saved before is not lost" in reply.seen
    references = [str(record.__dict__.get("reference")) for record in caplog.records if record.levelname == "ERROR"]
    assert len(references) == 1
    assert f"look it up by {references[0]}" in reply.seen


def test_logs_hold_no_answer_no_name_and_no_token(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    _, link = office.begun(RESILIENCE)
    office.send(f"{link}page/partnership", _go="next", **{"RA01.note": "Zanzibar"})
    office.post(f"{link}people", {"name": "Sam Quillfeather", "_go": "invite"})
    office.get("/assessment/x.y/start")

    quiet = {"asyncio", "uvicorn.access"}  # bot/log.py turns the latter off
    said = "\n".join(
        f"{record.getMessage()} {record.__dict__}" for record in caplog.records if record.name not in quiet
    )
    assert "Zanzibar" not in said
    assert "Quillfeather" not in said
    assert link.split("/")[2] not in said


# --- on paper, and what pages are drawn with -------------------------------------------------------------------------


@pytest.mark.parametrize("instrument", EVERY)
def test_anybody_can_print_a_blank_questionnaire_with_every_question(office: Office, instrument: str) -> None:
    page = office.get(f"/questionnaire/{instrument}")

    assert page.status == 200
    for one in pages(instruments()[instrument], {}):
        assert one.title in page.seen
        assert all(" ".join(field.label.split()) in page.seen for field in one.fields)
    assert "Mill Lane" not in page.seen
    assert office.get("/questionnaire/nothing").status == 404


def test_the_printed_questionnaire_can_hold_the_answers(office: Office) -> None:
    found, link = office.begun(RESILIENCE)
    office.desk.save(MO, found.id, "partnership", {"RA01": "3", "RA01.note": "Solicitor booked"})

    assert "Solicitor booked" not in office.get(f"{link}print").seen
    filled = office.get(f"{link}print?answers=yes")
    assert "Solicitor booked" in filled.seen
    assert filled.text.count("Chosen: ") == 1


def test_style_sheets_may_be_kept_for_ever_and_change_their_address_when_they_change(office: Office) -> None:
    _, link = office.begun()
    page = office.get(f"{link}start").text
    paths = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)

    assert len(paths) >= 2
    for path in paths:
        reply = office.get(path)
        assert reply.status == 200
        assert "immutable" in reply.headers["cache-control"]
        assert b"font-face" not in reply.body  # the font of the NHS is for the NHS
    assert office.get(re.sub(r"[0-9a-f]{16}", "0" * 16, paths[0])).status == 404
    assert office.get(paths[0].rsplit("/", 1)[0] + "/..%2f..%2fdoor.py").status == 404


def test_pages_work_without_the_fetched_front_end(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(static, "_THEIRS", tmp_path)
    for cached in (static._assets, static._digest):
        cached.cache_clear()
    try:
        _, link = office.begun()
        page = office.get(f"{link}page/partnership")
        assert "plain.css" in page.text
        assert "<script" not in page.text
        assert office.get(re.findall(r'href="(/assets/[^"]+plain.css)"', page.text)[0]).status == 200
        assert office.send(f"{link}page/partnership", PL1="1", _go="next").status == 303
    finally:
        monkeypatch.undo()
        for cached in (static._assets, static._digest):
            cached.cache_clear()


def test_every_kind_says_who_sees_it(office: Office) -> None:
    seen = {
        Kind(instruments()[instrument].kind): office.get(f"/questionnaire/{instrument}").seen for instrument in EVERY
    }

    assert "never by person" in seen[Kind.SKILLS]
    assert all("Who sees the answers" in words for words in seen.values())


def test_what_is_private_is_not_to_be_shared(office: Office) -> None:
    found, link = office.begun()
    office.desk.share(MO, found.id, LMC)
    _, private = office.begun(SKILLS)

    assert "Stop sharing with the LMC" in office.get(f"{link}sharing").seen
    assert office.get(f"{private}sharing").headers["location"] == f"{private}start"
    assert office.post(f"{private}sharing", {"_go": "share"}).status == 409
