"""Web pages: the main text, in order, without what stands around it."""

from __future__ import annotations

import pytest

from corpus.when import When
from ingest.blocks import Reading
from ingest.readers.html import read_html

TEXT = "A practice merger is when two or more practices join together to form a single practice."


def read(body: str, head: str = "") -> Reading:
    return read_html(f"<html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>".encode())


def blocks(body: str) -> list[tuple[str, str, int]]:
    return [(block.kind.value, block.text, block.level) for block in read(body).blocks]


def words(body: str) -> str:
    return " ".join(block.text for block in read(body).blocks)


def test_headings_and_paragraphs_come_in_order() -> None:
    assert blocks(f"<h1>Mergers</h1><p>{TEXT}</p><h2>Who <em>decides</em>?</h2><div>You do.</div>") == [
        ("heading", "Mergers", 1),
        ("paragraph", TEXT, 0),
        ("heading", "Who decides?", 2),
        ("paragraph", "You do.", 0),
    ]


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav>SECRET</nav>",
        "<aside>SECRET</aside>",
        "<header>SECRET</header>",
        "<footer>SECRET</footer>",
        "<script>var a = 'SECRET'</script>",
        "<style>.x{} SECRET</style>",
        "<noscript>SECRET</noscript>",
        "<template><p>SECRET</p></template>",
        "<!-- SECRET -->",
        "<p hidden>SECRET</p>",
        "<p aria-hidden=true>SECRET</p>",
        "<p style='color:red; display: none'>SECRET</p>",
        "<button>SECRET</button>",
        "<select><option>SECRET</select>",
        "<textarea>SECRET</textarea>",
        "<div class='nhsuk-breadcrumb'>SECRET</div>",
        "<div class='cookie-banner'>SECRET</div>",
        "<a class='skip-link'>SECRET</a>",
        "<ul class='main-menu'><li>SECRET</ul>",
        "<div class='share-buttons'>SECRET</div>",
        "<section class='related-articles'>SECRET</section>",
        "<div role=navigation>SECRET</div>",
        "<div role=banner>SECRET</div>",
    ],
)
def test_what_is_not_the_text_of_the_page_is_dropped(furniture: str) -> None:
    text = words(f"<p>Before it.</p>{furniture}<p>{TEXT}</p> and the tail.")

    assert "SECRET" not in text
    assert text == f"Before it. {TEXT} and the tail."


def test_only_the_main_part_is_read_where_the_page_marks_it() -> None:
    assert words(f"<p>Around it</p><main><h1>M</h1><p>{TEXT}</p></main><p>Below it</p>") == f"M {TEXT}"


def test_a_main_part_with_little_in_it_does_not_hide_the_rest() -> None:
    assert TEXT in words(f"<main>Loading</main><div><p>{TEXT}</p></div>")


def test_a_list_of_short_links_on_an_unmarked_page_is_a_menu() -> None:
    menu = "".join(f"<li><a href=/{n}>Page {n}</a>" for n in range(6))

    assert words(f"<ul>{menu}</ul><p>{TEXT}</p><p>{TEXT}</p>") == f"{TEXT} {TEXT}"


def test_a_list_of_links_in_the_main_part_is_text() -> None:
    links = "".join(f"<li><a href=/{n}>Paper {n}</a>" for n in range(6))

    assert "Paper 5" in words(f"<main><p>{TEXT}</p><ul>{links}</ul></main>")


def test_a_section_with_a_telling_id_is_not_furniture() -> None:
    assert TEXT in words(f"<p>{TEXT * 3}</p><section id=menu-of-support><p>{TEXT}</p></section>")


def test_ordered_lists_keep_their_numbers_and_depth() -> None:
    body = "<ol start=3><li>three<li>four<ul><li>deep</ul><li value=9>nine</ol><ol type=a><li>x</ol>"

    assert blocks(body) == [
        ("item", "3. three", 0),
        ("item", "4. four", 0),
        ("item", "• deep", 1),
        ("item", "9. nine", 0),
        ("item", "a. x", 0),
    ]


