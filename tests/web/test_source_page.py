"""A link shows the source at its page, with the passage marked, to those who may read it today."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corpus.model import Audience, Passage, Span, SpanKind
from tests.web.served import Reply, Site
from web.original import open_original
from web.setting import Group, GroupKind, Part, set_out

CHROMIUM = Path("/usr/bin/chromium")
GONE = "This link no longer opens a document"


def marked(reply: Reply) -> list[str]:
    """The marked runs, without what only screen readers say."""
    runs = re.findall(r"<mark[^>]*>(.*?)</mark>", reply.text, re.DOTALL)
    return [re.sub(r"<span.*?</span>", "", run, flags=re.DOTALL) for run in runs]


def hrefs(reply: Reply, words: str) -> list[str]:
    """Where the links lead that hold some words."""
    found = re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', reply.text, re.DOTALL)
    return [href for href, said in found if words in re.sub(r"<[^>]+>", "", said)]


# --- what it shows -----------------------------------------------------------------------------------------------


def test_the_page_names_its_document_and_marks_the_passage(site: Site) -> None:
    reply = site.page("levy", holding="42 pence")

    assert reply.status == 200
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert "<title>The LMC levy, page 1 of 3</title>" in reply.text
    assert "Publisher Anytown LMC" in reply.seen
    assert "Published 1 April 2026 Last reviewed 2 May 2026" in reply.seen
    assert "Status Current" in reply.seen
    assert "Page 1 of 3" in reply.seen
    assert marked(reply) == ["Each practice pays the levy. It is 42 pence for each patient."]
    assert "Start of the quoted passage. Each practice" in reply.seen
    assert "each patient. End of the quoted passage." in reply.seen


def test_headings_and_lists_stay_what_they_were(site: Site) -> None:
    text = site.page("levy", holding="legal advice").text

    assert "<h3>The levy</h3>" in text
    assert "<h3>What it pays for</h3>" in text
    assert len(re.findall(r"<li><mark", text)) == 3


def test_rows_with_the_same_columns_are_a_table(site: Site) -> None:
    reply = site.page("levy", 2, "2025")

    assert '<th scope="col">Year</th><th scope="col">Pence</th>' in reply.text
    assert marked(reply) == ["2025", "41", "2026", "42", "Ask the office about arrears."]
    assert '<td><mark id="passage">' in reply.text


def test_the_whole_stored_text_of_the_page_can_be_read(site: Site) -> None:
    page = site.snapshot().page("anytown/levy", 1)

    words = site.page("levy").seen

    assert page is not None
    for line in filter(None, page.text.split("\n")):
        assert line in words


def test_the_pages_before_and_after_are_linked_and_expire_with_the_link(site: Site) -> None:
    token = site.token("levy", 2, "2025")
    site.now += dt.timedelta(days=3)

    reply = site.get(f"/source/{token}")

    (before,), (after,) = hrefs(reply, "Previous page"), hrefs(reply, "Next page")
    link = site.read(token)
    assert site.read(before) == replace(link, page=1)
    assert site.read(after) == replace(link, page=3)
    assert site.get(f"/source/{after}").seen.count("Page 3 of 3") == 1


def test_the_first_page_has_none_before_it_and_the_last_none_after(site: Site) -> None:
    assert "Previous page" not in site.page("levy", 1).text
    assert "Next page" not in site.page("levy", 3).text
    assert "<nav" not in site.page("rota").text


def test_another_page_leads_back_to_the_passage(site: Site) -> None:
    reply = site.page("levy", 3, "42 pence")

    (back,) = hrefs(reply, "Go to the passage that was quoted, on page 1")
    assert site.read(back).page == 1
    assert marked(reply) == []


def test_a_page_that_is_not_there_is_gone(site: Site) -> None:
    assert site.page("levy", 4).status == 410


def test_a_replaced_document_says_by_what_and_links_to_it(site: Site) -> None:
    reply = site.page("merger-2019", holding="area team", audience=Audience.PRACTICE)

    (later,) = hrefs(reply, "Replaced by “Guide to mergers”")
    assert "This document has been replaced." in reply.seen
    assert "This document is from June 2019, 7 years ago." in reply.seen
    assert "Guide to mergers" in site.get(f"/source/{later}").seen


def test_what_replaces_a_document_is_not_named_to_those_who_may_not_read_it(site: Site) -> None:
    site.change('title = "Guide to mergers"\npublished = 2026-02-01\naudience = "practice"',
                'title = "Guide to mergers"\npublished = 2026-02-01\naudience = "officer"')  # fmt: skip

    reply = site.page("merger-2019", holding="area team", audience=Audience.PRACTICE)

    assert reply.status == 200
    assert "Guide to mergers" not in reply.text
    assert "This document has been replaced. Ask your LMC office what holds now." in reply.seen


def test_an_address_that_would_run_something_is_never_linked(site: Site) -> None:
    site.change('contact = "the merger lead"', 'contact = "the merger lead"\nsource_url = "javascript:alert(1)"')

    reply = site.page("merger-2019", audience=Audience.PRACTICE)

    assert "javascript:" not in reply.text


def test_a_document_under_review_says_so_with_its_age_and_what_is_overdue(site: Site) -> None:
    reply = site.page("rota")

    assert "Status Under review" in reply.seen
    assert "This document is from January 2024, 2 years ago." in reply.seen
    assert "Its review was due in January 2026." in reply.seen


def test_a_document_without_a_date_says_so(site: Site) -> None:
    assert "does not give its date" in site.page("page").seen


def test_a_passage_that_a_new_edition_does_not_have_is_missed_in_words(site: Site) -> None:
    token = site.token("rota", holding="Tuesdays")
    site.files["rota.txt"] = "# Rota\nThe helpdesk is open on Fridays."
    site.ingest()

    reply = site.get(f"/source/{token}")

    assert reply.status == 200
    assert "the passage that was quoted is no longer in it" in reply.seen
    assert marked(reply) == []


def test_the_page_says_how_long_the_link_works(site: Site) -> None:
    assert "This link works until 30 November 2026" in site.page("rota").seen


# --- who may see it ----------------------------------------------------------------------------------------------


def test_a_forged_link_is_no_page(site: Site) -> None:
    for kind in ("source", "file"):
        for token in ("x", "a.b", "..%2f..%2fetc%2fpasswd", "%00", "A" * 5_000, "%ff.%ff", "%E2%80%AE"):
            reply = site.get(f"/{kind}/{token}")
            assert reply.status == 404
            assert b"root:" not in reply.body


def test_no_path_of_the_machine_is_served(site: Site) -> None:
    for path in (
        "/file/../../../../etc/passwd",
        "/file//etc/passwd",
        "/source/",
        "/file/",
        "/source",
        "/web/source.py",
    ):
        reply = site.get(path)
        assert reply.status == 404
        assert b"root:" not in reply.body


def test_one_letter_changed_makes_a_link_forged(site: Site) -> None:
    token = site.token("levy")

    assert site.get(f"/source/{token[:-1]}{'A' if token[-1] != 'A' else 'B'}").status == 404


@pytest.mark.parametrize("kind", ["source", "file"])
def test_an_expired_link_is_gone(site: Site, kind: str) -> None:
    token = site.token("levy")
    site.now += dt.timedelta(days=8)

    reply = site.get(f"/{kind}/{token}")

    assert reply.status == 410
    assert GONE in reply.seen
    assert "levy" not in reply.seen.lower()


def test_whoever_has_a_link_that_ended_learns_nothing_of_why(site: Site) -> None:
    """Expired, withdrawn, closed and removed look the same."""
    levy, rota, merger = site.token("levy"), site.token("rota"), site.token("page")
    site.store.hide({"anytown/rota": "wrong"})
    del site.files["page.html"]
    (site.root / "page.html").unlink()
    site.change('[[document]]\npath = "page.html"\n', "")
    hidden, removed = site.get(f"/source/{rota}"), site.get(f"/source/{merger}")
    site.now += dt.timedelta(days=8)
    expired = site.get(f"/source/{levy}")

    assert {hidden.status, removed.status, expired.status} == {410}
    assert hidden.body == removed.body == expired.body


@pytest.mark.parametrize("kind", ["source", "file"])
def test_a_hidden_document_is_gone_at_once_and_comes_back(site: Site, kind: str) -> None:
    token = site.token("levy")
    site.store.hide({"anytown/levy": "wrong"})
    while_hidden = site.get(f"/{kind}/{token}").status
    site.store.show(["anytown/levy"])

    assert (while_hidden, site.get(f"/{kind}/{token}").status) == (410, 200)


@pytest.mark.parametrize("kind", ["source", "file"])
def test_a_document_that_the_manifest_withdraws_is_gone(site: Site, kind: str) -> None:
    token = site.token("rota")
    site.change('status = "under_review"', 'status = "withdrawn"')
    hidden = site.get(f"/{kind}/{token}").status
    site.store.show(["anytown/rota"])  # not even where it is no longer hidden

    assert (hidden, site.get(f"/{kind}/{token}").status) == (410, 410)


@pytest.mark.parametrize("kind", ["source", "file"])
@pytest.mark.parametrize(
    ("made_for", "now_for", "status"),
    [
        ("practice", "practice", 200),
        ("practice", "public", 200),
        ("practice", "officer", 410),
        ("practice", "confidential", 410),
        ("public", "practice", 410),  # who had the link may be no practice
    ],
)
def test_the_audience_of_today_decides(site: Site, kind: str, made_for: str, now_for: str, status: int) -> None:
    token = site.token("merger", holding="commissioner", audience=Audience(made_for))
    if now_for != "practice":
        site.change('published = 2026-02-01\naudience = "practice"', f'published = 2026-02-01\naudience = "{now_for}"')

    assert site.get(f"/{kind}/{token}").status == status


def test_a_link_to_what_officers_read_opens_nothing_even_if_one_were_signed(site: Site) -> None:
    link = site.read(site.token("levy"))

    for audience in Audience:
        token = site.links.token(replace(link, document_key="anytown/line", audience=audience))
        assert site.get(f"/source/{token}").status == 410
        assert site.get(f"/file/{token}").status == 410


def test_without_an_index_people_are_told_to_come_back(site: Site) -> None:
    token = site.token("levy")
    (site.store.data / "CURRENT").unlink()

    reply = site.get(f"/source/{token}")

    assert reply.status == 503
    assert reply.headers["retry-after"] == "120"
    assert "Try again in a few minutes" in reply.seen


def test_nothing_can_be_written_to(site: Site) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert site.get(f"/source/{site.token('levy')}", method).status == 405


# --- what documents say is text ------------------------------------------------------------------------------------


def test_markup_in_a_document_is_text(site: Site) -> None:
    reply = site.page("hostile", holding="onerror")

    assert reply.status == 200
    assert set(re.findall(r"<(script|img|svg|iframe|object|embed|form|input|b|i|u)\b", reply.text)) == set()
    assert "<h3>&lt;script&gt;alert(1)&lt;/script&gt;</h3>" in reply.text
    assert "{{ 7*7 }}" in reply.seen
    assert "</title><script>alert('title')</script>" in reply.seen
    assert reply.text.count("</title>") == 1
    assert "Who to ask <b>me</b>" in reply.seen
    assert re.findall(r'href="(?!#|\.\./file/|[\w-]+\.[\w-]+")[^"]*"', reply.text) == []


# --- the original --------------------------------------------------------------------------------------------------


def test_the_original_is_sent_as_it_was_read(site: Site) -> None:
    page = site.page("levy", 2)
    (href,) = hrefs(page, "Open the original file at page 2")
    assert href.startswith("../file/")
    assert href.endswith("#page=2")

    reply = site.get(href.removeprefix("..").partition("#")[0])

    assert reply.status == 200
    assert reply.body == (site.root / "levy.pdf").read_bytes()
    assert reply.headers["content-type"] == "application/pdf"
    assert reply.headers["content-disposition"] == "inline; filename*=UTF-8''levy.pdf"
    assert int(reply.headers["content-length"]) == len(reply.body)


@pytest.mark.parametrize(
    ("name", "media_type", "way"),
    [
        ("rota", "text/plain; charset=utf-8", "inline"),
        ("page", "application/octet-stream", "attachment"),
        ("drawing", "application/octet-stream", "attachment"),
        ("letter", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "attachment"),
    ],
)
def test_a_browser_is_never_given_what_it_would_run(site: Site, name: str, media_type: str, way: str) -> None:
    reply = site.file(name)

    assert reply.status == 200
    assert reply.headers["content-type"] == media_type
    assert reply.headers["content-disposition"].startswith(f"{way}; ")
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in reply.headers["content-security-policy"]


def test_text_of_another_alphabet_is_not_called_utf_8(site: Site) -> None:
    """The reader of this library is told the text; its file is written the old way."""
    file = site.root / "rota.txt"
    file.write_bytes("# Rota\nÀ la carte.".encode("latin-1"))
    stored = site.snapshot().document("anytown/rota")
    assert stored is not None

    opened = open_original(replace(stored.document, sha256=hashlib.sha256(file.read_bytes()).hexdigest()))

    assert opened is not None
    assert b"".join(opened.blocks()) == file.read_bytes()
    assert opened.media_type == "text/plain"


@pytest.mark.parametrize("change", ["edited", "removed", "a folder", "a link elsewhere"])
def test_a_file_that_is_not_what_was_read_is_not_sent(site: Site, change: str) -> None:
    token, file = site.token("rota"), site.root / "rota.txt"
    file.unlink()
    if change == "edited":
        file.write_text("# Rota\nThe helpdesk is open on Fridays.")
    elif change == "a folder":
        file.mkdir()
    elif change == "a link elsewhere":
        file.symlink_to("/etc/passwd")

    reply = site.get(f"/file/{token}")

    assert reply.status == 410
    assert "has been changed or moved" in reply.seen
    assert site.get(f"/source/{token}").status == 200


def test_a_name_in_any_script_is_a_safe_header(site: Site) -> None:
    name = 'rota "2026"; ä\r\nX-Evil: 1.txt'.replace("\r\n", " ")
    site.files[name] = "# Another rota\nOn Fridays."
    site.change('[[document]]\npath = "page.html"', f"[[document]]\nid = \"another\"\npath = '{name}'\n"
                '[[document]]\npath = "page.html"')  # fmt: skip

    disposition = site.file("another").headers["content-disposition"]

    assert disposition == "inline; filename*=UTF-8''rota%20%222026%22%3B%20%C3%A4%20X-Evil%3A%201.txt"


# --- headers -------------------------------------------------------------------------------------------------------


def replies(site: Site) -> Iterator[Reply]:
    token = site.token("levy")
    yield site.get(f"/source/{token}")
    yield site.get(f"/file/{token}")
    yield site.get("/source/forged.token")
    site.store.hide({"anytown/rota": "wrong"})
    yield site.page("rota")


HEADERS = {
    "cache-control": "private, no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex, nofollow, noarchive",
    "cross-origin-resource-policy": "same-origin",
}


def test_every_reply_has_the_headers_that_keep_it_private(site: Site) -> None:
    for reply in replies(site):
        assert {name: reply.headers.get(name) for name in HEADERS} == HEADERS


def test_no_reply_may_load_or_run_anything_or_be_framed(site: Site) -> None:
    for reply in replies(site):
        policy = dict(part.split(" ", 1) for part in reply.headers["content-security-policy"].split("; "))
        assert policy.pop("style-src", "'sha256-").startswith("'sha256-")
        assert policy == dict.fromkeys(("default-src", "base-uri", "form-action", "frame-ancestors"), "'none'")
        assert "set-cookie" not in reply.headers


def test_the_only_style_that_counts_is_ours(site: Site) -> None:
    reply = site.page("levy")
    (style,) = re.findall(r"<style>(.*?)</style>", reply.text, re.DOTALL)

    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert f"style-src 'sha256-{digest}'" in reply.headers["content-security-policy"]
    assert " style=" not in reply.text


# --- setting out a page ----------------------------------------------------------------------------------------------


def a_passage(name: str, text: str, kinds: list[SpanKind], page: int = 1, path: tuple[str, ...] = ()) -> Passage:
    """A passage whose lines are its spans, all of them on one page."""
    spans, start = [], 0
    for line, kind in zip(text.split("\n"), kinds, strict=True):
        spans.append(Span(start, start + len(line), page, kind))
        start += len(line) + 1
    return Passage(name, "lib/paper", 0, path, page, page, text, tuple(spans))


def said(group: Group) -> list[str]:
    return ["".join(part.text for part in cell) for row in group.rows for cell in row]


def test_of_two_equal_passages_the_right_one_is_marked() -> None:
    first = a_passage("p", "Ask us.", [SpanKind.SENTENCE])
    second = a_passage("p-2", "Ask us.", [SpanKind.SENTENCE])

    groups = set_out("A\n\nAsk us.\n\nB\n\nAsk us.", 1, [first, second], "p-2").groups

    assert [group.is_marked for group in groups] == [False, False, False, True]


def test_a_passage_that_begins_within_a_paragraph_is_marked_from_there() -> None:
    first = Passage("p", "d", 0, (), 1, 1, "One.", (Span(0, 4, 1),))
    second = Passage("q", "d", 1, (), 1, 1, "Two. Three.", (Span(0, 4, 1), Span(5, 11, 1)))

    (group,) = set_out("One. Two. Three.", 1, [first, second], "q").groups

    assert group.rows == (((Part("One. "), Part("Two. Three.", True, True, True)),),)


def test_a_passage_over_two_pages_is_marked_on_both() -> None:
    text = "What counts:\nA. first\nB. second"
    spans = (Span(0, 12, 1, SpanKind.LEAD), Span(13, 21, 2, SpanKind.ITEM), Span(22, 31, 2, SpanKind.ITEM))
    passage = Passage("p", "d", 0, (), 1, 2, text, spans)

    assert said(set_out("Top\n\nWhat counts:", 1, [passage], "p").groups[1]) == ["What counts:"]
    (listed,) = set_out("A. first\nB. second", 2, [passage], "p").groups
    assert listed.kind is GroupKind.LIST
    assert [part.begins for row in listed.rows for cell in row for part in cell] == [True, False]
    assert [part.ends for row in listed.rows for cell in row for part in cell] == [False, True]


def test_headings_go_down_one_level_at_a_time() -> None:
    passage = a_passage("p", "Text.", [SpanKind.SENTENCE], path=("A", "B", "C"))

    groups = set_out("B\n\nC\n\nText.\n\nA", 1, [passage], "").groups

    assert [group.level for group in groups if group.kind is GroupKind.HEADING] == [3, 4, 3]


@pytest.mark.parametrize(
    "rows",
    [
        ["A: 1; B: 2", "A: 1; C: 2"],  # other columns
        ["A: 1; B: 2", "no columns"],
        ["A: 1", "A: 2"],  # one column is a list
        ["A: 1; A: 2"],
        ["A: 1; B: x; y"],  # a value with the mark that parts cells
    ],
)
def test_rows_that_may_be_read_in_two_ways_are_shown_as_stored(rows: list[str]) -> None:
    passage = a_passage("p", "\n".join(rows), [SpanKind.ROW] * len(rows))

    (group,) = set_out("\n".join(rows), 1, [passage], "p").groups

    assert group.kind is GroupKind.LIST
    assert said(group) == rows


def test_an_empty_cell_stays_empty_under_its_column() -> None:
    passage = a_passage("p", "A: 1; B: 2; C: 3\nA: 4; C: 5", [SpanKind.ROW] * 2)

    (group,) = set_out(passage.text, 1, [passage], "p").groups

    assert group.columns == ("A", "B", "C")
    assert said(group) == ["1", "2", "3", "4", "", "5"]


def test_text_that_no_passage_covers_is_shown_all_the_same() -> None:
    groups = set_out("A heading\n\n" + "long " * 60, 1, [], "p").groups

    assert [group.kind for group in groups] == [GroupKind.HEADING, GroupKind.PARAGRAPH]


# --- in a browser ----------------------------------------------------------------------------------------------------


@pytest.fixture
def browser() -> Iterator[Any]:
    if not CHROMIUM.exists() and os.environ.get("TEST_REQUIRE_BROWSER") != "1":
        pytest.skip(f"there is no browser at {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1_280])
def test_the_pages_have_no_barriers_that_axe_knows(site: Site, browser: Any, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    paths = [
        f"/source/{site.token('levy', 1, '42 pence')}",
        f"/source/{site.token('levy', 2, '2025')}",
        f"/source/{site.token('merger-2019', 1, 'area team', Audience.PRACTICE)}",
        f"/source/{site.token('hostile', 1, 'onerror')}",
        "/source/forged.token",
    ]
    page = browser.new_page(viewport={"width": width, "height": 800})
    for path in paths:
        page.goto(site.url(path))
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width  # WCAG 1.4.10


@pytest.mark.slow
@pytest.mark.browser
def test_hostile_text_runs_nothing_and_the_style_is_applied(site: Site, browser: Any) -> None:
    page = browser.new_page()
    ran: list[str] = []
    page.on("dialog", lambda dialog: ran.append(dialog.message))
    page.on("console", lambda message: ran.append(message.text) if "favicon" not in message.location["url"] else None)

    page.goto(site.url(f"/source/{site.token('hostile', 1, 'onerror')}"))

    assert ran == []
    assert page.evaluate("getComputedStyle(document.querySelector('.bar')).backgroundColor") == "rgb(0, 94, 184)"


@pytest.mark.slow
@pytest.mark.browser
def test_the_keyboard_reaches_the_text_the_passage_and_the_original(site: Site, browser: Any) -> None:
    page = browser.new_page()
    page.goto(site.url(f"/source/{site.token('levy', 1, '42 pence')}"))
    reached = []
    for _ in range(4):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim()"))

    assert reached[:3] == ["Skip to the text", "Open the original file at page 1", "Go to the marked passage"]
    page.click("text=Go to the marked passage")
    assert page.url.endswith("#passage")
    assert page.locator("#passage").is_visible()
