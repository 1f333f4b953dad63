"""A PDF page's words as lines in reading order: columns that were drawn across are taken one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from ingest.readers.pdf_page import Word

WIDE_GAP_EM = 1.0  # a gap of a letter's height or more may be a tab, a table's column or a gutter
MIN_WOVEN_LINES = 6  # fewer lines side by side are rather a table or a heading with its number
MIN_PROSE_WORDS = 3.5  # a column's mean words a line: cells of tables have fewer


class Run(NamedTuple):
    """Words of one line with no wide gap between them."""

    text: str
    x0: float
    x1: float


class Line(NamedTuple):
    """Words on one baseline. `y` falls down the page; `text` joins the runs with a space."""

    runs: tuple[Run, ...]
    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    turn: int = 0


def lines_of(words: Sequence[Word]) -> list[Line]:
    """Words, in the order they are drawn, as lines; side-by-side columns are separated."""
    groups: list[list[Word]] = []
    for word in words:
        if groups and _continues(groups[-1], word):
            groups[-1].append(word)
        else:
            groups.append([word])
    return unweave([_line(group) for group in groups])


def main_turn(words: Sequence[Word]) -> int:
    """The direction in which most of the page's text runs."""
    turns = Counter(word.turn for word in words)
    return turns.most_common(1)[0][0] if turns else 0


def _continues(line: list[Word], word: Word) -> bool:
    last = line[-1]
    if word.turn != last.turn:
        return False
    largest = max(line[-4:], key=lambda w: w.size)  # subtle: a raised note number must not set the baseline
    if abs(word.y - largest.y) > 0.45 * max(word.size, largest.size):
        return False
    return word.x1 > line[0].x0 or _right_to_left(word.text)


def _right_to_left(text: str) -> bool:
    return any("\u0590" <= letter <= "\u08ff" for letter in text)


def _line(words: list[Word]) -> Line:
    runs: list[list[Word]] = [[words[0]]]
    for a, b in pairwise(words):
        gap = max(b.x0 - a.x1, a.x0 - b.x1)
        if gap > WIDE_GAP_EM * min(a.size, b.size):
            runs.append([])
        runs[-1].append(b)
    sizes: Counter[float] = Counter()
    for word in words:
        sizes[round(word.size, 1)] += len(word.text)
    usual = sizes.most_common(1)[0][0]  # not the largest: a list's mark or an initial may be larger than its line
    main = next(word for word in words if round(word.size, 1) == usual)
    letters = sizes.total()
    bold = sum(len(w.text) for w in words if w.bold) > 0.9 * letters
    return joined([_run(run) for run in runs], main.y, main.size, bold, main.turn)


def _run(words: list[Word]) -> Run:
    text = " ".join(w.text for w in words)
    return Run(text, min(w.x0 for w in words), max(w.x1 for w in words))


def joined(runs: Sequence[Run], y: float, size: float, bold: bool, turn: int = 0) -> Line:
    """Runs side by side as one line."""
    text = " ".join(run.text for run in runs)
    left, right = min(run.x0 for run in runs), max(run.x1 for run in runs)
    return Line(tuple(runs), text, left, right, y, size, bold, turn)


def unweave(lines: list[Line]) -> list[Line]:
    """Lines that run across two or more columns of prose become one column after the other."""
    gutter = _gutter(lines)
    if gutter is None:
        return lines
    ordered: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []
    for line in lines:
        before = [run for run in line.runs if run.x1 <= gutter]
        after = [run for run in line.runs if run.x0 >= gutter]
        if len(before) + len(after) < len(line.runs):
            ordered += [*unweave(left), *unweave(right), line]
            left, right = [], []
            continue
        left += [_part(line, before)] if before else []
        right += [_part(line, after)] if after else []
    return [*ordered, *unweave(left), *unweave(right)]


def _part(line: Line, runs: Sequence[Run]) -> Line:
    return joined(runs, line.y, line.size, line.bold, line.turn)


def _gutter(lines: Iterable[Line]) -> float | None:
    """The x between two columns of prose that were drawn line by line across, if there is one."""
    gaps = [(a, b) for line in lines for a, b in pairwise(line.runs) if a.x1 < b.x0]
    if len(gaps) < MIN_WOVEN_LINES:
        return None
    middles = {round((a.x1 + b.x0) / 2) for a, b in gaps}
    best = max(middles, key=lambda x: sum(a.x1 <= x <= b.x0 for a, b in gaps))
    beside = [(a, b) for a, b in gaps if a.x1 <= best <= b.x0]
    if len(beside) < MIN_WOVEN_LINES:
        return None
    return float(best) if _is_prose([a for a, _ in beside]) and _is_prose([b for _, b in beside]) else None


def _is_prose(runs: Sequence[Run]) -> bool:
    """Whether runs look like lines of a column: several words, most of them filling the width."""
    words = sum(len(run.text.split()) for run in runs) / len(runs)
    widths = [run.x1 - run.x0 for run in runs]
    return words >= MIN_PROSE_WORDS and median(widths) >= 0.75 * max(widths)
