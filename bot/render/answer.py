"""An outcome in, one message out: the same on every surface, within every limit, and with every citation.

The sources are never dropped. What does not fit is shortened step by step: first long quotes, at the end of a
sentence, then notes and titles; each step is rendered and measured until Slack takes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from answer.outcome import (
    MAY_HELP,
    UNSURE,
    UNSURE_OF,
    Answer,
    Clarify,
    Declined,
    NoAnswer,
    OfferedTool,
    Outcome,
    Reason,
)
from bot import actions
from bot.model import Block, Message
from bot.render import limits, words
from bot.render import text as safe
from bot.render.blocks import (
    Part,
    bullets,
    button,
    channel,
    confirm,
    context,
    is_channel,
    is_user,
    labelled,
    line,
    link_button,
    linked,
    person,
    quote,
    rich,
)  # fmt: skip
from bot.render.blocks import actions as rows
from bot.render.blocks import words as said
from corpus.model import Citation

LEAD = 300
"""Longest answer in the first line of `text`, which is what a phone shows."""
_SHORT_TITLE = 70


PlaceKind = Literal["direct", "channel", "only_you"]
"""Who sees the message, which decides what can be done with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """What a message says beside the outcome itself.

    `links` are web addresses by citation number and `tool_links` by tool id; what has none is named in words.
    `startable` are the tools whose buttons begin a questionnaire here.
    `titles` are those of replacing documents by id, as far as this reader may see them. `asked_by` and `shared_by` are
    user ids of Slack's. `shown_question` is for answers with no question message above them. `not_for_channel` is the
    channel that asked, where not everybody may read this; `about_channel` is where the message stands that this is
    about. With `today` a source says its age.
    """

    answer_id: str
    place: PlaceKind
    links: Mapping[int, str] = field(default_factory=dict)
    tool_links: Mapping[str, str] = field(default_factory=dict)
    startable: frozenset[str] = frozenset()
    titles: Mapping[str, str] = field(default_factory=dict)
    can_share: bool = False
    can_ask_person: bool = False
    can_delete: bool = False
    shared_by: str = ""
    asked_by: str = ""
    shown_question: str = ""
    corrected: bool = False
    not_for_channel: str = ""
    about_channel: str = ""
    today: dt.date | None = None


@dataclass(frozen=True, slots=True)
class _Cut:
    """Longest of each thing, in characters, at one step of shortening. `quotes` is for all quotes together."""

    quotes: int
    words: int = 1_500
    note: int = 700
    title: int = 150
    buttons: bool = True


# The fullest first. The last steps are for what no real answer holds: tens of citations with endless titles.
_CUTS = (
    _Cut(7_000), _Cut(4_500), _Cut(3_000, note=500), _Cut(2_000, 1_000, 300), _Cut(1_000, 600, 200, 100),
    _Cut(600, 300, 120, 60), _Cut(0, 200, 80, 30), _Cut(0, 60, 0, 12, buttons=False),
)  # fmt: skip
_TEXT_CUTS = (_Cut(2_500), _Cut(1_500, 800, 400), _Cut(700, 400, 200, 80), _Cut(0, 250, 80, 60), _Cut(0, 60, 0, 12))
_CHANNEL_QUOTES = 3_000
"""In a channel others read too: long quotes are one click away (slack.md 4.2)."""

CORRECTED = "You changed your question. This is the new answer."
ABOUT_CHANNEL = "This is about your message in "
NOT_FOR_CHANNEL = " not everybody may read this, so I answer you here."
CUT_MARK = "… (shortened; “Show passage” has all of it)"
CUT_MARK_TEXT = "… (shortened)"


