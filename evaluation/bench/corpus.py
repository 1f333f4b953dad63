"""What the benches read: passages cut by our own splitter from a folder, or from prose made up with a seed.

The made-up prose draws its words, as often as they occur there, from the starter library, with a subject for each
document and a long tail of names. It says nothing, but costs what prose costs: tokens, stems and sentences are as in
the real thing.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np

from corpus.errors import DocumentError
from corpus.manifest import load_library
from corpus.vocabulary import shipped
from index.lexical import STOP_WORDS
from ingest.blocks import Block, BlockKind
from ingest.clean import clean
from ingest.read import SUFFIXES
from ingest.split import Cut, split
from ingest.worker import ReaderPool, ReadJob

SUBJECT_WORDS, SUBJECT_SHARE = 60, 0.3
NAME_SHARE = 0.03
PARAGRAPHS, SENTENCES, WORDS = 12, 9, 18  # of a document, of a paragraph, of a sentence: about twelve passages
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_SYLLABLES = "ba cor den el far gin hal ist jor ken lo mar nor pel ros tun".split()  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class BenchPassage:
    """A passage to embed: `context` and `text` as the product has them, `spans` as (start, end)."""

    document: str
    context: str
    text: str
    spans: tuple[tuple[int, int], ...]

    @property
    def embedded(self) -> str:
        """What the model sees; the peers get the same."""
        return f"{self.context}\n{self.text}"


@cache
def vocabulary() -> tuple[tuple[str, ...], tuple[float, ...]]:
    """The words of the starter library and the share of each."""
    texts = [file.read_text("utf-8") for file in sorted(shipped("documents").glob("*.md"))]
    counts = Counter(word for text in texts for word in _WORD.findall(text))
    total = sum(counts.values())
    return tuple(counts), tuple(count / total for count in counts.values())


class Prose:
    """Made-up documents: the same seed, the same text."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        words, shares = vocabulary()
        self._words = np.array(words)
        self._up_to = np.cumsum(shares)
        self._content = np.array([word for word in words if word.lower() not in STOP_WORDS and len(word) > 3])

    def sentences(self, count: int) -> list[str]:
        """Sentences about one subject."""
        lengths = self._rng.integers(WORDS - 8, WORDS + 9, count)
        total = int(lengths.sum())
        drawn = np.searchsorted(self._up_to, self._rng.random(total) * self._up_to[-1])
        words = self._words[drawn].astype(object)
        subject = self._rng.choice(self._content, SUBJECT_WORDS)
        about = self._rng.random(total) < SUBJECT_SHARE
        words[about] = self._rng.choice(subject, int(about.sum()))
        for i in np.flatnonzero(self._rng.random(total) < NAME_SHARE):
            words[i] = self._name()
        ends = np.cumsum(lengths)
        return [_sentence(words[end - length : end]) for end, length in zip(ends, lengths, strict=True)]

    def _name(self) -> str:
        # Few names often, most once or twice: the vocabulary grows with the library, as real ones do.
        number = int(self._rng.zipf(1.3)) % 1_000_000
        letters = "".join(_SYLLABLES[(number >> shift) % 16] for shift in (0, 4, 8, 12))
        return letters.capitalize()

    def document(self) -> tuple[str, list[Block]]:
        """A title and blocks: headings and paragraphs."""
        lines = self.sentences(PARAGRAPHS * SENTENCES)
        title = " ".join(self._rng.choice(self._content, 4)).capitalize()
        blocks = []
        for start in range(0, len(lines), SENTENCES):
            if start % (4 * SENTENCES) == 0:
                heading = " ".join(self._rng.choice(self._content, 3)).capitalize()
                blocks.append(Block(BlockKind.HEADING, heading, level=2))
            blocks.append(Block(BlockKind.PARAGRAPH, " ".join(lines[start : start + SENTENCES])))
        return title, blocks


def _sentence(words: Sequence[str]) -> str:
    text = " ".join(words)
    return text[:1].upper() + text[1:] + "."


def made_up(seed: int = 1) -> Iterator[BenchPassage]:
    """Passages of made-up documents, without end."""
    prose = Prose(seed)
    number = 0
    while True:
        number += 1
        name = f"d{number:06d}"
        title, blocks = prose.document()
        for cut in split(blocks, document=f"bench/{name}", title=title):
            yield _of_cut(cut, name)


def read(folder: Path) -> Iterator[BenchPassage]:
    """Passages of the documents in a folder, read and cut as the product does; files that fail are left out."""
    library = load_library(folder, SUFFIXES)
    by_key = {source.document.key: source for source in library.sources}
    with ReaderPool() as pool:
        jobs = (ReadJob(key, source.file, source.password) for key, source in by_key.items())
        for job, reading in pool.read(jobs):
            if isinstance(reading, DocumentError):
                continue
            document = by_key[job.key].document
            title = document.title or reading.title or document.id
            for cut in split(clean(reading.blocks), document=job.key, title=title):
                yield _of_cut(cut, document.id)


def passages(folder: Path | None, count: int, seed: int = 1) -> list[BenchPassage]:
    """The first `count` passages of a folder, or of made-up prose without one."""
    return list(islice(read(folder) if folder else made_up(seed), count))


def _of_cut(cut: Cut, document: str) -> BenchPassage:
    return BenchPassage(document, cut.context, cut.passage.text, tuple((s.start, s.end) for s in cut.passage.spans))


TEMPLATES = (
    "What does the guidance say about {0} and {1}?", "How do we deal with {0}, {1} and {2}?",
    "Who is responsible for {0} in the {1}?", "Is there anything on {0} {1} for our {2}?",
    "When must we {0} the {1}?", "{0} {1} {2}", "Can you tell me how {0} affects {1} and {2}?",
)  # fmt: skip


def questions(found: Sequence[BenchPassage], count: int, seed: int = 2) -> list[str]:
    """Questions in the words of some passages; every tenth has a word spelt wrong, as people type."""
    rng = np.random.default_rng(seed)
    asked: list[str] = []
    while len(asked) < count:
        text = found[int(rng.integers(len(found)))].text
        words = [w for w in dict.fromkeys(_WORD.findall(text)) if len(w) > 4 and w.lower() not in STOP_WORDS]
        if len(words) < 3:
            continue
        picked = [str(word) for word in rng.choice(words, 3, replace=False)]
        if len(asked) % 10 == 9:
            picked[0] = _misspelt(max(picked, key=len))
        asked.append(TEMPLATES[len(asked) % len(TEMPLATES)].format(*picked))
    return asked


def _misspelt(word: str) -> str:
    middle = len(word) // 2
    return word[:middle] + word[middle + 1 :]


def write(found: Sequence[BenchPassage], file: Path) -> None:
    """One passage a line, as JSON."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({**asdict(item), "embedded": item.embedded}) for item in found]
    file.write_text("\n".join(lines) + "\n", "utf-8")


def load(file: Path) -> list[BenchPassage]:
    """What `write` wrote."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return [
        BenchPassage(row["document"], row["context"], row["text"], tuple((s, e) for s, e in row["spans"]))
        for row in rows
    ]
