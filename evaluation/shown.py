"""Tables for people: the same one on a terminal and in a page of documentation; and a reliability diagram as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from rich.table import Table

from evaluation.measures import Bin


@dataclass(frozen=True, slots=True)
class Shown:
    """A table: a title, the names of the columns, and rows of as many cells."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def rich(self) -> Table:
        table = Table(*self.columns, title=self.title)
        for row in self.rows:
            table.add_row(*row)
        return table

    def markdown(self) -> str:
        """The table in Markdown, without its title.

        >>> print(Shown("t", ["what", "n"], [["first", "3"]]).markdown())
        | what | n |
        | --- | --- |
        | first | 3 |
        """
        lines = [self.columns, ["---"] * len(self.columns), *self.rows]
        return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


SIDE, EDGE = 320, 48  # of the square that is drawn in, and around it, in pixels


def diagram(title: str, bins: Sequence[Bin]) -> str:
    """A reliability diagram as SVG: a dot for each bin, as large as it is full; on the diagonal they are calibrated.

    Its description says in words what the dots show; the table with the same numbers stands beside it in the page.
    """
    told = "; ".join(f"said {b.predicted:.2f}, came true {b.observed:.2f} ({b.count})" for b in bins)
    whole = SIDE + 2 * EDGE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" width="{whole}" height="{whole}"'
        ' role="img" aria-labelledby="title desc" font-family="sans-serif" font-size="12">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="desc">{escape(told)}.</desc>',
        f'<rect width="{whole}" height="{whole}" fill="#ffffff"/>',
        *(_scale(step / 5) for step in range(6)),
        _line((0, 0), (1, 1), ' stroke="#595959" stroke-dasharray="5 4"'),
        *(_dot(item, max(b.count for b in bins)) for item in bins),
        _text(0.5, -0.115, "probability that was said", "middle"),
        f'<text transform="translate(14 {_y(0.5):.1f}) rotate(-90)" text-anchor="middle" fill="#1a1a1a">'
        "share that came true</text>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _x(value: float) -> float:
    return EDGE + SIDE * value


def _y(value: float) -> float:
    return EDGE + SIDE * (1 - value)


def _line(start: tuple[float, float], end: tuple[float, float], style: str) -> str:
    (x1, y1), (x2, y2) = start, end
    return f'<line x1="{_x(x1):.1f}" y1="{_y(y1):.1f}" x2="{_x(x2):.1f}" y2="{_y(y2):.1f}"{style}/>'


def _scale(value: float) -> str:
    grid = ' stroke="#d9d9d9"'
    lines = _line((value, 0), (value, 1), grid) + _line((0, value), (1, value), grid)
    return lines + _text(value, -0.055, f"{value:.1f}", "middle") + _text(-0.02, value - 0.012, f"{value:.1f}", "end")


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{_x(x):.1f}" y="{_y(y):.1f}" text-anchor="{anchor}" fill="#1a1a1a">{escape(text)}</text>'


def _dot(item: Bin, most: int) -> str:
    radius = 2 + 4 * (item.count / most) ** 0.5
    return f'<circle cx="{_x(item.predicted):.1f}" cy="{_y(item.observed):.1f}" r="{radius:.1f}" fill="#005eb8"/>'
