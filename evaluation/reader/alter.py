"""Turns answered questions unanswerable, so that the words of a question do not tell whether it has an answer.

Whoever writes questions without an answer asks them a little differently, and a reader that learns from them learns
that instead of reading (`giveaway.py` measures it). So as many questions of each way of asking are made unanswerable
as it takes: another year, figure or name is put into the question; the sentence that answers is cut out of the window;
or the windows that answer are withheld. Where even that is too few, some of the unanswerable ones are left out.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from sklearn.model_selection import KFold

from evaluation.reader.giveaway import learnt
from evaluation.reader.groups import Group, Window
from ingest.sentences import sentences

# Sources whose other windows were vetted against the question, or are of another subject: with those that answer cut
# or withheld, nothing answers.
VETTED = frozenset({"own", "papers", "articles", "squad"})
# Of the questions that are alike to the eye, the share that shall have no answer.
SHARE = 0.45
FOLDS = 5
LEAST_LEFT = 60
CUT, SWAPPED = 0.5, 0.3

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*\b")
_FIGURE = re.compile(r"\b\d{1,3}(?:,\d{3})*\b")


# --- ways to make a question unanswerable --------------------------------------------------------------------------


def swapped(group: Group, names: Sequence[str], chance: random.Random) -> Group | None:
    """The group with a year, figure or name of its question changed for one that no window has: then none answers."""
    told = " ".join(f"{window.context} {window.text}" for window in group.windows if window.right)
    for pattern in (_YEAR, _FIGURE, _NAME):
        found = [match for match in pattern.finditer(group.question) if match.group() in told]
        if not found:
            continue
        match = chance.choice(found)
        new = _other(match.group(), pattern, names, chance)
        if new == match.group() or any(new in window.text for window in group.windows):
            continue
        question = group.question[: match.start()] + new + group.question[match.end() :]
        return Group(group.source, question, tuple(_unanswering(window) for window in group.windows))
    return None


def _other(old: str, pattern: re.Pattern[str], names: Sequence[str], chance: random.Random) -> str:
    """Another year, figure or name than `old`."""
    if pattern is _YEAR:
        return str(int(old) + chance.choice([-7, -4, -3, -2, -1, 1, 2, 3, 5]))
    if pattern is _FIGURE:
        return f"{max(2, int(int(old.replace(',', '')) * chance.choice([0.3, 0.5, 2, 3, 7]))):,}"
    return chance.choice(names) if names else old


def _unanswering(window: Window) -> Window:
    return replace(window, right=False, start=0, end=0)


def names_in(groups: Sequence[Group]) -> list[str]:
    """Names that questions have, to put in the place of others."""
    return sorted({name for group in groups for name in _NAME.findall(group.question) if len(name) > 3})


def cut(window: Window) -> Window | None:
    """The window without the sentences that answer, as one that does not; None where too little would be left."""
    if window.end <= window.start:
        return None
    answering = [span for span in sentences(window.text) if span[0] < window.end and window.start < span[1]]
    text = window.text[: answering[0][0]] + window.text[answering[-1][1] :] if answering else ""
    answer = window.text[window.start : window.end]
    if len(text.strip()) < LEAST_LEFT or answer.lower() in text.lower():
        return None
    return Window(window.context, text)


def without_answer(group: Group) -> Group | None:
    """The group with the sentences that answer cut out; None where they cannot be, or others may answer."""
    if group.source not in VETTED:
        return None
    made = [cut(window) if window.right else window for window in group.windows]
    left = [window for window in made if window is not None]
    return replace(group, windows=tuple(left)) if len(left) == len(made) else None


def withheld(group: Group) -> Group | None:
    """The group without the windows that answer; None where others may answer, or none is left."""
    left = tuple(window for window in group.windows if not window.right)
    return replace(group, windows=left) if group.source in VETTED and len(left) > 1 else None


def unanswerable(group: Group, names: Sequence[str], chance: random.Random) -> Group | None:
    """The group made unanswerable in a way drawn by chance; the next way where that one cannot be taken."""
    ways: list[Callable[[Group], Group | None]] = [
        without_answer, lambda one: swapped(one, names, chance), withheld,
    ]  # fmt: skip
    drawn = chance.random()
    first = 0 if drawn < CUT else 1 if drawn < CUT + SWAPPED else 2
    for way in (ways[first], *ways[:first], *ways[first + 1 :]):
        made = way(group)
        if made is not None:
            return made
    return None


# --- how many of each ----------------------------------------------------------------------------------------------


def is_answered(group: Group) -> bool:
    return any(window.right for window in group.windows)


def told_by_question(groups: Sequence[Group]) -> list[float]:
    """For each group the chance in [0, 1] that it has no answer, by a model of questions alone that never saw it."""
    asked = sorted({(group.question, is_answered(group)) for group in groups})
    chances: dict[str, float] = {}
    for learn, tell in KFold(FOLDS, shuffle=True, random_state=1).split(np.arange(len(asked))):
        model = learnt([asked[i] for i in learn])
        told = model.predict_proba([asked[i][0] for i in tell])[:, 1]
        chances.update((asked[i][0], 1.0 - float(answered)) for i, answered in zip(tell, told, strict=True))
    return [chances[group.question] for group in groups]


def turned_share(chance: float) -> float:
    """Of the answered questions of a way of asking, the share to make unanswerable: with them SHARE of all are."""
    return max(0.0, (SHARE - chance) / (1.0 - chance)) if chance < 1 else 0.0


def kept_share(chance: float) -> float:
    """Of the unanswerable questions of a way of asking, the share to keep: with them SHARE of all are, or fewer."""
    return min(1.0, SHARE * (1.0 - chance) / (chance * (1.0 - SHARE))) if chance > 0 else 1.0


def balanced(groups: Sequence[Group], told: Sequence[float], chance: random.Random) -> list[Group]:
    """The groups with some answered ones made unanswerable and some unanswerable ones left out.

    `told`: for each group what `told_by_question` says of it.
    """
    names = names_in(groups)
    made = []
    for group, silent in zip(groups, told, strict=True):
        if not is_answered(group):
            if chance.random() < kept_share(silent):
                made.append(group)
        elif chance.random() < turned_share(silent):
            made.append(unanswerable(group, names, chance) or group)
        else:
            made.append(group)
    return made
