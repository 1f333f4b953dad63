"""What every reader turns a file into: blocks in reading order, each on its page."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from corpus.when import When


class BlockKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"  # one list entry, its number or bullet kept in `text`
    ROW = "row"  # one table row as "Column: value; Column: value"
    NOTE = "note"  # footnote, endnote, speaker's note, text box


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of text. `page` is 1-based; `level` is 1-6 for headings, the depth (from 0) for items."""

    kind: BlockKind
    text: str
    page: int = 1
    level: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a reader found in one file.

    `blank_pages` had no text at all; `ocr_pages` were read by OCR; `warnings` are sentences for a person.
    """

    format: str
    blocks: list[Block]
    page_count: int = 1
    title: str | None = None
    published: When | None = None
    page_labels: dict[int, str] = field(default_factory=dict)
    blank_pages: list[int] = field(default_factory=list)
    ocr_pages: list[int] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
