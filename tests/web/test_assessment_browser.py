"""Filling in in a real browser: by keyboard alone, with scripts and without, and with no barrier that axe knows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

from assess.model import Who
from scoring.form import pages
from scoring.instrument import instruments
from tests.web.assessing import HEALTHCHECK, MERGER, MO, OLA, RESILIENCE, SKILLS, TEAM, Office
from tests.web.test_plan_pages import action_of, plan_of, sent

pytestmark = [pytest.mark.slow, pytest.mark.browser]

CHROMIUM = Path("/usr/bin/chromium")
MOST_KEYS = 400


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists() and os.environ.get("TEST_REQUIRE_BROWSER") != "1":
        pytest.skip(f"there is no browser at {CHROMIUM}")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


def window(browser: Browser, *, javascript: bool = True, width: int = 1_200) -> Page:
    page = browser.new_context(java_script_enabled=javascript, viewport={"width": width, "height": 800}).new_page()
    page.set_default_timeout(20_000)
    return page


class Keyboard:
    """A person without a mouse: Tab to a thing, look at what it is, press a key. Nothing here clicks or fills."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def at(self) -> dict[str, str]:
        """What has the focus: its kind, name, value and words. The browser tells it also with scripts off."""
        found: dict[str, str] = self.page.locator(":focus").evaluate(
            """e => ({tag: e.tagName, type: e.type || "", name: e.name || "", value: e.value || "", id: e.id,
                      text: (e.textContent || "").trim().replace(/\\s+/g, " ")})"""
        )
        return found

    def tab_to(self, tag: str, *, text: str = "", name: str = "") -> dict[str, str]:
        for _ in range(MOST_KEYS):
            self.page.keyboard.press("Tab")
            if not self.page.locator(":focus").count():
                continue
            at = self.at()
            if at["tag"] == tag and at["text"].startswith(text) and at["name"].startswith(name):
                return at
        raise AssertionError(f"the keyboard does not reach {tag} {text}{name}")

    def press(self, text: str, tag: str = "BUTTON") -> None:
        self.tab_to(tag, text=text)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def choose(self, downs: int) -> str:
        """In the radio buttons that have the focus; the arrow keys choose, as the space bar chooses the first."""
        self.page.keyboard.press("Space")
        for _ in range(downs):
            self.page.keyboard.press("ArrowDown")
        return self.at()["value"]


@pytest.mark.parametrize("javascript", [True, False])
def test_somebody_with_a_keyboard_only_completes_the_healthcheck(
    office: Office, browser: Browser, javascript: bool
) -> None:
    found, link = office.begun()
    page = window(browser, javascript=javascript)
    keyboard = Keyboard(page)
    page.goto(office.url(f"{link}start"))

    page.keyboard.press("Tab")
    assert keyboard.at()["text"] == "Skip to main content"
    keyboard.press("Start", "A")
    chosen: dict[str, str] = {}
    for number, form in enumerate(pages(instruments()[HEALTHCHECK], {})):
        if form.title not in page.title():  # it starts at the first that is scored; the one before is optional
            continue
        for field in form.fields:
            at = keyboard.tab_to("INPUT", name=field.id)
            if at["type"] == "radio":
                chosen[field.id] = keyboard.choose((number + len(chosen)) % len(field.options))
            else:
                page.keyboard.type("7")
                chosen[field.id] = "7"
        keyboard.press("Save and continue")
    assert "Check your answers" in page.title()
    keyboard.press("Finish and get the report", "A")
    keyboard.press("Finish and get the report")  # without an answer to what it asks

    assert page.title().startswith("Error: ")
    if javascript:
        assert "There is a problem" in keyboard.at()["text"]  # the focus is on the summary
    keyboard.tab_to("A", text="Choose whether your scores may count")
    page.keyboard.press("Enter")
    if not javascript:  # the browser goes to the place, and the next Tab to what is there
        keyboard.tab_to("INPUT", name="agree")
    keyboard.choose(0)
    keyboard.press("Finish and get the report")

    assert page.get_by_role("heading", name="Thank you. This is finished").is_visible()
    assert len(chosen) >= 36
    assert {key: office.responses(found)[key] for key in chosen} == chosen
    assert office.desk.open(MO, found.id).assessment.finished is not None
    page.context.close()


@pytest.mark.parametrize("javascript", [True, False])
def test_an_officer_with_a_keyboard_only_changes_an_action_and_approves_the_plan(
    office: Office, browser: Browser, javascript: bool
) -> None:
    one = sent(office)
    action = action_of(office, one)
    page = window(browser, javascript=javascript)
    keyboard = Keyboard(page)
    page.goto(office.url(f"{office.link(one, OLA)}start"))

    keyboard.press("Read and approve the action plan", "A")
    assert page.get_by_text("Deed in the blue folder").is_visible()  # the evidence is open for who has to judge it
    keyboard.press("Change or comment action 1", "A")
    keyboard.tab_to("TEXTAREA", name="note")
    page.keyboard.type("Ours is a model.")
    keyboard.press("Save")
    assert page.get_by_text("The action is changed.").is_visible()
    keyboard.press("Send it back")  # without the note that it needs
    assert page.title().startswith("Error: ")
    if javascript:
        assert "There is a problem" in keyboard.at()["text"]
    keyboard.tab_to("TEXTAREA", name="note")
    page.keyboard.type("Begin with the first.")
    keyboard.press("Approve the plan")

    assert page.get_by_text("The plan is approved.").is_visible()
    assert (plan_of(office, one).state, plan_of(office, one).note) == ("approved", "Begin with the first.")
    assert action_of(office, one, action.criterion).note == "Ours is a model."
    page.context.close()


