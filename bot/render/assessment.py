"""Filling in, in Slack: a modal that begins it, a modal page an area, and one that shows how far it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot import actions
from bot.model import Block, View
from bot.render import limits, words
from bot.render import text as safe
from bot.render.blocks import actions as rows
from bot.render.blocks import (
    alert,
    asked,
    button,
    confirm,
    context,
    header,
    line,
    link_button,
    modal,
    option,
    radio,
    rich,
    said,
    section,
    select,
    text_input,
)  # fmt: skip
from bot.render.blocks import words as part
from scoring.form import Field, FieldGroup, FieldKind, FormPage, Progress
from scoring.instrument import Instrument, Kind
from scoring.reading import LONGEST
from web.closing import ENDINGS
from web.filling import state_words
from web.telling import Telling

PRACTICE = "practice"
NAME = "practice_name"
CODE = "practice_code"
AGREE = "agree"
YES, NO = "yes", "no"

_TITLES = {
    Kind.HEALTHCHECK: "Practice Healthcheck",
    Kind.LEVELS: "Resilience Assessment",
    Kind.SKILLS: "Partner skills",
    Kind.CHECKLIST: "Merger readiness",
}
"""What the questionnaires are called where there is room for 24 characters."""

NOT_KEPT = "Nothing could be saved just now. What you filled in is still here: wait a minute, then press Save again."
NO_ADDRESS = (
    "This questionnaire is too long for Slack: it is filled in on a web page, and this assistant has no web address "
    "yet. Ask your LMC office to set one up (whoever runs the assistant sets LMC_PUBLIC_URL), or to send you the "
    "questions on paper."
)
LINK_IS_YOURS = "This link is yours alone and works for a week. Do not pass it on; my Home always has a new one."
IN_BROWSER = (
    "It is filled in on a web page, because it needs more room than Slack has. Every page is saved when you press "
    "Save, and several people can work on it. I remind you of its actions here."
)
ON_ITS_WAY = "The result comes in your direct message with me in a moment."


def short_title(instrument: Instrument) -> str:
    """The name of a questionnaire as the title of a modal."""
    return _TITLES[instrument.kind]


# --- beginning ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StartView:
    """Before the first page. `practices` are id and name: without any, the name is asked; of several, one is chosen."""

    metadata: str
    title: str
    telling: Telling
    practices: Sequence[tuple[str, str]] = ()
    chosen: str = ""


def start_modal(view: StartView) -> View:
    """Callback START_VIEW; the inputs are PRACTICE, or NAME and CODE, or none."""
    facts = [line(part(f"{name}: ", bold=True), part(text)) for name, text in view.telling.facts]
    blocks = [said(view.telling.summary), *_which(view), *(rich(fact) for fact in facts)]
    return modal(actions.START_VIEW, view.title, blocks, submit="Start", close="Not now", metadata=view.metadata)


def _which(view: StartView) -> list[Block]:
    if not view.practices:
        return practice_inputs()
    if len(view.practices) == 1:
        return [rich(line(part("For: ", bold=True), part(view.practices[0][1], limit=200)))]
    return [asked(PRACTICE, "Which practice is it for?", practice_select(view.practices, view.chosen))]


def practice_select(practices: Sequence[tuple[str, str]], chosen: str = "") -> Block:
    return select([option(name, label) for name, label in practices], chosen, placeholder="Choose a practice")


def practice_inputs() -> list[Block]:
    """What is asked of a practice that is not here yet."""
    return [
        asked(NAME, "What is your practice called?", text_input(limit=100, least=1),
              hint="If a colleague has added the practice here already, ask them to add you to it instead."),
        asked(CODE, "ODS code", text_input(limit=12, placeholder="A12345"), optional=True,
              hint="A letter and five digits. Leave it open if you do not know it."),
    ]  # fmt: skip


def practice_modal() -> View:
    """Callback PRACTICE_VIEW; the inputs are NAME and CODE."""
    return modal(actions.PRACTICE_VIEW, "Add a practice", practice_inputs(), submit="Add", close="Cancel")


# --- one page ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PageView:
    """One page. `values` is what stands in the fields; `told` has a sentence for a field, shown above it."""

    metadata: str
    title: str
    practice: str
    page: FormPage
    number: int
    count: int
    answered: int
    total: int
    values: Mapping[str, str]
    told: Mapping[str, str] = field(default_factory=dict)


def page_modal(view: PageView) -> View:
    """Callback PAGE_VIEW; each field of the page is an input by its id."""
    place = f"Page {view.number} of {view.count} · {view.answered} of {view.total} answered · {view.practice}"
    told = [alert("Not all of this page is saved yet: see the notes below.", "warning")] if view.told else []
    blocks = [
        context(safe.clip(safe.one_line(place), 300)),
        header(view.page.title),
        *([said(view.page.intro)] if view.page.intro else []),
        *told,
        *(block for group in view.page.groups for block in _group(group, view)),
        *rows(_page_buttons(view)),
    ]
    made = modal(
        actions.PAGE_VIEW, view.title, blocks, submit="Save and go on", close="Close", metadata=view.metadata
    )  # fmt: skip
    # Closing tells us, so that Home shows how far it is.
    return {**made, "notify_on_close": True}


def _page_buttons(view: PageView) -> list[Block]:
    value = actions.value()
    back = button("Back", actions.ASSESSMENT_BACK, value, label="Back: save this page and go to the one before")
    return [
        *([back] if view.number > 1 else []),
        button("All pages", actions.ASSESSMENT_CHECK, value, label="All pages: save this page and see how far it is"),
        button("Save and close", actions.ASSESSMENT_LATER, value),
    ]


def _group(group: FieldGroup, view: PageView) -> list[Block]:
    head = [said(group.title, bold=True)] if group.title else []
    intro = [context(group.intro)] if group.intro else []
    return [*head, *intro, *(block for one in group.fields for block in _field(one, view))]


def _field(one: Field, view: PageView) -> list[Block]:
    told = view.told.get(one.id)
    input_ = asked(one.id, one.label, _element(one, view.values.get(one.id, "")), hint=one.hint, optional=True)
    return [*([alert(told, "warning")] if told else []), input_]


def _element(one: Field, value: str) -> Block:
    match one.kind:
        case FieldKind.CHOICE:
            options = [option(item.value, item.label, item.hint) for item in one.options]
            # A list can be emptied again, radio buttons cannot: they are for what has an answer such as "Don't know".
            return radio(options, value) if one.scored and len(options) <= limits.RADIOS else select(options, value)
        case FieldKind.DATE:
            return {"type": "datepicker", **({"initial_date": value} if value else {})}
        case FieldKind.TEXT | FieldKind.LONG_TEXT:
            return text_input(value, lines=one.kind is FieldKind.LONG_TEXT, limit=LONGEST[one.kind])
        case FieldKind.WHOLE:
            return text_input(value, limit=12, placeholder="A whole number")
        case FieldKind.MONTH:
            return text_input(value, limit=12, placeholder="Month and year, such as 3 2026")


# --- all pages, and the end --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CheckView:
    """How far it is. `told` is a sentence on top."""

    metadata: str
    title: str
    kind: Kind
    practice: str
    progress: Progress
    told: str = ""


def check_modal(view: CheckView) -> View:
    """Callback CHECK_VIEW; where something has to be agreed to, the input is AGREE."""
    ending = ENDINGS[view.kind]
    far = view.progress
    blocks = [
        *([alert(view.told, "warning")] if view.told else []),
        context(safe.one_line(f"{view.practice} · {far.answered} of {far.total} questions are answered")),
        *(_page_line(page.id, page.title, state_words(page)) for page in far.pages),
        said(ending.closing),
        *_ending(view),
    ]
    submit = "Send me the report" if view.kind is Kind.CHECKLIST else "Finish"
    made = modal(actions.CHECK_VIEW, view.title, blocks, submit=submit, close="Later", metadata=view.metadata)
    return {**made, "notify_on_close": True}


def _page_line(page_id: str, title: str, state: str) -> Block:
    spoken = f"Open {title}"
    value = actions.value(p=page_id)
    return section(
        f"{title}: {state}", button("Open", actions.nth(actions.ASSESSMENT_PAGE, page_id), value, label=spoken)
    )


def _ending(view: CheckView) -> list[Block]:
    ending = ENDINGS[view.kind]
    if view.kind is Kind.CHECKLIST:
        return rows([button(ending.button, actions.ASSESSMENT_CLOSE, actions.value(), style="danger", confirm=_CLOSE)])
    if not ending.question:
        return []
    return [asked(AGREE, ending.question, radio([option(YES, ending.yes), option(NO, ending.no)]))]


_CLOSE = confirm(
    "Close the checklist?", "Only when the merger is over, or called off. It is deleted 90 days later.", "Close it",
    "Keep it", danger=True,
)  # fmt: skip


# --- in the browser, and notes -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BrowserView:
    """A questionnaire that is filled in in the browser. `address` is empty where people cannot reach our pages."""

    title: str
    practice: str
    state: str
    address: str = ""


def browser_modal(view: BrowserView) -> View:
    """The way to the page; there is nothing to send."""
    address = safe.url(view.address)
    facts = rich(line(part(safe.one_line(view.practice), bold=True, limit=200)), line(part(view.state)))
    if not address:
        return modal(actions.NOTICE_VIEW, view.title, [facts, said(NO_ADDRESS)])
    link = link_button("Open in the browser", actions.nth(actions.OPEN_LINK, 1), address)
    return modal(actions.NOTICE_VIEW, view.title, [facts, said(IN_BROWSER), *rows([link]), context(LINK_IS_YOURS)])


def notice_modal(title: str, *sentences: str) -> View:
    """A modal that only says something."""
    return modal(actions.NOTICE_VIEW, title, [said(text) for text in sentences])


def answered_words(progress: Progress) -> str:
    """`Nothing is filled in yet`, or how many questions have an answer."""
    if not progress.answered:
        return "Nothing is filled in yet"
    return f"{progress.answered} of {words.count(progress.total, 'question')} answered"
