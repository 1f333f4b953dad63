"""Rows of a studied set, one for each thing that can become of a question."""

from __future__ import annotations

from dataclasses import replace

from evaluation.study import Lost, Row

RIGHT = Row(
    id="1", part="report", expect="answer", follows=False, outcome="answer", tentative=False, confidence=0.9,
    found=(True, False), pages=(), would_cite=(True, False), cited=(True, False), quoted=(True, False), plain=(True,),
    plain_pages=(), rewritten=(), deep=-1, lost=Lost.NOT, milliseconds=10.0,
)  # fmt: skip
SECOND = replace(
    RIGHT, id="2", found=(False, True), would_cite=(False, True), cited=(False, True), quoted=(False, False),
    plain=(False,), lost=Lost.FIRST, confidence=0.6,
)  # fmt: skip
DECLINED = replace(RIGHT, id="3", outcome="no_answer", cited=(), quoted=(), lost=Lost.DECLINED, confidence=0.2)
SILENT = replace(
    RIGHT, id="4", expect="silence", outcome="no_answer", found=(False,), would_cite=(False,), cited=(), quoted=(),
    lost=Lost.NOT, confidence=0.1,
)  # fmt: skip
FOOLED = replace(SILENT, id="5", outcome="answer", cited=(False,), lost=Lost.HEDGED, confidence=0.7, tentative=True)
GUARDED = replace(SILENT, id="6", outcome="declined", confidence=0.99)
OPEN = replace(RIGHT, id="7", expect="either", lost=Lost.OPEN, cited=(False,))