def test_the_paragraphs_of_an_item_stay_in_it() -> None:
    assert blocks("<ul><li><p>First.</p><p>Second.</p></li></ul>") == [("item", "• First. Second.", 0)]


def test_spanning_cells_carry_their_names() -> None:
    body = (
        "<table><tr><th rowspan=2>Service</th><th colspan=2>Fee</th></tr><tr><th>Member</th><th>Other</th></tr>"
        "<tr><td rowspan=2>Report<td>£82<td>£90<tr><td>£1<td>£2</table>"
    )

    assert [text for _, text, _ in blocks(body)] == [
        "Service: Report; Fee Member: £82; Fee Other: £90",
        "Service: Report; Fee Member: £1; Fee Other: £2",
    ]


def test_a_layout_table_is_read_like_text() -> None:
    assert blocks(f"<table><tr><td><h2>Left</h2><p>{TEXT}</p><td>Right</table>") == [
        ("heading", "Left", 2),
        ("paragraph", TEXT, 0),
        ("paragraph", "Right", 0),
    ]


def test_definitions_quotes_captions_and_details_are_text() -> None:
    body = (
        "<dl><dt>PCN<dd>Primary care network</dl><blockquote>Said.</blockquote>"
        "<figure><img alt=x><figcaption>Caption.</figcaption></figure>"
        "<details><summary>More</summary>In it.</details>"
    )

    assert [text for _, text, _ in blocks(body)] == [
        "PCN: Primary care network",
        "Said.",
        "Caption.",
        "More",
        "In it.",
    ]


def test_preformatted_lines_stay_lines() -> None:
    assert blocks("<pre>a\n  b</pre>") == [("paragraph", "a\n  b", 0)]


def test_unclosed_tags_lose_nothing() -> None:
    text = words("<h1>Heading<p>First canary<table><tr><td>A<td>B<tr><td>C<td>D<p>After")

    assert all(word in text for word in ("Heading", "First", "canary", "B", "C", "After"))


def test_a_footnote_mark_does_not_run_into_the_word() -> None:
    assert words(f"<p>the website<sup><a href=#1>2</a></sup> says</p><p>{TEXT}</p>").startswith("the website says")


@pytest.mark.parametrize("nest", ["<div>", "<ul><li>x", "<table><tr><td>a<td>", "<dl><dd>", "<b>"])
def test_nesting_without_end_neither_hangs_nor_loses_the_text(nest: str) -> None:
    assert "deep" in words(nest * 3000 + "deep")


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Mergers - Somerset LMC</title>", f"<p>{TEXT}</p>", "Mergers"),
        ("<title>Mergers | LMC</title>", f"<h1>Practice mergers</h1><p>{TEXT}</p>", "Practice mergers"),
        ("<title> - Somerset LMC</title>", f"<h1></h1><p>{TEXT}</p>", None),
    ],
)
def test_the_title_is_the_heading_or_the_page_title_without_the_site(head: str, body: str, title: str | None) -> None:
    assert read(body, head).title == title


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("<meta property='article:published_time' content='2015-06-11T10:00:00Z'>", ""),
        ("<meta name='DCTERMS.modified' content='2015-06-11'>", ""),
        ("<meta name=description content=x>", "<time datetime=2015-06-11>June</time>"),
        ("", "<p>Published 11 June 2015</p>"),
    ],
)
def test_the_date_comes_from_metadata_then_from_the_text(head: str, body: str) -> None:
    assert read(f"{body}<p>{TEXT}</p>", head).published == When(2015, 6, 11)


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("iso-8859-1", "cp1252"), ("windows-1252", "cp1252"), ("utf-8", "cp1252"), ("utf-8", "utf-8")],
)
def test_the_declared_encoding_is_used_unless_it_is_wrong(declared: str, encoding: str) -> None:
    page = f'<html><head><meta charset="{declared}"></head><body><p>The LMC’s fee is £40 – café.</p></body></html>'

    assert read_html(page.encode(encoding)).blocks[0].text == "The LMC’s fee is £40 – café."
