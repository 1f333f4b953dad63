"""Sample values for the renderer, and every message and view that it makes of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

from answer.outcome import Answer, Claim, Clarify, Declined, NoAnswer, OfferedTool, Outcome, Reason
from bot.model import Message, View
from bot.render import ask, escalation, feedback, home, library, passage
from bot.render.answer import AnswerView, render
from corpus.model import Audience, Citation, Document, Status
from corpus.when import When

NOW = dt.datetime(2026, 11, 23, 14, 5, tzinfo=dt.UTC)
TODAY = NOW.date()

MERGERS = Citation(
    n=1, passage_id="p1", document_id="mergers", library="starter", title="Guide to practice mergers",
    publisher="Anytown LMC", published=When(2025, 6), status=Status.CURRENT, page=4, heading="Mergers › Notice",
    url="https://kb.example.org/mergers.pdf#page=4",
    quote="The commissioner wants notice of a merger 90 days before the date. Write a letter that both practices sign.",
    passage="The commissioner wants notice of a merger 90 days before the date. Write a letter that both practices "
    "sign. Keep a copy.", similarity=0.81,
)  # fmt: skip
LEASES = replace(
    MERGERS, n=2, passage_id="p2", document_id="premises", title="Premises: leases & *rent* <2015>", page=12,
    publisher="Somerset LMC", published=When(2015, 6, 11), status=Status.SUPERSEDED, superseded_by="premises-2024",
    heading="Leases", url="file:///srv/documents/premises.pdf#page=12", page_label="xii",
    quote="Ask the landlord about leases of surgery premises before a merger.\n- Measure the rooms.\n> Keep _all_ "
    "letters & `notes`.",
)  # fmt: skip
PEOPLE = replace(
    MERGERS, n=3, passage_id="p3", document_id="people", title="Staff and TUPE", page=1, publisher="",
    published=None, status=Status.UNDER_REVIEW, heading="", ocr=True, url="https://kb.example.org/tupe?a=1&b=2#page=1",
    quote="Staff move to the new partnership on the same terms.",
)  # fmt: skip

HEALTHCHECK = OfferedTool(
    "practice_healthcheck", "Practice Healthcheck", "https://tools.example.org/healthcheck", 12,
    "It gives a quick picture of the practice in ten areas, with a one-page report.", "scoring_tool",
)  # fmt: skip
OFFICE = OfferedTool("office", "Your LMC office", "", None, "Phone 01234 567890 on weekdays.", "contact")

ANSWER = Answer(
    id="4f0c", question="How much notice does a merger need?", text="", confidence=0.9, generation="000001",
    claims=tuple(Claim(citation.quote, (citation.n,)) for citation in (MERGERS, LEASES, PEOPLE)),
    citations=(MERGERS, LEASES, PEOPLE),
    notes=("“Premises: leases & *rent* <2015>” has been replaced by “Premises 2024”. It is from June 2015. "
           "Check with your LMC office.",),
    tools=(HEALTHCHECK, OFFICE),
    next_step="Open the source to read it in full; for advice, ask your LMC office.",
)  # fmt: skip
NO_ANSWER = NoAnswer(
    id="5f", question="Who pays for the car park?", tools=(OFFICE,),
    text="The library does not say. I looked for “Who pays for the car park?” in the documents that you may read and "
    "found no passage that answers it.",
    next_step="Ask your LMC office, or ask again in other words.",
)  # fmt: skip
CLARIFY = Clarify(
    id="6f", question="What is PHQ?", text="PHQ can mean Practice Healthcheck; or Patient Health Questionnaire. "
    "Which do you mean?", options=("Practice Healthcheck", "Patient Health Questionnaire"),
    next_step="Ask again with the full name.",
)  # fmt: skip
DECLINED = Declined(
    id="7f", question="", reason=Reason.PATIENT_DATA,
    text="Your question seems to hold details of a patient, so I have not searched for it or kept it.",
    next_step="Delete your message, then ask again without the NHS number, name, date of birth or address.",
)  # fmt: skip
TENTATIVE = replace(ANSWER, tentative=True, citations=(replace(MERGERS, marked=(44, 51)), LEASES, PEOPLE))
OUTCOMES: tuple[Outcome, ...] = (ANSWER, NO_ANSWER, CLARIFY, DECLINED)

VIEW = AnswerView(
    answer_id="0123456789abcdef0123456789abcdef", place="direct", today=TODAY, asked_by="U0ALICE",
    links={1: MERGERS.url, 3: PEOPLE.url}, titles={"premises-2024": "Premises 2024"}, can_ask_person=True,
    can_delete=True,
)  # fmt: skip
ONLY_YOU = replace(
    VIEW, place="only_you", can_share=True, can_delete=False, shown_question="How much notice does a merger need?"
)
SHARED = replace(
    VIEW, place="channel", shared_by="U0ALICE", corrected=True, not_for_channel="C0GENERAL", about_channel="C0GENERAL"
)

CHOICES = (library.Choice("starter/mergers", "Guide to practice mergers", "Anytown LMC, June 2025"),
           library.Choice("starter/premises", "Premises", "Somerset LMC, 11 June 2015"))  # fmt: skip
UNDERSTOOD = library.Understood(
    "u1", "merger guide 2026.pdf", 1_234_567, "PDF", "Guide to practice mergers", 14, 61, 2,
    ("Pages 3 and 9 were read by text recognition: check them.",), CHOICES[0],
)  # fmt: skip
DESCRIPTION = library.Description(
    "Guide to practice mergers", "Anytown LMC", Audience.PRACTICE, "2026-11", "", "2028", Status.CURRENT,
    "https://kb.example.org/mergers-2026.pdf", "The LMC office", "starter/mergers", "starter",
)  # fmt: skip
DESCRIBE = library.DescribeView("u1", "merger guide 2026.pdf", DESCRIPTION, CHOICES, ("starter", "ours"), True)
APPROVAL = library.Approval(
    "u1", "U0OLU", "merger guide 2026.pdf", 14, 61, DESCRIPTION, "Guide to practice mergers",
    ("Pages 3 and 9 were read by text recognition: check them.",),
)  # fmt: skip
DECIDED = replace(APPROVAL, verdict=library.Verdict.APPROVED, decided_by="U0BEA")
PROGRESS = library.Progress("Adding “Guide to practice mergers”", library.Stage.EMBEDDING, 45, 27, 1, 12.0)
FAILURE = library.Failure("minutes 2019.pdf", "It opens, but carries no text: it may be a scan.")
RESULT = library.Result(
    "Adding “Guide to practice mergers”", "U0OLU", "000002-20261123T140500", 42, 1_204, ("Guide to practice mergers",),
    ("Premises",), ("Minutes of 2019",), (FAILURE,), 3, 95.0, "", ("One document has no date.",),
)  # fmt: skip
REFUSED = replace(RESULT, refused="Another change of the library is running. Try again in a few minutes.")

PASSAGE = passage.PassageShown(
    "Guide to practice mergers", "The commissioner wants notice of a merger 90 days before the date. " * 80,
    "Anytown LMC", When(2025, 6), When(2026, 1), Status.SUPERSEDED, "Guide to mergers 2026", "Mergers › Notice", 4,
    "iv", 5, "https://kb.example.org/mergers.pdf#page=4", True, True,
)  # fmt: skip
ASK_PERSON = escalation.AskPerson(
    '{"v":1,"a":"4f0c"}', "Who pays for the car park?", "The library does not say.", ("Premises",), 24.0
)
POST = escalation.OfficersPost(
    "e1", "U0MO", "premises", True, "Who pays for the car park of our surgery?\nThe landlord says we do.", NOW,
    "The library does not say.", ("Premises",), 1,
)  # fmt: skip
TAKEN = replace(POST, state="claimed", officer="U0OLU")
NOTE = feedback.OwnerNote(
    ("wrong", "out_of_date"), "answer", "The notice is 28 days now.",
    (feedback.NotedDocument("Guide to practice mergers", "the LMC office", MERGERS.url),), 1,
)  # fmt: skip

RECENT = home.RecentQuestion("How much notice does a merger need?", "answer", NOW, "https://x.slack.com/archives/C1/p1")
GAP = home.Gap("Who pays for the car park?", 3, NOW)
CHANGE = home.ChangedDocument("Premises", "replaced", TODAY, "Premises 2024", "https://kb.example.org/premises.pdf")
ADMIN = home.AdminHome(
    "000002-20261123T140500", 42, 1_204, NOW, ((FAILURE.name, FAILURE.reason),), 1,
    (("merger guide 2026.pdf", "waiting_approval", 2),), {"answer": 31, "no_answer": 4}, 12, 3, {"wrong": 2}, (GAP,), 2,
    NOW, (("starter/minutes", "Minutes of 2019"),), "000001-20261101T090000",
)  # fmt: skip
HOME = home.HomeView(
    Audience.PRACTICE, "I sent you the answer by direct message.", "2", (RECENT,), (CHANGE,), 42, NOW, 90, True
)
ADMIN_HOME = replace(HOME, role=Audience.OFFICER, admin=ADMIN)

DOCUMENT = Document(
    "mergers", "Guide to practice mergers", "starter", "/srv/mergers.pdf", publisher="Anytown LMC",
    published=When(2025, 6), source_url="https://kb.example.org/mergers.pdf",
)  # fmt: skip

Alter = Callable[[str], str]
"""What is done to each text of the samples: nothing, or something hostile."""

T = TypeVar("T")

# What is an id of ours or of Slack's, or an address that has its own tests, is not text of others.
_NOT_TEXT = frozenset(
    [
        "id",
        "answer_id",
        "upload_id",
        "escalation_id",
        "key",
        "asked_by",
        "shared_by",
        "not_for_channel",
        "about_channel",
        "requester",
        "officer",
        "by",
        "decided_by",
        "metadata",
        "place",
        "state",
        "outcome",
        "what_is",
        "topic",
        "library",
        "replaces",
        "generation",
        "turn",
        "tz",
        "published",
        "reviewed",
        "review_due",
        "kind",
        "passage_id",
        "document_id",
        "url",
    ]
)


def altered(value: T, alter: Alter) -> T:
    """The value with every text of documents and people altered, through all dataclasses and tuples."""
    return _altered(value, alter)  # type: ignore[no-any-return]


def _altered(value: Any, alter: Alter) -> Any:
    if type(value) is str:
        return alter(value)
    if type(value) is tuple:
        return tuple(_altered(item, alter) for item in value)
    if is_dataclass(value) and not isinstance(value, type | When):
        changed = {
            item.name: _altered(getattr(value, item.name), alter)
            for item in fields(value)
            if item.name not in _NOT_TEXT
        }
        return replace(value, **changed)
    return value


@dataclass(frozen=True)
class Rendered:
    """Everything that the renderer makes, by name."""

    messages: Mapping[str, Message]
    views: Mapping[str, View]


def rendered(alter: Alter = lambda text: text) -> Rendered:
    """Every message and view, of the samples with their texts altered."""
    return Rendered(_messages(alter), _views(alter))


def _messages(alter: Alter) -> dict[str, Message]:
    def made(value: T) -> T:
        return altered(value, alter)

    text = alter("Thank you, that helps.")
    answers = {
        f"{kind} {name}": render(made(outcome), made(view))
        for kind, outcome in (*((outcome.kind, outcome) for outcome in OUTCOMES), ("tentative", TENTATIVE))
        for name, view in (("direct", VIEW), ("only you", ONLY_YOU), ("shared", SHARED))
    }
    return answers | {
        "help": ask.help_message(Audience.PRACTICE),
        "apology": ask.apology(text),
        "external": ask.refused_place("external"),
        "unknown": ask.refused_place("unknown"),
        "cannot share": ask.cannot_share(),
        "shared": ask.shared(),
        "only the asker": ask.only_the_asker(),
        "understood": library.understood(made(UNDERSTOOD)),
        "discarded": library.discarded(text),
        "refused": library.refused(text),
        "approval": library.approval_request(made(APPROVAL)),
        "approved": library.approval_request(made(DECIDED)),
        "progress": library.progress(made(PROGRESS)),
        "result": library.result(made(RESULT)),
        "refused result": library.result(made(REFUSED)),
        "post": escalation.post(made(POST)),
        "post taken": escalation.post(made(TAKEN)),
        "post closed": escalation.post(made(replace(TAKEN, state="closed"))),
        "sent to officers": escalation.sent_to_officers(24.0),
        "not sent": escalation.not_sent(text),
        "claimed note": escalation.claimed_note("U0OLU", "U0MO"),
        "closed note": escalation.closed_note("U0OLU"),
        "reminder": escalation.reminder("U0MO", 50.0, NOW),
        "taken": escalation.taken("U0OLU"),
        "passed to": escalation.passed_to("U0OLU"),
        "closed": escalation.closed("U0OLU"),
        "echo": escalation.echo("U0OLU", text),
        "relayed": escalation.relayed("U0OLU", text, by_officer=True),
        "relayed back": escalation.relayed("U0MO", text, by_officer=False),
        "only officers": escalation.only_officers(),
        "taken already": escalation.taken_already("U0OLU"),
        "only claimer": escalation.only_claimer("U0OLU"),
        "not taken yet": escalation.not_taken_yet("U0MO"),
        "closed already": escalation.closed_already(),
        "no files": escalation.no_files(2),
        "not relayed": escalation.not_relayed_patient_data(),
        "no officers channel": escalation.no_officers_channel(),
        "thanks": feedback.thanks(True),
        "thanks, told": feedback.thanks(False, told="owner"),
        "thanks, nobody told": feedback.thanks(False, told="nobody"),
        "gone": feedback.gone(),
        "owner note": feedback.owner_note(made(NOTE)),
    }


def _views(alter: Alter) -> dict[str, View]:
    def made(value: T) -> T:
        return altered(value, alter)

    text = alter("How much notice does a merger need?")
    many = tuple(library.Choice(f"starter/{n}", text, text) for n in range(130))
    return {
        "loading": ask.loading_view(),
        "ask": ask.ask_view(),
        "ask about": ask.ask_view(quoted=text, can_reply_in_thread=True, metadata='{"v":1}'),
        "ask about, alone": ask.ask_view(quoted=text, metadata='{"v":1}'),
        "sent": ask.sent_view(),
        "patient data": ask.patient_data_view(),
        "passage": passage.passage_view(made(PASSAGE)),
        "gone": passage.gone_view(),
        "refused": passage.refused_view(),
        "describe": library.describe_modal(made(DESCRIBE)),
        "describe, many": library.describe_modal(replace(made(DESCRIBE), documents=many)),
        "withdraw": library.withdraw_modal(library.WithdrawView(made(CHOICES), "starter/premises")),
        "withdraw, many": library.withdraw_modal(library.WithdrawView(many, "starter/120")),
        "withdraw, none": library.withdraw_modal(library.WithdrawView(())),
        "causes": feedback.causes_modal('{"v":1}', can_tell_owner=True),
        "causes, nobody to tell": feedback.causes_modal('{"v":1}', can_tell_owner=False),
        "feedback gone": feedback.gone_view(),
        "ask a person": escalation.ask_modal(made(ASK_PERSON)),
        "reply": escalation.reply_modal('{"v":1}', "U0MO"),
        "assign": escalation.assign_modal('{"v":1}'),
        "home": home.home(made(HOME)),
        "home, admin": home.home(made(ADMIN_HOME)),
        "home, empty": home.home(home.HomeView(Audience.PUBLIC, admin=home.AdminHome("", 0, 0))),
        "home, unavailable": home.unavailable(),
    }
