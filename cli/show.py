"""Outcomes and tables as a person likes to read them in a terminal. Words carry the meaning; colour only helps."""

from __future__ import annotations

import datetime as dt

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.text import Text

from answer.outcome import MAY_HELP, UNSURE, Answer, Claim, Clarify, Outcome
from corpus.model import Citation, Status

STATUS_WORDS = {
    Status.CURRENT: "current",
    Status.UNDER_REVIEW: "under review",
    Status.SUPERSEDED: "replaced",
    Status.WITHDRAWN: "withdrawn",
}


def show_outcome(console: Console, outcome: Outcome) -> None:
    """Print an outcome with its sources, notes and tools."""
    parts: list[RenderableType] = list(_body(outcome))
    parts += [Text(f"Note: {note}", style="yellow") for note in outcome.notes]
    if outcome.tools:
        parts.append(Text("What may help next", style="bold"))
        parts += [_tool(tool.name, tool.minutes, tool.why, tool.url) for tool in outcome.tools]
    if outcome.next_step:
        parts.append(Text.assemble(("Next step: ", "bold"), outcome.next_step))
    console.print(Group(*(Padding(part, (0, 0, 1, 0)) for part in parts)))


def _body(outcome: Outcome) -> list[RenderableType]:
    if isinstance(outcome, Answer):
        doubt = [Text.assemble((MAY_HELP, "bold"), " ", UNSURE)] if outcome.tentative else []
        quotes = [
            Panel(_quote(claim, outcome), title=f"[{claim.citations[0]}]", title_align="left", border_style="cyan")
            for claim in outcome.claims
        ]
        return [*doubt, *quotes, Text("Sources", style="bold"), *map(_source, outcome.citations)]
    lines: list[RenderableType] = [Text(outcome.text)]
    if isinstance(outcome, Clarify):
        lines += [Text(f"  - {option}") for option in outcome.options]
    return lines


def _quote(claim: Claim, outcome: Answer) -> Text:
    """The claim; where it is a quote, with the words that answer in bold."""
    text = Text(claim.text)
    cited = next((item for item in outcome.citations if item.n in claim.citations and item.quote == claim.text), None)
    if cited and cited.marked:
        text.stylize("bold", *cited.marked)
    return text


def _source(citation: Citation) -> Text:
    date = citation.published.words() if citation.published else "no date given"
    page = f"page {citation.page}" + (f" (printed {citation.page_label})" if citation.page_label else "")
    status = STATUS_WORDS[citation.status]
    if citation.superseded_by:
        status += f" by {citation.superseded_by}"
    facts = [part for part in (citation.publisher, date, page, status) if part]
    if citation.ocr:
        facts.append("read by OCR")
    text = Text.assemble((f"[{citation.n}] {citation.title}", "bold"), "\n    ", ", ".join(facts))
    if citation.heading:
        text.append(f"\n    {citation.heading}")
    text.append(f"\n    {citation.url}", style="dim")
    return text


def _tool(name: str, minutes: int | None, why: str, url: str) -> Text:
    time = f" (about {minutes} minutes)" if minutes and minutes < 100 else ""
    time = f" (about {round(minutes / 60)} hours)" if minutes and minutes >= 100 else time
    text = Text.assemble("- ", (f"{name}{time}", "bold"), f": {why}")
    if url:
        text.append(f"\n  {url}", style="dim")
    return text


def show_question(console: Console, question: str) -> None:
    console.print(Rule(Text(question, style="bold"), align="left"))


def when_words(stamp: str) -> str:
    """`2026-11-23T01:02:03+00:00` as `23 November 2026, 01:02`."""
    moment = dt.datetime.fromisoformat(stamp).astimezone()
    return f"{moment.day} {moment:%B %Y, %H:%M}"
