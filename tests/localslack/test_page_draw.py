"""Blocks and mrkdwn become HTML that says the same and does nothing else."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localslack.page.compose import to_typed, with_handles
from localslack.page.draw import draw_blocks
from localslack.page.markdown import markdown
from localslack.page.moments import ago, day, fill, moment
from localslack.page.mrkdwn import mrkdwn, words
from localslack.page.rich import rich_text
from localslack.page.scene import Directory, Scene, field_name, read_field_name
from localslack.sample import anytown

SCENE = Scene(
    Directory({"U1": "Alice Adams", "U2": "Bea"}, {"C1": "general"}, {"S1": "lmc-officers"}),
    viewer="U1",
    viewer_groups=frozenset({"S1"}),
    now=datetime(2026, 11, 23, 12, tzinfo=UTC),
    tz=ZoneInfo("Europe/London"),
    key="m1",
)

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</form></div></details><script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "<javascript:alert(1)|click>",
    "<JaVaScRiPt:alert(1)|click>",
    "<java\tscript:alert(1)|click>",
    "<data:text/html,<script>alert(1)</script>|click>",
    "[click](javascript:alert(1))",
    '[click](https://example.org/"onmouseover="alert(1))',
    "![x](javascript:alert(1))",
    '<https://example.org/" onmouseover="alert(1)|click>',
    "<https://example.org|<b>bold</b>>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "`<script>`",
    "```<script>alert(1)</script>```",
    "<!date^1^{date}<b>^javascript:alert(1)|x>",
    "<@U1|<script>>",
    "<!subteam^S9|<script>>",
    "{{ 7*7 }} {% for x in y %} {0.__class__} {}",
    "\x00\u202e\ud800\U000e0041" + "right to left",
    "*_~`" * 50,
    "<" * 200,
]

_TAGS = """
a b blockquote br button caption code del details div em fieldset figcaption figure h3 hr i img input label legend li ol
optgroup option p pre s select span strong summary svg table tbody td textarea th thead time tr u ul use
"""
_ATTRIBUTES = """
accept alt aria-describedby aria-haspopup aria-hidden aria-invalid aria-label checked class data-menu data-press
data-tells datetime dir for formnovalidate href id label loading max maxlength min minlength multiple name open
placeholder rel required role rows scope selected src start step style tabindex target title type value
"""
_ELEMENTS = """
button feedback_buttons icon_button overflow image plain_text_input email_text_input number_input datepicker file_input
static_select users_select radio_buttons checkboxes multi_static_select multi_users_select nope
"""
_BLOCKS = """
section header divider context alert image video actions context_actions input table container card carousel task_card
plan
"""
TAGS = set(_TAGS.split())
ATTRIBUTES = set(_ATTRIBUTES.split())
VOID = {"br", "hr", "img", "input"}


class Checker(HTMLParser):
    """Fails on any tag, attribute or address that the page itself would not write, and on tags out of order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        for name, value in attrs:
            assert name in ATTRIBUTES, name
            if name in ("href", "src"):
                assert (value or "").startswith(("http://", "https://", "mailto:", "tel:", "#i-")), value
            if name == "style":
                assert (value or "").startswith("text-align:"), value
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_data(self, data: str) -> None:
        self.said += data


def check_drawn(html: str) -> str:
    """The text of `html`, which must be whole and hold nothing live."""
    checker = Checker()
    checker.feed(html)
    checker.close()
    assert checker.open == []
    html.encode()
    assert "\x00" not in html
    return checker.said