def render(outcome: Outcome, view: AnswerView) -> Message:
    """The message for an outcome. Its `text` says all of it in words, for notifications and screen readers."""
    outcome, view = _tidied(outcome), _tidied_view(view)
    most = _CHANNEL_QUOTES if view.place == "channel" else _CUTS[0].quotes
    cuts = [cut for cut in _CUTS if cut.quotes <= most]
    blocks = limits.first_that_fits(_block_lists(outcome, view, cuts), limits.fits)
    text = limits.first_that_fits(_texts(outcome, view), lambda tried: safe.length(tried) <= limits.TEXT)
    return Message(text, tuple(blocks))


def plain(message: Message) -> Message:
    """The same without blocks, for when Slack refuses them."""
    return Message(message.text)


# --- once, before all else: everything clean, and no longer than it can be shown ---------------------------------

_LONGEST_QUOTE = _CUTS[0].quotes + 1_000
_LONGEST_WORDS = 2_000
_MOST_OPTIONS = 10
_MOST_NOTES = 8
_MOST_TOOLS = 5


def _tidied(outcome: Outcome) -> Outcome:
    if isinstance(outcome, Answer):
        claims = tuple(replace(claim, text=_tidy(claim.text, _LONGEST_QUOTE)) for claim in outcome.claims)
        outcome = replace(outcome, claims=claims, citations=tuple(map(_tidied_citation, outcome.citations)))
    if isinstance(outcome, Clarify):
        outcome = replace(outcome, options=tuple(map(_tidy_line, outcome.options[:_MOST_OPTIONS])))
    notes = map(_tidy_line, outcome.notes[:_MOST_NOTES])
    return replace(
        outcome,
        text=_tidy(outcome.text, _LONGEST_WORDS),
        notes=tuple(note for note in notes if note),
        tools=tuple(map(_tidied_tool, outcome.tools[:_MOST_TOOLS])),
        next_step=_tidy_line(outcome.next_step),
    )


def _tidied_citation(citation: Citation) -> Citation:
    marked = safe.moved(citation.quote, citation.marked, _LONGEST_QUOTE) if citation.marked else None
    return replace(
        citation,
        marked=marked,
        title=_tidy_line(citation.title) or words.NO_TITLE,
        publisher=_tidy_line(citation.publisher),
        heading=_tidy_line(citation.heading),
        page_label=_tidy_line(citation.page_label),
        quote=_tidy(citation.quote, _LONGEST_QUOTE),
        superseded_by=_tidy_line(citation.superseded_by or "") or None,
    )


def _tidied_tool(tool: OfferedTool) -> OfferedTool:
    return replace(tool, name=_tidy_line(tool.name) or "A tool", why=_tidy_line(tool.why))


def _tidied_view(view: AnswerView) -> AnswerView:
    titles = {name: _tidy_line(title) for name, title in view.titles.items()}
    return replace(view, titles=titles, shown_question=_tidy_line(view.shown_question))


def _tidy(text: str, limit: int) -> str:
    return safe.clip(safe.plain(text).strip(), limit)


def _tidy_line(text: str) -> str:
    return safe.clip(safe.one_line(text), _LONGEST_WORDS)


# --- blocks ------------------------------------------------------------------------------------------------------


def _block_lists(outcome: Outcome, view: AnswerView, cuts: Sequence[_Cut]) -> Iterator[list[Block]]:
    """The blocks at each step of shortening; in the last ones nothing is linked."""
    yield from (_blocks(outcome, view, cut) for cut in cuts)
    outcome, view = _unlinked(outcome, view)
    yield from (_blocks(outcome, view, cut) for cut in cuts[-3:])


def _unlinked(outcome: Outcome, view: AnswerView) -> tuple[Outcome, AnswerView]:
    tools = tuple(replace(tool, url="") for tool in outcome.tools)
    return replace(outcome, tools=tools), replace(view, links={}, tool_links={})


def _blocks(outcome: Outcome, view: AnswerView, cut: _Cut) -> list[Block]:
    return [
        *_above(view, cut),
        *_body(outcome, view, cut),
        *_beside(outcome, cut),
        *_buttons(outcome, view, cut),
        *_verdict(outcome, view),
        *([context(words.CHECK)] if isinstance(outcome, Answer) else []),
    ]


