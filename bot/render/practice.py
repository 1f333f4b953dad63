"""For officers: the form that lets the first person into a practice without members, and what they are told."""

from __future__ import annotations

from collections.abc import Sequence

from bot import actions
from bot.model import Message, View
from bot.render import limits
from bot.render import text as safe
from bot.render.blocks import asked, checkboxes, line, modal, option, people_list, person, rich, said, select
from bot.render.blocks import words as part

WHICH, WHOM, VOUCH = "admit_practice", "admit_member", "admit_vouch"

TITLE = "Let somebody in"
NONE_EMPTY = (
    "Every practice here has members, and they let their colleagues in themselves. A practice that is not here yet is "
    "added by somebody of it, when they begin a questionnaire."
)
ADMITTED = (
    "They are in, and I tell them. It stands in the audit with your name. They let their colleagues in themselves."
)
WHAT_IS_CHECKED = (
    "Nobody belongs to these practices any more. Whoever you let in sees and changes everything that was filled in for "
    "the practice, and lets others in. I cannot check who works where: ask the practice itself, by a phone number that "
    "you know already."
)
VOUCHED = "I have asked the practice, and this person works there."


def admit_modal(practices: Sequence[tuple[str, str, str]]) -> View:
    """Callback ADMIT_VIEW; the inputs are WHICH (a practice's id), WHOM (a user id) and VOUCH.

    Args:
        practices: id, name and code of each; more than Slack has room for are left out.
    """
    choices = [
        option(id_, safe.one_line(f"{name} ({code})" if code else name))
        for id_, name, code in practices[: limits.OPTIONS]
    ]
    blocks = [
        said(WHAT_IS_CHECKED),
        asked(WHICH, "Which practice?", select(choices, placeholder="Choose a practice")),
        asked(WHOM, "Whom do you let in?", people_list("Choose a person")),
        asked(VOUCH, "What you have checked", checkboxes([option("yes", VOUCHED)])),
    ]
    return modal(actions.ADMIT_VIEW, TITLE, blocks, submit="Let them in", close="Cancel")


def admitted(by: str, practice: str) -> Message:
    """To somebody whom an officer has let into a practice."""
    name = safe.clip(safe.one_line(practice), 100)
    rest = (
        f" let you into {name}, because you work there. You see everything that was filled in for it, and you let your "
        "colleagues in: open my Home. If you do not work there, tell your LMC office, and press “Leave” there."
    )
    return limits.message(
        f"An officer of the LMC{rest}", [rich(line(part("An officer of the LMC, "), person(by), part(f",{rest}")))]
    )