# --- mrkdwn


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _it_ ~gone~ `code`", "<b>bold</b> <i>it</i> <s>gone</s> <code>code</code>"),
        ("*_both_*", "<b><i>both</i></b>"),
        ("snake_case_name 2*3*4 a~b~c", "snake_case_name 2*3*4 a~b~c"),
        ("*not closed", "*not closed"),
        ("* not bold *", "* not bold *"),
        ("*a _b* c_", "<b>a _b</b> c_"),
        ("*over\nlines*", "*over\nlines*"),
        ("`*not bold*`", "<code>*not bold*</code>"),
        ("> one\n> two\nafter", "<blockquote>one\ntwo</blockquote>after"),
        ("before\n&gt; one", "before<blockquote>one</blockquote>"),
        (">>> all\nof it", "<blockquote>all\nof it</blockquote>"),
        ("```\na *b*\n```\nafter", '<pre class="code">a *b*</pre>after'),
        ("a &amp; b &lt;c&gt; &quot;", "a &amp; b &lt;c&gt; &amp;quot;"),
        ("<@U1> <@U2> <@U9|zed>", '<span class="mention me">@Alice Adams</span> <span class="mention">@Bea</span> '
         '<span class="mention">@zed</span>'),
        ("<#C1> <#C9|old>", '<span class="mention">#general</span> <span class="mention">#old</span>'),
        ("<!here>", '<span class="mention me">@here</span>'),
        ("<!subteam^S1>", '<span class="mention me">@lmc-officers</span>'),
        (":tada: 10:30:45 :nosuch:", '<span class="emoji" role="img" aria-label="tada">🎉</span> 10:30:45 :nosuch:'),
    ],
)  # fmt: skip
def test_mrkdwn_reads_as_in_slack(text: str, html: str) -> None:
    assert mrkdwn(text, SCENE) == html


@pytest.mark.parametrize(
    ("text", "address", "label"),
    [
        ("<https://example.org/?a=1&amp;b=2|a &lt;b&gt;>", "https://example.org/?a=1&amp;b=2", "a &lt;b&gt;"),
        ("<https://example.org>", "https://example.org", "https://example.org"),
        ("<mailto:lmc@example.org|write>", "mailto:lmc@example.org", "write"),
        ("see https://example.org/a.", "https://example.org/a", "https://example.org/a"),
        ("*https://example.org/a*", "https://example.org/a", "https://example.org/a"),
    ],
)
def test_links_open_elsewhere_and_have_their_label(text: str, address: str, label: str) -> None:
    link = f'<a href="{address}" target="_blank" rel="noopener noreferrer">{label}</a>'

    assert link in mrkdwn(text, SCENE)


def test_dates_are_shown_in_the_time_zone_of_the_viewer() -> None:
    summer = int(datetime(2026, 7, 1, 12, 30, tzinfo=UTC).timestamp())

    assert ">July 1st, 2026 at 1:30 PM</time>" in mrkdwn(f"<!date^{summer}^{{date}} at {{time}}|then>", SCENE)
    assert mrkdwn("<!date^soon^{date}|then>", SCENE) == "then"


def test_the_tokens_of_dates_are_slacks() -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    then = datetime(2026, 11, 22, 9, 5, 7, tzinfo=UTC)

    assert fill("{date_num} {date_slash} {date_short}", then, now) == "2026-11-22 11/22/2026 Nov 22, 2026"
    assert fill("{date_long} {time_secs} {ago}", then, now) == "Sunday, November 22nd, 2026 9:05:07 AM 1 day ago"
    assert fill("{date_pretty} {date_long_pretty} {nonsense}", then, now) == "Yesterday Yesterday {nonsense}"


def test_days_and_times_have_words() -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)

    assert day(now.date(), now.date()) == "Today"
    assert day(datetime(2025, 3, 2, tzinfo=UTC).date(), now.date()) == "Sunday, 2 March 2025"
    assert ago(datetime(2026, 11, 23, 11, 58, tzinfo=UTC), now) == "2 minutes ago"
    assert ago(datetime(2026, 11, 23, 13, tzinfo=UTC), now) == "in 1 hour"
    assert moment("no time", UTC) is None


def test_a_screen_reader_hears_no_mark_up() -> None:
    assert words("*Bold* <https://example.org|link>\n> quoted _text_ of snake_case", SCENE) == (
        "Bold link quoted text of snake_case"
    )


