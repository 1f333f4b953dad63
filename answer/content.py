"""The words of a question that carry it: what is left without stop words and what people write around a question."""

from __future__ import annotations

from index.lexical import analyse

# What people write around a question, and words that ask rather than name.
FILLER = frozenset(
    analyse(
        "tell know want need like find out give show explain say says said mean means get go make use used "
        "thing things way one ones much many long often any some also just still really actually help who whom whose "
        "why hi hello thanks ok about there here possible able let got have going am document documents page library "
        "paper papers according mention mentioned question answer information info details"
    )
)


def content(text: str) -> tuple[str, ...]:
    """The stems that carry a question, in order and once."""
    return tuple(dict.fromkeys(stem for stem in analyse(text) if stem not in FILLER))
