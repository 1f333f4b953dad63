"""Blocks as a reader found them in, blocks as an editor would set them out.

Ligatures and broken hyphens are mended, running headers and footers go, and a sentence that a page break cut in two is
put together again on the page where it begins.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.blocks import Block, BlockKind
from ingest.sentences import sentences

LIGATURES = str.maketrans({
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
    "\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u00ad": "", "\u200b": "", "\u2060": "", "\ufeff": "",
})  # fmt: skip

_HYPHEN_END = re.compile(r"(\w+)[-\u2010]\n\s*([a-z]\w*)")
_COMPOUND = re.compile(r"(?<!\w)(?=(\w+-\w+))")  # overlapping: "up-to-date" has "up-to" and "to-date"
_HYPHEN_KEPT = re.compile(r"(?<=\w)[-\u2010]\n\s*(?=[A-Z0-9])")
_SPACE = re.compile(r"\s+")
# Half of a surrogate pair comes out of damaged PDFs, and can be written to no file.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"(?:page\s*)?[-–(]?\s*\d{1,4}\s*[-–)]?(?:\s*(?:of|/)\s*\d{1,4})?", re.IGNORECASE)

EDGE_BLOCKS = 2  # a running header or footer is at most this many lines at the top or the bottom
RUNNING_SHARE = 0.6  # and stands on at least this share of the pages
RUNNING_CHARS = 150


def clean(blocks: Sequence[Block]) -> list[Block]:
    """Mend the text of `blocks`, drop what only repeats on every page, and join what a page break cut."""
    kept = _without_running_lines(blocks)
    compounds = _compounds(kept)
    mended = [replace(block, text=mend(block.text, compounds)) for block in kept]
    return _join_across_pages([block for block in mended if block.text])


def mend(text: str, compounds: frozenset[str] = frozenset()) -> str:
    """Plain text with whole words: no ligatures, no line-end hyphens, single spaces.

    `compounds` are words that are really written with a hyphen (`long-term`), so that a line end keeps it.
    """

    def join(found: re.Match[str]) -> str:
        head, tail = found.groups()
        return f"{head}-{tail}" if f"{head}-{tail}".lower() in compounds else head + tail

    text = _CONTROL.sub(" ", text.translate(LIGATURES)) if not text.isascii() or _CONTROL.search(text) else text
    if "\n" in text:
        text = _HYPHEN_KEPT.sub("-", _HYPHEN_END.sub(join, text))
    return _SPACE.sub(" ", text).strip()


def _compounds(blocks: Sequence[Block]) -> frozenset[str]:
    """Hyphenated words that stand within a line somewhere in the document."""
    if not any("-\n" in block.text or "\u2010\n" in block.text for block in blocks):
        return frozenset()
    return frozenset(word.lower() for block in blocks for word in _COMPOUND.findall(block.text))


def _without_running_lines(blocks: Sequence[Block]) -> list[Block]:
    pages = _by_page(blocks)
    if len(pages) < 2:
        return [block for block in blocks if not _is_page_number(block)]
    edges = {number: _edges(found) for number, found in pages.items()}
    running = _running(edges)
    dropped = {
        id(block)
        for found in edges.values()
        for block in found
        if _mask(block.text) in running or _is_page_number(block)
    }
    return [block for block in blocks if id(block) not in dropped]


def _by_page(blocks: Sequence[Block]) -> Mapping[int, list[Block]]:
    pages: dict[int, list[Block]] = defaultdict(list)
    for block in blocks:
        pages[block.page].append(block)
    return pages


def _edges(blocks: Sequence[Block]) -> list[Block]:
    """What may be a running line. A table's rows are none: with their figures masked, many are alike."""
    edges = blocks if len(blocks) <= 2 * EDGE_BLOCKS else [*blocks[:EDGE_BLOCKS], *blocks[-EDGE_BLOCKS:]]
    return [block for block in edges if block.kind is not BlockKind.ROW]


def _running(edges: Mapping[int, Sequence[Block]]) -> set[str]:
    """Texts, figures masked, that stand at the edge of most pages."""
    counts = Counter(
        mask for found in edges.values() for mask in {_mask(b.text) for b in found if len(b.text) <= RUNNING_CHARS}
    )
    needed = max(2, RUNNING_SHARE * len(edges))
    return {mask for mask, count in counts.items() if count >= needed and mask}


def _mask(text: str) -> str:
    return _DIGITS.sub("#", " ".join(text.lower().split()))


def _is_page_number(block: Block) -> bool:
    return block.kind is BlockKind.PARAGRAPH and bool(_PAGE_NUMBER.fullmatch(block.text.strip()))


def _join_across_pages(blocks: Sequence[Block]) -> list[Block]:
    """Move the rest of a sentence that a page break cut to the page where it begins."""
    joined: list[Block] = []
    for block in blocks:
        before = joined[-1] if joined else None
        if before and _continues(before, block):
            end = sentences(block.text)[0][1]
            joined[-1] = replace(before, text=f"{before.text} {block.text[:end]}")
            rest = block.text[end:].strip()
            if rest:
                joined.append(replace(block, text=rest))
        else:
            joined.append(block)
    return joined


def _continues(before: Block, block: Block) -> bool:
    if block.page != before.page + 1 or block.kind is not BlockKind.PARAGRAPH:
        return False
    if before.kind not in {BlockKind.PARAGRAPH, BlockKind.ITEM}:
        return False
    return before.text[-1] not in ".!?:;”\"'" and block.text[0].islower()