# --- markdown and rich text


def test_markdown_has_headings_lists_tables_and_links() -> None:
    drawn = markdown("# Title\n\n- **one** [2](https://example.org/x)\n\n|a|b|\n|-|-|\n|1|~~2~~|", SCENE)

    assert '<p class="heading">Title</p>' in drawn
    assert '<li><strong>one</strong> <a href="https://example.org/x" target="_blank"' in drawn
    assert "<td><s>2</s></td>" in drawn


def test_what_slack_keeps_live_in_markdown_is_live_here() -> None:
    """So that a bot that forgets to escape is seen to have done so (PostHog#95054)."""
    drawn = markdown("<!here> <@U1> <https://evil.example|Click>", SCENE)

    assert "@here</span>" in drawn
    assert "@Alice Adams</span>" in drawn
    assert 'href="https://evil.example"' in drawn
    assert markdown("&lt;!here&gt;", SCENE) == "<p>&lt;!here&gt;</p>\n"


def test_rich_text_has_styles_lists_and_mentions() -> None:
    block = {
        "elements": [
            {"type": "rich_text_section", "elements": [
                {"type": "text", "text": "hi ", "style": {"bold": True, "italic": True}},
                {"type": "user", "user_id": "U2"}, {"type": "emoji", "name": "tada"},
                {"type": "link", "url": "https://example.org", "text": "there"},
            ]},
            {"type": "rich_text_list", "style": "ordered", "indent": 1, "offset": 2, "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "third"}]}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "<b>"}]},
        ]
    }  # fmt: skip

    drawn = rich_text(block, SCENE)

    assert "<b><i>hi </i></b>" in drawn
    assert "@Bea</span>" in drawn
    assert '<ol class="indent1" start="3"><li>third</li></ol>' in drawn
    assert '<pre class="code">&lt;b&gt;</pre>' in drawn


# --- blocks


def _text(text: str, kind: str = "plain_text") -> dict[str, Any]:
    return {"type": kind, "text": text}


def _option(value: str) -> dict[str, Any]:
    return {"text": _text(value.title()), "value": value}


def test_a_button_names_its_block_and_action() -> None:
    button = {"type": "button", "action_id": "go", "text": _text("Go"), "style": "primary", "value": "secret"}

    drawn = draw_blocks([{"type": "actions", "block_id": "b", "elements": [button]}], SCENE)

    assert 'name="press"' in drawn
    assert f'value="{field_name("b", "go")}"' in drawn
    assert "secret" not in drawn


def test_a_link_button_is_a_link_that_tells_the_app() -> None:
    button = {"type": "button", "action_id": "open", "text": _text("Open"), "url": "https://example.org"}

    drawn = draw_blocks([{"type": "actions", "block_id": "b", "elements": [button]}], SCENE)

    assert 'href="https://example.org" target="_blank"' in drawn
    assert "data-press=" in drawn


def test_a_button_for_others_is_not_shown() -> None:
    icon = {"type": "icon_button", "icon": "trash", "text": _text("Delete"), "visible_to_user_ids": ["U2"]}
    block = {"type": "context_actions", "elements": [icon]}

    assert "Delete" not in draw_blocks([block], SCENE)
    assert "Delete" in draw_blocks([{**block, "elements": [icon | {"visible_to_user_ids": ["U1"]}]}], SCENE)


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ({"type": "plain_text_input", "initial_value": "so"}, 'value="so"'),
        ({"type": "plain_text_input", "multiline": True, "initial_value": "\nso"}, ">\n\nso</textarea>"),
        ({"type": "static_select", "options": [_option("a"), _option("b")], "initial_option": _option("b")},
         '<option value="b" selected>B</option>'),
        ({"type": "multi_static_select", "options": [_option("a")], "initial_options": [_option("a")]}, " checked"),
        ({"type": "radio_buttons", "options": [_option("a")]}, 'type="radio"'),
        ({"type": "checkboxes", "options": [_option("a")], "initial_options": [_option("a")]}, 'type="checkbox"'),
        ({"type": "datepicker", "initial_date": "2026-11-23"}, 'type="date"'),
        ({"type": "number_input", "initial_value": "3"}, 'value="3"'),
        ({"type": "file_input", "filetypes": ["pdf"], "max_files": 1}, 'accept=".pdf"'),
        ({"type": "users_select", "initial_user": "U2"}, '<option value="U2" selected>Bea</option>'),
        ({"type": "conversations_select"}, '<option value="C1"># general</option>'),
    ],
)  # fmt: skip
def test_an_input_has_its_label_and_first_value(element: dict[str, Any], expected: str) -> None:
    block = {"type": "input", "block_id": "b", "label": _text("What?"), "element": {**element, "action_id": "a"}}

    drawn = draw_blocks([block], SCENE)

    check_drawn(drawn)
    assert expected in drawn
    assert ">What?</l" in drawn  # </label> or </legend>


