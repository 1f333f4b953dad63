"""The page in a real browser, with a real bot behind it: what somebody who tries the assistant does first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from localslack.server import LocalSlack
from tests.localslack import scripted

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHROMIUM = Path("/usr/bin/chromium")
QUESTION = "how much leave can I carry over?"
PATIENCE_MS = 15_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without it the tests are skipped, unless the environment says that they must run."""
    if not CHROMIUM.exists() and os.environ.get("TEST_REQUIRE_BROWSER") != "1":
        pytest.skip(f"there is no {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def slack(browser: Browser) -> Iterator[LocalSlack]:
    """One workspace and bot for all tests here: each test uses people or channels of its own."""
    with LocalSlack(link_hosts=["kb.example.gov", "example.org"]) as local, scripted.running(local):
        local.allow("two-answers", "reply-outside-thread", "ephemeral-made-public")  # the scripted bot is no model
        yield local


@pytest.fixture
def page(browser: Browser, slack: LocalSlack) -> Iterator[Page]:
    """A new window; the test fails for anything that the browser complained about."""
    yield from _window(browser, slack)


@pytest.fixture
def plain(browser: Browser, slack: LocalSlack) -> Iterator[Page]:
    """A window without JavaScript."""
    yield from _window(browser, slack, javascript=False)


def _window(browser: Browser, slack: LocalSlack, *, javascript: bool = True) -> Iterator[Page]:
    context = browser.new_context(
        base_url=slack.base_url, java_script_enabled=javascript, viewport={"width": 1280, "height": 800}
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    yield page
    context.close()
    assert [one for one in complaints if "422" not in one] == []


def send(page: Page, text: str, box: str = "#composer-text") -> None:
    page.fill(box, text)
    page.press(box, "Enter")


# --- questions and answers


def test_a_mention_is_answered_in_its_thread(page: Page) -> None:
    page.goto("/as/mo/c/general")
    send(page, f"@Guidance Assistant {QUESTION}")

    page.get_by_role("link", name="1 reply").click()
    thread = page.get_by_role("complementary", name="Thread")
    expect(thread.get_by_text("You can carry over up to 5 days of unused annual leave")).to_be_visible()
    expect(page.locator("#reply-text")).to_be_focused()
    expect(thread.get_by_text("Annual leave policy")).to_be_hidden()
    thread.get_by_text("Sources (3)").click()
    expect(thread.get_by_role("link", name="Annual leave policy · §4.2 Carry-over")).to_be_visible()


def test_a_direct_message_is_answered_beside_it(page: Page) -> None:
    page.goto("/as/priya")
    page.get_by_role("button", name="What can I ask you?").click()

    expect(page.locator("aside.thread")).to_contain_text("You wrote: What topics does the guidance cover?")
    send(page, "and <b>this</b>?", "#reply-text")
    expect(page.locator("aside.thread")).to_contain_text("You wrote: and <b>this</b>?")
    expect(page.locator("#reply-text")).to_have_value("")


def test_what_is_typed_survives_what_others_write(page: Page, slack: LocalSlack) -> None:
    page.goto("/as/alice/c/officers")
    page.fill("#composer-text", "half a sente")

    slack.person("olu").says("Good morning", "#officers")

    expect(page.locator("#messages").get_by_text("Good morning")).to_be_visible()
    expect(page.locator("#composer-text")).to_have_value("half a sente")
    expect(page.locator("#composer-text")).to_be_focused()
    expect(page.locator("#announcer")).to_contain_text("Olu Adeyemi: Good morning")


def test_a_command_is_completed_and_only_its_sender_sees_the_answer(page: Page) -> None:
    page.goto("/as/pat/c/general")
    page.locator("#composer-text").press_sequentially("/a")
    expect(page.get_by_role("option", name="/ask Ask the guidance")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type("how do I appeal?")
    page.keyboard.press("Enter")
    whisper = page.locator("#messages").get_by_text("Only you see this: how do I appeal?")
    expect(whisper).to_be_visible()
    expect(page.get_by_text("Only visible to you")).to_be_visible()

    page.get_by_text("You are: Pat Porter").click()
    page.get_by_role("link", name="Bea Bright").click()
    page.locator(".sidebar a[href$=general]").click()
    expect(page.get_by_text("Message #general")).to_be_attached()
    expect(whisper).to_have_count(0)
    page.goto("/as/pat/c/general")
    expect(whisper).to_be_visible()


def test_an_unknown_command_is_said_to_be_one(page: Page) -> None:
    page.goto("/as/pat/c/lobby")
    send(page, "/dance now")

    expect(page.get_by_role("alert")).to_contain_text("/dance is not a valid command")
    expect(page.locator("#composer-text")).to_have_value("/dance now")


def test_a_file_is_sent_and_can_be_fetched_again(page: Page, slack: LocalSlack) -> None:
    page.goto("/as/bea")
    page.set_input_files("#composer input[type=file]", {"name": "policy.pdf", "mimeType": "", "buffer": b"%PDF-1.4 x"})
    expect(page.get_by_text("policy.pdf", exact=True)).to_be_visible()
    page.get_by_role("button", name="Send").last.click()

    expect(page.locator("aside.thread")).to_contain_text("You sent the file policy.pdf.")
    with page.expect_download() as downloading:
        page.locator("aside.thread .files a").click()
    assert Path(downloading.value.path()).read_bytes() == b"%PDF-1.4 x"
    assert downloading.value.suggested_filename == "policy.pdf"


# --- buttons, windows, App Home


def test_a_modal_shows_the_mistake_at_its_field_and_closes_when_it_is_right(page: Page, slack: LocalSlack) -> None:
    page.goto("/as/olu/c/officers")
    send(page, f"@guidance {QUESTION}")
    page.get_by_role("link", name="1 reply").click()
    page.get_by_role("button", name="Ask a person").click()

    window = page.get_by_role("dialog", name="Ask a person")
    details = window.get_by_label("What would you like to know?")
    window.get_by_label("Topic").select_option("Premises")
    details.fill("too short")
    window.get_by_label("By when?").fill("2026-12-01")
    window.get_by_label("A document").set_input_files({"name": "a.txt", "mimeType": "", "buffer": b"hello"})
    window.get_by_role("button", name="Send").click()
    expect(window.get_by_text("Please write a little more.")).to_be_visible()
    expect(details).to_have_value("too short")
    expect(details).to_be_focused()
    expect(details).to_have_accessible_description(
        "An officer reads this; 10 characters at least Please write a little more."
    )

    details.fill("now it is long enough")
    window.get_by_role("button", name="Send").click()
    expect(window).to_have_count(0)
    slack.wait_for(lambda: slack.posts(slack.person("olu").dm))
    view = next(one for one in slack.world.views.values() if one.user == slack.person("olu").id)
    assert view.values["topic"]["v"]["selected_option"]["value"] == "premises"
    assert view.values["urgency"]["v"]["selected_option"]["value"] == "week"
    assert view.values["by"]["v"]["selected_date"] == "2026-12-01"
    assert [file["name"] for file in view.values["paper"]["v"]["files"]] == ["a.txt"]


def test_a_button_that_asks_first_does_nothing_when_one_says_no(page: Page) -> None:
    page.goto("/as/mo/c/practice-managers")
    send(page, f"@guidance {QUESTION}")
    page.get_by_role("link", name="1 reply").click()
    answer = page.locator("aside.thread").get_by_text("You can carry over up to 5 days")

    page.get_by_role("button", name="Delete this answer").click()
    page.get_by_role("dialog", name="Delete this answer?").get_by_role("link", name="Keep").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(answer).to_be_visible()
    page.get_by_role("button", name="Delete this answer").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(answer).to_have_count(0)


def test_menus_feedback_and_reactions_reach_the_bot_and_come_back(page: Page) -> None:
    page.goto("/as/priya/c/practice-managers")
    send(page, f"@guidance {QUESTION}")
    page.get_by_role("link", name="1 reply").last.click()
    thread = page.get_by_role("complementary", name="Thread")

    thread.get_by_role("button", name="This answer helped").click()
    expect(thread.get_by_text("Noted: up")).to_be_visible()
    thread.locator(".actions summary").click()
    thread.get_by_role("button", name="Make it shorter").click()
    expect(thread.get_by_text("You chose shorter")).to_be_visible()
    thread.locator("article").nth(1).hover()
    thread.locator("article").nth(1).locator("summary[title='Add a reaction']").click()
    thread.get_by_role("button", name="tada").click()
    expect(thread.get_by_role("button", name="tada, 1: Priya Patel")).to_be_visible()


def test_a_link_button_opens_its_page_and_the_bot_hears_of_it(page: Page) -> None:
    page.context.route("https://kb.example.gov/**", lambda route: route.fulfill(body="The policy"))
    page.goto("/as/bea/c/practice-managers")
    send(page, f"@guidance {QUESTION}")
    page.get_by_role("link", name="1 reply").last.click()

    with page.expect_popup() as opening:
        page.locator("aside.thread").get_by_role("link", name="Open the policy").click()

    expect(opening.value.get_by_text("The policy")).to_be_visible()
    expect(page.locator("aside.thread").get_by_text("You opened the policy")).to_be_visible()


def test_a_shortcut_is_in_the_menu_of_a_message(page: Page) -> None:
    page.goto("/as/pat/c/lobby")
    send(page, "May we *sublet* a room?")
    message = page.get_by_role("article").filter(has_text="May we sublet a room?")
    message.hover()
    message.get_by_label("More actions").click()
    message.get_by_role("button", name="Ask about this message").click()

    expect(page.get_by_role("dialog").locator("blockquote")).to_have_text("May we sublet a room?")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_window_changes_beneath_what_is_typed_and_another_comes_on_top(page: Page) -> None:
    page.goto("/as/pat/c/lobby")
    page.locator("#composer summary[aria-label=Shortcuts]").click()
    page.get_by_role("button", name="Ask the guidance").click()
    window = page.get_by_role("dialog", name="Step 1")
    window.get_by_label("Your words").fill("half a sente")
    window.get_by_label("Choose a kind").select_option("Complaint")
    expect(window.get_by_text("Chosen: complaint")).to_be_visible()
    expect(window.get_by_label("Your words")).to_have_value("half a sente")

    window.get_by_role("button", name="Next").click()
    on_top = page.get_by_role("dialog", name="Step 2")
    expect(on_top.get_by_text("The second step")).to_be_visible()
    on_top.get_by_role("button", name="Back").click()
    expect(window.get_by_label("Your words")).to_have_value("half a sente")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_home_tab_has_buttons_and_a_box(page: Page) -> None:
    page.goto("/as/pat")
    page.get_by_role("link", name="Home", exact=True).click()
    expect(page.get_by_text("The button was pressed 0 times.")).to_be_visible()
    page.get_by_label("Your question").fill("still here")
    page.get_by_role("button", name="Press").click()

    expect(page.get_by_text("The button was pressed 1 times.")).to_be_visible()
    expect(page.get_by_label("Your question")).to_have_value("still here")
    page.get_by_label("Your question").press("Enter")
    page.get_by_role("link", name="Messages", exact=True).click()
    expect(page.get_by_text("From your home: still here")).to_be_visible()


def test_ones_own_message_is_edited_and_deleted(page: Page) -> None:
    page.goto("/as/pat/c/lobby")
    send(page, "Helo")
    message = page.get_by_role("article").filter(has_text="Helo")
    message.hover()
    message.get_by_label("More actions").click()
    message.get_by_role("link", name="Edit message").click()
    page.get_by_label("Edit your message").fill("Hello")
    page.get_by_role("button", name="Save changes").click()
    edited = page.get_by_role("article").filter(has_text="Hello (edited)")
    expect(edited).to_be_visible()

    edited.hover()
    edited.get_by_label("More actions").click()
    edited.get_by_role("button", name="Delete message").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(edited).to_have_count(0)


# --- whoever cannot or does not want to use a mouse, or scripts


def test_a_question_is_asked_and_answered_by_keyboard_alone(page: Page) -> None:
    page.goto("/as/gus/c/lobby")
    page.keyboard.type("@guid")
    expect(page.get_by_role("option", name="@Guidance Assistant")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    reply = page.get_by_role("link", name="1 reply")
    expect(reply).to_be_visible()

    _tab_to(page, "1 reply", backwards=True)
    page.keyboard.press("Enter")
    expect(page.locator("#reply-text")).to_be_focused()
    _tab_to(page, "Ask a person", backwards=True)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Ask a person")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Ask a person")).to_be_focused()


def _tab_to(page: Page, text: str, *, backwards: bool = False) -> None:
    for _ in range(60):
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
        if text in str(page.evaluate("document.activeElement.textContent")):
            return
    raise AssertionError(f"the keyboard does not reach {text}")


def test_without_javascript_everything_works_by_forms(plain: Page, slack: LocalSlack) -> None:
    plain.goto("/as/alice/c/practice-managers")
    plain.fill("#composer-text", f"@guidance {QUESTION}")
    plain.locator("#composer").get_by_role("button", name="Send").last.click()
    plain.get_by_role("link", name="1 reply").last.click()
    plain.get_by_role("button", name="Ask a person").click()
    window = plain.get_by_role("dialog", name="Ask a person")
    window.get_by_label("Topic").select_option("Premises")
    window.get_by_label("What would you like to know?").fill("short")
    window.get_by_role("button", name="Send").last.click()
    expect(window.get_by_text("Please write a little more.")).to_be_visible()
    expect(window.get_by_label("What would you like to know?")).to_have_value("short")
    window.get_by_label("What would you like to know?").fill("now it is long enough")
    window.get_by_role("button", name="Send").last.click()

    expect(plain.get_by_role("dialog")).to_have_count(0)
    slack.wait_for(lambda: slack.posts(slack.person("alice").dm))


@pytest.mark.parametrize(
    ("address", "ready"),
    [
        ("/as/alice", ".prompt"),
        ("/as/alice/c/D0ALICE/home", "text=Good morning"),
        ("/as/alice/c/archive", ".closed"),
        ("/as/ext/c/shared-icb", "#composer"),
    ],
)
def test_axe_finds_nothing_wrong(page: Page, address: str, ready: str) -> None:
    page.goto(address)
    page.wait_for_selector(ready)

    _check_axe(page)


def test_axe_finds_nothing_wrong_with_answers_and_windows(page: Page) -> None:
    page.goto("/as/alice/c/lobby")
    send(page, f"@guidance {QUESTION} `code` @Alice Archer :tada:")
    page.get_by_role("link", name="1 reply").last.click()
    page.locator("aside.thread .container summary").click()
    send(page, "/ask something")
    page.wait_for_selector(".msg.private")
    _check_axe(page)
    page.get_by_role("button", name="Ask a person").click()
    page.wait_for_selector("dialog")
    page.get_by_role("button", name="Send").last.click()
    _check_axe(page)
    page.keyboard.press("Escape")
    page.get_by_text("You are: Alice Archer").click()
    _check_axe(page)


def _check_axe(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
