"""For officers: which statistics they want, and the notes around them."""

from __future__ import annotations

from collections.abc import Sequence

from bot import actions
from bot.model import View
from bot.render.blocks import actions as rows
from bot.render.blocks import asked, button, header, modal, option, said, select
from scoring.reports.parts import quarter_words

WHICH, QUARTER = "statistics_instrument", "statistics_quarter"
TITLE = "Statistics"
ON_ITS_WAY = "The figures come in your direct message with me in a moment, with a file for a spreadsheet."
DRIVERS_ON_THEIR_WAY = (
    "I am working it out, which can take a minute. The analysis comes in your direct message with me, or the reason "
    "why it cannot be told."
)
ABOUT = (
    "How many practices take part, how their scores lie and how far each area can be trusted: of all practices that "
    "agreed to count, together, and never of one. Figures are made once a quarter, when it has ended."
)
DRIVERS_ABOUT = (
    "Which areas go with how practices see their own future. It needs at least 100 practices in the last quarter."
)
FILE_TITLE = "The figures, for a spreadsheet"


def statistics_modal(instruments: Sequence[tuple[str, str]], quarters: Sequence[str]) -> View:
    """Callback STATISTICS_VIEW; the inputs are WHICH (an instrument's id) and QUARTER (such as `2026-Q3`).

    Args:
        instruments: id and name of those that have statistics, at least one; the first is chosen.
        quarters: the newest first, at least one, which is chosen.
    """
    blocks = [
        said(ABOUT),
        asked(WHICH, "Which questionnaire?", select([option(*one) for one in instruments], instruments[0][0])),
        asked(QUARTER, "Which quarter?", select([option(one, quarter_words(one)) for one in quarters], quarters[0])),
        header("What goes with practices' outlook"),
        said(DRIVERS_ABOUT),
        *rows([button("Analyse the drivers", actions.STATISTICS_DRIVERS, actions.value())]),
    ]
    return modal(actions.STATISTICS_VIEW, TITLE, blocks, submit="Send me the figures", close="Close")