def test_a_mistake_stands_at_its_field_with_what_was_entered() -> None:
    element = {"type": "plain_text_input", "action_id": "a", "initial_value": "first"}
    block = {"type": "input", "block_id": "b", "label": _text("What?"), "element": element}
    scene = Scene(entered={field_name("b", "a"): ["mine"]}, errors={"b": "Too <short>"})

    drawn = draw_blocks([block], scene)

    assert 'value="mine"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert "Too &lt;short&gt;</p>" in drawn


def test_a_collapsible_container_is_closed_until_it_is_opened() -> None:
    block = {"type": "container", "title": _text("Sources (3)"), "is_collapsible": True, "default_collapsed": True,
             "child_blocks": [{"type": "divider"}]}  # fmt: skip

    drawn = draw_blocks([block], SCENE)

    assert "<details" in drawn
    assert " open" not in drawn
    assert " open>" in draw_blocks([block | {"default_collapsed": False}], SCENE)


def test_the_first_row_of_a_table_is_its_heading() -> None:
    rows = [[{"type": "raw_text", "text": "Fee"}], [{"type": "raw_number", "value": 12}]]

    drawn = draw_blocks([{"type": "table", "rows": rows, "column_settings": [{"align": "right"}]}], SCENE)

    assert '<th scope="col" class="right">Fee</th>' in drawn
    assert '<td class="right">12</td>' in drawn


def test_an_unknown_block_is_named() -> None:
    assert "cannot draw a “hologram” block" in draw_blocks([{"type": "hologram"}], SCENE)


# --- whatever comes