def every_page(office: Office) -> list[str]:
    """A page of each kind, with everything on it that there can be."""
    health, link = office.begun(HEALTHCHECK)
    office.desk.save(MO, health.id, "partnership", {"PL1": "3", "PL2": "DK"})
    plan = sent(office)
    officer, change = office.link(plan, OLA), f"plan/action/{action_of(office, plan).id}"
    resilience, levels = office.begun(RESILIENCE)
    office.desk.save(
        MO, resilience.id, "partnership", {"RA01": "3", "RA01.note": "Seen", "RA01.evidence_seen": "2026-03"}
    )
    _, skills = office.begun(SKILLS)
    _, merger = office.begun(MERGER)
    office.desk.invite(MO, office.practice.id, "Sam Jones")
    finished = office.start(SKILLS, Who(TEAM, "U0PAT"))
    office.fill(finished, Who(TEAM, "U0PAT"))
    office.desk.finish(Who(TEAM, "U0PAT"), finished.id)
    done = office.link(finished, Who(TEAM, "U0PAT"))
    return [
        *(f"{link}{path}" for path in ("start", "page/about", "page/partnership", "page/outcomes", "check", "later")),
        *(f"{link}{path}" for path in ("finish", "people", "sharing", "delete", "print", "print?answers=yes")),
        *(f"{levels}{path}" for path in ("start", "page/partnership", "check", "finish", "print")),
        *(f"{skills}{path}" for path in ("start", "page/LG1", "finish")),
        *(f"{merger}{path}" for path in ("start", "page/about", "page/direction", "finish")),
        *(f"{done}{path}" for path in ("start", "check", "finished")),
        *(f"{officer}{path}" for path in ("start", "plan", change, "plan/add", "check")),
        *(f"{office.link(plan)}{path}" for path in ("start", "finished", "plan")),
        f"/questionnaire/{MERGER}",
        "/assessment/forged.token/start",
    ]


@pytest.mark.parametrize("width", [320, 1_200])
def test_axe_finds_no_barrier_on_any_page_and_nothing_is_wider_than_the_window(
    office: Office, browser: Browser, width: int
) -> None:
    page = window(browser, width=width)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in every_page(office):
        page.goto(office.url(path))
        assert_no_barrier(page, width)

    assert [said for said in complaints if "status of 404" not in said] == []
    page.context.close()


def assert_no_barrier(page: Page, width: int) -> None:
    found = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url  # WCAG 1.4.10


@pytest.mark.parametrize("width", [320, 1_200])
def test_axe_finds_no_barrier_where_something_is_wrong_or_met_another_answer(
    office: Office, browser: Browser, width: int
) -> None:
    found, link = office.begun()
    page = window(browser, width=width)
    page.goto(office.url(f"{link}page/about"))
    page.fill("#partners_n", "lots")
    page.get_by_role("button", name="Save and continue").click()
    assert page.get_by_role("alert").is_visible()
    assert_no_barrier(page, width)

    page.goto(office.url(f"{link}page/partnership"))
    office.desk.save(Who(TEAM, "U0PAT"), found.id, "partnership", {"PL1": "0"})
    page.locator("input[name=PL1][value='4']").check()
    page.get_by_role("button", name="Save and continue").click()
    assert "Somebody else changed this too" in page.get_by_role("alert").inner_text()
    assert_no_barrier(page, width)

    page.goto(office.url(f"{link}people"))
    page.fill("#name", "Sam Jones")
    page.get_by_role("button", name="Make a link", exact=True).click()
    assert page.get_by_role("heading", name="A link for Sam Jones").is_visible()
    assert_no_barrier(page, width)
    page.context.close()


def test_a_link_of_the_error_summary_brings_the_focus_to_the_field(office: Office, browser: Browser) -> None:
    _, link = office.begun(MERGER)
    page = window(browser)
    page.goto(office.url(f"{link}page/about"))
    page.fill("#date-day", "31")
    page.fill("#date-month", "2")
    with page.expect_navigation():
        page.get_by_role("button", name="Save and continue").click()
    assert "There is a problem" in Keyboard(page).at()["text"]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert Keyboard(page).at()["id"] == "date-day"
    page.context.close()


def test_leaving_a_page_with_answers_that_were_not_saved_is_asked_about(office: Office, browser: Browser) -> None:
    _, link = office.begun()
    page = window(browser)
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.goto(office.url(f"{link}page/partnership"))
    page.get_by_role("link", name="Back to the start page").click()
    assert asked == []

    page.goto(office.url(f"{link}page/partnership"))
    page.locator("input[name=PL1][value='4']").check()
    page.get_by_role("link", name="Back to the start page").click()
    page.wait_for_url("**/start")

    assert asked == ["beforeunload"]
    page.context.close()


@pytest.mark.parametrize("width", [320, 1_200])
def test_the_target_of_every_button_link_and_box_is_large_enough(office: Office, browser: Browser, width: int) -> None:
    """WCAG 2.5.8: 24 by 24 pixels, but for links within a sentence."""
    _, link = office.begun()
    page = window(browser, width=width)
    for path in ("start", "page/partnership", "people"):
        page.goto(office.url(f"{link}{path}"))
        for one in page.locator("button:visible, input:visible, a.nhsuk-button:visible, .nhsuk-radios__label").all():
            box = one.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 24, (path, one.inner_html())
    page.context.close()
