"""What somebody should know before filling in an instrument: who sees it, how long it takes, what not to write."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.instrument import Instrument, Kind

_SEEN_BY_PRACTICE = (
    "The people of your practice who work on it with you. Nobody else: your LMC sees it only if your practice shares"
    " it."
)
_NO_PATIENTS = "Do not write anything about patients, or about the health or conduct of anybody who can be recognised."

_SEES = {
    Kind.HEALTHCHECK: f"{_SEEN_BY_PRACTICE} When you finish, you choose whether your scores count, without a name, in"
    " the comparison between practices.",
    Kind.LEVELS: f"{_SEEN_BY_PRACTICE} Sending the plan to your LMC for approval shares it.",
    Kind.SKILLS: "Only you. Your partners can see the team as a whole, area by area and never by person, and only when"
    " enough of you have taken part. Your LMC does not see your answers.",
    Kind.CHECKLIST: _SEEN_BY_PRACTICE,
}
_HOW = {
    Kind.HEALTHCHECK: "Agree one answer for the practice. If nobody knows, say so: \u201cDon't know\u201d does not"
    " lower your score, and the report lists it, because it is often worth finding out.",
    Kind.LEVELS: "Choose the level that is true today, and note where the evidence can be found: what it is and its"
    " date, not the document. Levels 3 and 4 count only with evidence that somebody has seen. Several people can"
    " work on this at the same time, each on another area.",
    Kind.SKILLS: "Say how sure you feel, not how good you think you ought to be. This has no part in appraisal.",
    Kind.CHECKLIST: "Begin with the planned date and what applies to you; the tasks and their dates follow from that."
    " Several people can keep it up to date together.",
}
_SAFE = (
    "There is no time limit. Each page is kept when you press Save, so you can stop at any page and go on another day,"
    " here or in Slack."
)


@dataclass(frozen=True, slots=True)
class Telling:
    """`facts` are headings with a text each; `paper` is what stands on the printed questionnaire."""

    summary: str
    facts: tuple[tuple[str, str], ...]
    paper: str


def telling(instrument: Instrument) -> Telling:
    return Telling(
        instrument.summary,
        (
            ("How long it takes", f"About {minutes(instrument.minutes)}. {_SAFE}"),
            ("How to answer", _HOW[instrument.kind]),
            ("Who sees the answers", _SEES[instrument.kind]),
            ("What not to write", _NO_PATIENTS),
            (
                "How long it is kept",
                f"{instrument.kept_months} months, then it is deleted. You can delete it yourself before that.",
            ),
        ),
        _PAPER[instrument.kind],
    )


_PAPER = {
    Kind.SKILLS: "Fill this in on your own and keep it: it is private. To get your profile, type your answers in"
    " through the assistant.",
    **dict.fromkeys(
        (Kind.HEALTHCHECK, Kind.LEVELS, Kind.CHECKLIST),
        "Fill this in by hand if you like. To get the report, a colleague who uses the assistant types the answers in,"
        " or you ask your LMC office.",
    ),
}


def minutes(count: int) -> str:
    """`12 minutes`, `2 hours`."""
    hours, rest = divmod(count, 60)
    if hours == 0 or rest:
        return f"{count} minutes"
    return "1 hour" if hours == 1 else f"{hours} hours"