def _everywhere(text: str) -> list[dict[str, Any]]:
    """Blocks with `text` in each place where a bot can put a string."""
    plain, marked = _text(text), _text(text, "mrkdwn")
    option = {"text": plain, "description": plain, "value": text, "url": text}
    fields = {
        "action_id": text, "text": plain, "value": text, "url": text, "accessibility_label": text, "placeholder": plain,
        "initial_value": text, "options": [option], "option_groups": [{"label": plain, "options": [option]}],
        "initial_option": option, "initial_options": [option], "positive_button": {"text": plain, "value": text},
        "negative_button": {"text": plain, "accessibility_label": text}, "image_url": text, "alt_text": text,
        "confirm": {"title": plain, "text": marked}, "initial_date": text, "min_value": text, "filetypes": [text],
    }  # fmt: skip
    elements = [fields | {"type": kind} for kind in [*_ELEMENTS.split(), text]]
    rich = {"type": "rich_text", "elements": [
        {"type": kind, "style": text, "elements": [
            {"type": part, "text": text, "url": text, "name": text, "user_id": text, "range": text, "value": text,
             "channel_id": text, "usergroup_id": text, "format": text, "timestamp": 1, "style": {"bold": True}}
            for part in ("text", "link", "emoji", "user", "usergroup", "channel", "broadcast", "date", "color", text)]}
        for kind in ("rich_text_section", "rich_text_quote", "rich_text_preformatted", text)
    ]}  # fmt: skip
    told = {
        "block_id": text, "text": marked, "title": plain, "subtitle": marked, "body": marked, "level": text,
        "label": plain, "hint": plain, "fields": [marked], "elements": [*elements, plain, marked], "image_url": text,
        "alt_text": text, "rows": [[{"type": "raw_text", "text": text}, rich]], "caption": text, "title_url": text,
        "column_settings": [{"align": text}], "tasks": [{"title": text, "status": text}], "actions": elements,
        "child_blocks": [{"type": "section", "text": marked}], "is_collapsible": True, "hero_image": fields,
        "details": rich, "output": text, "sources": [{"url": text, "text": text}],
    }  # fmt: skip
    blocks = [
        told | {"type": kind, "accessory": one, "element": one} for kind in _BLOCKS.split() for one in elements[:3]
    ]
    return [*blocks, *({"type": "input", "element": one} for one in elements), rich, told | {"type": text},
            {"type": "markdown", "text": text}]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_no_hostile_string_becomes_mark_up_anywhere(text: str) -> None:
    check_drawn(mrkdwn(text, SCENE))
    check_drawn(draw_blocks(_everywhere(text), SCENE))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=st.sampled_from("<>|&;*_~`!@#^:[]()/\\\"'=\n -ab1{}\x00\u202e"), max_size=60))
@pytest.mark.slow
def test_no_string_of_mark_up_characters_becomes_mark_up(text: str) -> None:
    check_drawn(mrkdwn(text, SCENE))
    check_drawn(markdown(text, SCENE))
    check_drawn(draw_blocks(_everywhere(text)[::5], SCENE))


KEYS = ["type", "text", "elements", "element", "options", "accessory", "fields", "rows", "title", "style", "value"]
KINDS = ["section", "input", "actions", "button", "static_select", "table", "rich_text", "plan", "card"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner | st.sampled_from(KINDS),
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_blocks_of_any_shape_are_drawn(blocks: object) -> None:
    check_drawn(draw_blocks(blocks, SCENE))


@pytest.mark.parametrize("unit", ["*a ", "_a_ ", "`a ", "<a ", "```", ">", "https://a.", ":a", "[a](", "&lt;", "*_~"])
def test_long_text_is_drawn_in_time_that_grows_with_its_length(unit: str) -> None:
    text = (unit * 40_000)[:40_000]

    began = time.perf_counter()
    mrkdwn(text, SCENE)

    assert time.perf_counter() - began < 2.0


# --- field names and typed text


@given(st.text(max_size=20), st.text(max_size=20), st.none() | st.text(max_size=20))
def test_a_field_name_is_read_back(block_id: str, action_id: str, value: str | None) -> None:
    assert read_field_name(field_name(block_id, action_id, value)) == (block_id, action_id, value)


@pytest.mark.parametrize("name", ["", "text", "f", "f/a", "f/a/b/c/d", "g/a/b", "f/%ff/b"])
def test_other_names_are_no_field_names(name: str) -> None:
    assert read_field_name(name) is None


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("hi @Alice Archer, see #general", "hi @alice, see #general"),
        ("@OLU @olu@olu x@olu mail@olu.example", "@olu @olu@olu x@olu mail@olu.example"),
        ("@Guidance Assistant how?", "@guidance how?"),
        ("@here @nobody < & >", "@here @nobody < & >"),
    ],
)
def test_people_are_mentioned_by_their_full_names(typed: str, sent: str) -> None:
    assert with_handles(typed, anytown()) == sent


def test_an_edit_begins_with_what_was_typed() -> None:
    stored = "hi <@U0ALICE> <!here> <#C0GENERAL|general> <!subteam^S0ADMINS|@x> <https://a.example/b> a &lt; b"

    assert to_typed(stored, anytown()) == "hi @alice @here #general @lmc-admins https://a.example/b a < b"
