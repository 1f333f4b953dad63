"""How filling in ends: what is said and asked before an assessment of a kind is finished, here and in Slack."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.instrument import Kind


@dataclass(frozen=True, slots=True)
class End:
    """How an assessment of one kind is finished. `question` is asked then, and its answer has to be given."""

    closing: str
    button: str
    sentences: tuple[str, ...]
    question: str = ""
    yes: str = ""
    no: str = ""
    missing: str = ""
    after: tuple[str, ...] = ()


AGAIN = "You can open it again later and change answers."
ENDINGS = {
    Kind.HEALTHCHECK: End(
        "You can finish with questions left open. An area needs most of its questions answered to get a score.",
        "Finish and get the report",
        ("Your report is made as soon as you finish. " + AGAIN,),
        question="May the scores of your practice count in the comparison between practices?",
        yes="Yes, count them without our name",
        no="No, leave them out",
        missing="Choose whether your scores may count in the comparison",
        after=("Your report shows how each area is doing, what stands out, and what to do next.",),
    ),
    Kind.LEVELS: End(
        "You can finish with criteria left open. They are then not part of the plan.",
        "Finish and draft the plan",
        (
            "When you finish, the assistant drafts an action plan from the levels and the evidence. You can change it"
            " before it goes to your LMC, where an analyst approves it.",
            AGAIN,
        ),
        after=("A draft of the action plan is ready. It is not final until an analyst of your LMC has approved it.",),
    ),
    Kind.SKILLS: End(
        "You can finish with tasks left open. An area needs most of its tasks answered to get a score.",
        "Finish and see my profile",
        ("Your profile is for you alone. " + AGAIN,),
        question="If fewer than four partners take part, your partners could work out who answered what. May the team"
        " view be shown to them all the same, when every partner agrees?",
        yes="Yes, if every partner agrees",
        no="No, only with four or more partners",
        missing="Choose whether the team view may be shown with fewer than four partners",
        after=("Your profile shows where you feel sure, and a course or a guide for each area to build on.",),
    ),
    Kind.CHECKLIST: End(
        "The report can be read at any time. Close the checklist only when the merger is over, or called off.",
        "Close the checklist",
        ("Close it only when the merger is over, or called off. It is deleted 90 days later. " + AGAIN,),
        after=("The checklist is closed. It will be deleted in 90 days.",),
    ),
}