def _above(view: AnswerView, cut: _Cut) -> list[Block]:
    """What the reader must know before the answer."""
    lines = []
    if view.corrected:
        lines.append(line(said(CORRECTED, bold=True)))
    if view.shared_by:
        lines.append(line(said("Shared by "), person(view.shared_by)))
    if view.not_for_channel:
        lines.append(line(said("In "), channel(view.not_for_channel), said(NOT_FOR_CHANNEL)))
    if view.about_channel:
        lines.append(line(said(ABOUT_CHANNEL), channel(view.about_channel)))
    if view.shown_question:
        lines.append(labelled("Question", view.shown_question, limit=cut.words))
    return [rich(*lines)] if lines else []


def _body(outcome: Outcome, view: AnswerView, cut: _Cut) -> list[Block]:
    if isinstance(outcome, Answer):
        doubt = [rich(line(said(MAY_HELP, bold=True), said(" " + UNSURE)))] if outcome.tentative else []
        return [*doubt, *_statements(outcome, cut), *_sources(outcome, view, cut)]
    lines = [line(said(outcome.text, limit=cut.words))]
    if isinstance(outcome, Clarify) and outcome.options:
        lines.append(bullets(line(said(option, limit=cut.words // 4)) for option in outcome.options))
    return [rich(*lines)]


def _statements(outcome: Answer, cut: _Cut) -> list[Block]:
    """Claims in words of their own. A claim that is the quote of a source stands there, and not twice."""
    quotes = {citation.n: citation.quote for citation in outcome.citations}
    own = [claim for claim in outcome.claims if claim.text not in (quotes.get(n) for n in claim.citations)]
    most = cut.words // max(1, len(own))
    shown = [line(said(safe.clip(claim.text, most)), said(" " + _marks(claim.citations), bold=True)) for claim in own]
    return [rich(*shown[:20])] if shown else []


def _marks(numbers: Sequence[int]) -> str:
    return "".join(f"[{n}]" for n in numbers)


def _sources(outcome: Answer, view: AnswerView, cut: _Cut) -> list[Block]:
    """Each quote with its reference below it, so that both are copied together; several to a block if need be."""
    shares = _shares([citation.quote for citation in outcome.citations], cut.quotes)
    each = [
        [*_quote(citation, share, cut), *_reference(citation, view, cut)]
        for citation, share in zip(outcome.citations, shares, strict=True)
    ]
    together = max(1, -(-len(each) // 20))
    return [
        rich(*(element for elements in each[start : start + together] for element in elements))
        for start in range(0, len(each), together)
    ]


def _shares(quotes: Sequence[str], total: int) -> list[int]:
    """How much of each quote is shown: short ones whole, and the long ones share what is left.

    >>> _shares(["a" * 10, "b" * 100, "c" * 100], 110)
    [10, 50, 50]
    """
    shares = [0] * len(quotes)
    left, waiting = total, sorted(range(len(quotes)), key=lambda i: len(quotes[i]))
    for place, index in enumerate(waiting):
        shares[index] = min(safe.length(quotes[index]), left // (len(waiting) - place), limits.RICH_TEXT)
        left -= shares[index]
    return shares


def _quote(citation: Citation, share: int, cut: _Cut) -> list[Block]:
    shown, shortened = safe.whole_sentences(citation.quote, share)
    if not shown.strip():
        return []
    mark = CUT_MARK if cut.buttons else CUT_MARK_TEXT
    return [quote(*_marked(shown, citation.marked), *([said(" " + mark, italic=True)] if shortened else []))]


def _marked(shown: str, marked: tuple[int, int] | None) -> list[Part]:
    """A quote, letter by letter, with the words that answer in bold."""
    start, end = marked or (0, 0)
    parts = ((shown[:start], False), (shown[start:end], True), (shown[end:], False))
    return [said(text, bold=bold) for text, bold in parts if text]


def _reference(citation: Citation, view: AnswerView, cut: _Cut) -> list[Block]:
    """`[1] Title, Publisher, 11 June 2015, page 4`, and below it the status in words and where in the document."""
    named = linked(view.links.get(citation.n, ""), citation.title, limit=cut.title)
    facts = line(said(f"[{citation.n}] ", bold=True), named, said(", " + _facts(citation, cut.title)))
    return [facts, line(said(_standing(citation, view, cut.title), italic=True))]


def _facts(citation: Citation, limit: int, cost: Callable[[str], int] = safe.length) -> str:
    publisher = safe.clip(citation.publisher, limit, cost=cost)
    label = safe.clip(citation.page_label, 12, cost=cost)
    facts = (publisher, words.date(citation.published), words.page(citation.page, label))
    return ", ".join(fact for fact in facts if fact)


def _standing(citation: Citation, view: AnswerView, limit: int, cost: Callable[[str], int] = safe.length) -> str:
    """Status and age in words, and where in the document: `Under review · 11 years old · Mergers › Notice`."""
    later = citation.superseded_by or ""
    later = safe.clip(view.titles.get(later) or later, limit, cost=cost)
    facts = [
        words.status(citation.status, later),
        words.age(citation.published, view.today),
        "read by text recognition" if citation.ocr else "",
        safe.clip(citation.heading, limit, cost=cost) if limit > 30 else "",
    ]
    return " · ".join(fact for fact in facts if fact)


def _beside(outcome: Outcome, cut: _Cut) -> list[Block]:
    """Notes, what may help, and the next step."""
    notes = [rich(labelled("Note", note, limit=cut.note)) for note in outcome.notes if cut.note]
    lines = []
    if outcome.tools and cut.note:
        lines.append(line(said("What may help next", bold=True)))
        lines.append(bullets(_tool(tool, cut) for tool in outcome.tools))
    if outcome.next_step:
        lines.append(labelled("Next step", outcome.next_step, limit=max(60, cut.note)))
    return [*notes, *([rich(*lines)] if lines else [])]


def _tool(tool: OfferedTool, cut: _Cut) -> Block:
    name, time = safe.clip(tool.name, cut.title), words.minutes(tool.minutes)
    why = safe.clip(tool.why, cut.note)
    return line(said(f"{name} ({time})" if time else name, bold=True), *([said(f": {why}")] if why else []))


# --- buttons -----------------------------------------------------------------------------------------------------


def _buttons(outcome: Outcome, view: AnswerView, cut: _Cut) -> list[Block]:
    passages = _passages(outcome, view) if isinstance(outcome, Answer) and cut.buttons else []
    meanings = _meanings(outcome, view) if isinstance(outcome, Clarify) else []
    return [*rows(passages), *rows(meanings), *rows(_links(outcome, view)), *rows(_doings(outcome, view))]


def _passages(outcome: Answer, view: AnswerView) -> list[Block]:
    only = len(outcome.citations) == 1
    return [
        button(
            "Show passage" if only else f"Show passage {citation.n}",
            actions.nth(actions.SHOW_PASSAGE, citation.n),
            actions.value(a=view.answer_id, n=citation.n),
            # It begins with the words that are seen, so that who speaks them to a computer is understood.
            label=f"Show passage {citation.n}: the whole text that source {citation.n} is quoted from",
        )
        for citation in outcome.citations
    ]


def _meanings(outcome: Clarify, view: AnswerView) -> list[Block]:
    return [
        button(option, actions.nth(actions.CHOOSE_MEANING, n), actions.value(a=view.answer_id, n=n))
        for n, option in enumerate(outcome.options)
    ]


def _links(outcome: Outcome, view: AnswerView) -> list[Block]:
    """Questionnaires to fill in, and what else has a page on the web; the others are named in words above."""
    found = []
    for n, tool in enumerate(outcome.tools, 1):
        if tool.id in view.startable:
            value = actions.value(t=tool.id)
            found.append(button(f"Fill in the {tool.name}", actions.nth(actions.TOOL_START, n), value))
        elif address := _address(tool, view):
            found.append(link_button(_opens(tool), actions.nth(actions.OPEN_LINK, n), address))
    return found


def _opens(tool: OfferedTool) -> str:
    """`Open Merger readiness checklist`, but `About your LMC office`: nobody opens people."""
    first, _, rest = tool.name.partition(" ")
    if tool.kind != "contact":
        return f"Open {tool.name}"
    return f"About {first.lower()} {rest}" if first in {"A", "An", "The", "Your"} else f"About {tool.name}"


def _address(tool: OfferedTool, view: AnswerView) -> str:
    return safe.url(view.tool_links.get(tool.id, "")) or safe.url(tool.url)


def _doings(outcome: Outcome, view: AnswerView) -> list[Block]:
    value = actions.value(a=view.answer_id)
    shown = []
    if isinstance(outcome, Answer) and view.can_share and view.place == "only_you":
        shown.append(button("Share in this channel", actions.SHARE_ANSWER, value))
    if view.can_ask_person:
        unsure = isinstance(outcome, NoAnswer) or (isinstance(outcome, Answer) and outcome.tentative)
        style = "primary" if unsure else ""
        shown.append(button("Ask a person", actions.ASK_PERSON, value, style=style))
    return shown


_NOT_JUDGED = frozenset({Reason.DISTRESS, Reason.PATIENT_DATA})


def _verdict(outcome: Outcome, view: AnswerView) -> list[Block]:
    """Was it helpful, and away with it: also under "the library does not say", not under words for somebody in need."""
    elements: list[Block] = []
    if not isinstance(outcome, Clarify) and not (isinstance(outcome, Declined) and outcome.reason in _NOT_JUDGED):
        elements.append(_feedback(view.answer_id))
    if view.can_delete and is_user(view.asked_by):
        elements.append(_delete(view))
    return [{"type": "context_actions", "elements": elements}] if elements else []


def _feedback(answer_id: str) -> Block:
    def verdict(label: str, spoken: str, helpful: int) -> Block:
        text = {"type": "plain_text", "text": label, "emoji": False}
        return {"text": text, "accessibility_label": spoken, "value": actions.value(a=answer_id, r=helpful)}

    return {
        "type": "feedback_buttons",
        "action_id": actions.FEEDBACK,
        "positive_button": verdict("Helpful", "This was helpful", 1),
        "negative_button": verdict("Not helpful", "This was not helpful", -1),
    }


def _delete(view: AnswerView) -> Block:
    return {
        "type": "icon_button",
        "icon": "trash",
        "text": {"type": "plain_text", "text": "Delete", "emoji": False},
        "accessibility_label": "Delete this answer",
        "action_id": actions.DELETE_ANSWER,
        "value": actions.value(a=view.answer_id),
        "visible_to_user_ids": [view.asked_by],
        "confirm": confirm("Delete this answer?", "It goes away for everybody here.", "Delete", "Keep", danger=True),
    }


# --- text --------------------------------------------------------------------------------------------------------


def lead(outcome: Outcome) -> str:
    """The first line, which must stand alone on a phone: the words that answer, and whose they are; not escaped yet."""
    if not isinstance(outcome, Answer):
        return safe.clip(safe.one_line(outcome.text), 2 * LEAD) or words.OUTCOME.get(outcome.kind, outcome.kind)
    first = f"{_answering(outcome)} {_whose(outcome.citations)}".strip()
    return f"{UNSURE_OF} {first}" if outcome.tentative else first


def _answering(outcome: Answer) -> str:
    """The first claim on one line; of a quote the sentence that answers, where that is known."""
    claim = outcome.claims[0].text if outcome.claims else ""
    first = next(iter(outcome.citations), None)
    if first and first.marked and claim in {"", first.quote}:
        claim = safe.sentence_at(first.quote, first.marked[0])
    return safe.first_words(claim or (first.quote if first else ""), LEAD)


def _whose(citations: Sequence[Citation]) -> str:
    """`(Guide to practice mergers, June 2025, and 2 more sources)`."""
    if not citations:
        return ""
    facts = [safe.clip(citations[0].title, _SHORT_TITLE)]
    facts += [citations[0].published.words()] if citations[0].published else []
    more = len(citations) - 1
    facts += [f"and {words.count(more, 'more source')}"] if more else []
    return f"({', '.join(facts)})"


def _texts(outcome: Outcome, view: AnswerView) -> Iterator[str]:
    """`text` at each step of shortening; the last ones hold every citation in a few words, without links."""
    for cut in _TEXT_CUTS:
        yield _text(outcome, view, cut)
    outcome, view = _unlinked(outcome, view)
    for cut in _TEXT_CUTS[-3:]:
        yield _text(outcome, view, cut)


def _text(outcome: Outcome, view: AnswerView, cut: _Cut) -> str:
    lines = [_short(lead(outcome), max(120, cut.words)), "", *_text_above(view, cut)]
    if isinstance(outcome, Answer):
        lines += _text_sources(outcome, view, cut)
    elif isinstance(outcome, Clarify):
        lines += [f"- {_short(option, cut.words // 4)}" for option in outcome.options]
    lines += [f"Note: {_short(note, cut.note)}" for note in outcome.notes if cut.note]
    lines += [_text_tool(tool, view, cut) for tool in outcome.tools if cut.note]
    if outcome.next_step:
        lines.append(f"Next step: {_short(outcome.next_step, max(60, cut.note))}")
    return limits.text_of(lines)


def _short(text: str, limit: int) -> str:
    """Cut so that it is within `limit` once it is escaped."""
    return safe.mrkdwn(safe.clip(text, limit, cost=limits.mrkdwn_length))


def _text_above(view: AnswerView, cut: _Cut) -> list[str]:
    lines = [CORRECTED] if view.corrected else []
    lines += [f"Shared by <@{view.shared_by}>"] if is_user(view.shared_by) else []
    lines += [f"In <#{view.not_for_channel}>{NOT_FOR_CHANNEL}"] if is_channel(view.not_for_channel) else []
    lines += [f"{ABOUT_CHANNEL}<#{view.about_channel}>"] if is_channel(view.about_channel) else []
    lines += [f"Question: {_short(view.shown_question, cut.words)}"] if view.shown_question else []
    return lines


def _text_sources(outcome: Answer, view: AnswerView, cut: _Cut) -> list[str]:
    shares = _shares([citation.quote for citation in outcome.citations], cut.quotes)
    lines = []
    for citation, share in zip(outcome.citations, shares, strict=True):
        title = safe.clip(citation.title, cut.title, cost=limits.mrkdwn_length)
        named = safe.link(view.links.get(citation.n, ""), title)
        facts = safe.mrkdwn(_facts(citation, cut.title, limits.mrkdwn_length))
        standing = safe.mrkdwn(_standing(citation, view, cut.title, limits.mrkdwn_length))
        lines += [f"[{citation.n}] {named}, {facts}. {standing}.", *_text_quote(citation, share)]
    return lines


def _text_quote(citation: Citation, share: int) -> list[str]:
    shown, shortened = safe.whole_sentences(citation.quote, share)
    if not shown.strip():
        return []
    return [f"“{safe.mrkdwn(shown)}”" + (f" {CUT_MARK_TEXT}" if shortened else "")]


def _text_tool(tool: OfferedTool, view: AnswerView, cut: _Cut) -> str:
    named = safe.link(_address(tool, view), safe.clip(tool.name, cut.title, cost=limits.mrkdwn_length))
    time = words.minutes(tool.minutes)
    return f"What may help next: {named}{f' ({time})' if time else ''}: {_short(tool.why, cut.note)}"
