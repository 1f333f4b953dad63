"""An outcome as a person reads it in a terminal."""

from __future__ import annotations

import io
from dataclasses import replace

from rich.console import Console

from answer.outcome import MAY_HELP, UNSURE, Answer, Claim, Outcome
from cli.show import show_outcome
from corpus.model import Citation, Status

QUOTE = "Notice is due 90 days before the date. Write a letter."
CITATION = Citation(
    1, "p", "mergers", "lib", "Guide to mergers", "LMC", None, Status.CURRENT, 4, "", "", QUOTE, QUOTE, 0.8
)  # fmt: skip
ANSWER = Answer(id="a", question="How much notice?", text="", claims=(Claim(QUOTE, (1,)),), citations=(CITATION,))

BOLD = "\x1b[1m"


def shown(outcome: Outcome, *, colours: bool = False) -> str:
    console = Console(
        file=io.StringIO(), width=100, force_terminal=colours, color_system="standard" if colours else None
    )
    show_outcome(console, outcome)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_tentative_answer_says_so_in_words_before_anything_else() -> None:
    text = " ".join(shown(replace(ANSWER, tentative=True)).split())

    assert text.startswith(f"{MAY_HELP} {UNSURE}")
    assert text.index(MAY_HELP) < text.index("Notice is due")
    assert MAY_HELP not in " ".join(shown(ANSWER).split())


def test_words_that_answer_are_bold_and_all_words_stay() -> None:
    marked = replace(ANSWER, citations=(replace(CITATION, marked=(14, 21)),))

    assert f"{BOLD}90 days" in shown(marked, colours=True)
    assert f"{BOLD}90 days" not in shown(ANSWER, colours=True)
    assert shown(marked) == shown(ANSWER)
    assert QUOTE in shown(marked)


def test_claim_in_words_of_its_own_has_no_marks() -> None:
    own = replace(
        ANSWER, claims=(Claim("Give 90 days of notice.", (1,)),), citations=(replace(CITATION, marked=(14, 21)),)
    )

    assert "Give 90 days of notice." in shown(own)
    assert f"{BOLD}90 days" not in shown(own, colours=True)
