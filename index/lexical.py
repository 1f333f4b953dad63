"""Exact words and acronyms: text in, stems out; stems in, rows ranked by BM25 out (tantivy)."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from index.store import Hit

# Words that say nothing about the subject. Kept short on purpose: "not", "who" and "may" carry meaning in guidance.
STOP_WORDS = frozenset(
    [
        "a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did", "do", "does", "for",
        "from", "had", "has", "have", "how", "i", "if", "in", "into", "is", "it", "its", "me", "my", "of", "on", "or",
        "our", "please", "s", "should", "so", "t", "that", "the", "their", "them", "then", "there", "these", "they",
        "this", "those", "to", "us", "was", "we", "were", "what", "when", "where", "which", "will", "with", "would",
        "you", "your",
    ]
)  # fmt: skip

_ACRONYMS = re.compile(r"\b([A-Z]{2,})s\b")  # GPs, PCNs: the same thing as GP, PCN
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_LOCAL = threading.local()  # a stemmer may not be shared between threads


def _stemmer() -> Any:
    if not hasattr(_LOCAL, "stemmer"):
        import Stemmer

        _LOCAL.stemmer = Stemmer.Stemmer("english")
    return _LOCAL.stemmer


def words(text: str) -> list[str]:
    """The words of a text, folded: lower case, no accents, no possessive s."""
    plain = _ACRONYMS.sub(r"\1", text if text.isascii() else _fold(text))
    return [
        re.sub(r"['’]s?$", "", word) if "'" in word or "’" in word else word for word in _WORD.findall(plain.lower())
    ]


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def analyse(text: str) -> list[str]:
    """The stems that are indexed and searched, in order, stop words left out.

    >>> analyse("Practices' resilience, in the long-term!")
    ['practic', 'resili', 'long', 'term']
    >>> analyse("merging after a merger")
    ['merg', 'after', 'merg']
    >>> analyse("programmes and a program")
    ['program', 'program']
    """
    kept = [word for word in words(text) if word not in STOP_WORDS]
    stems: list[str] = _stemmer().stemWords(kept)
    return [_met(stem) for stem in stems]


def _met(stem: str) -> str:
    """Where Snowball keeps apart what means the same: merger and merge, programme and program."""
    if len(stem) == 6 and stem.endswith("er"):
        return stem[:-2]
    return stem[:-1] if stem.endswith("mm") else stem


class LexicalIndex:
    """A tantivy index whose documents are rows: their stems, their scope class and their document."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._tantivy = tantivy
        self._index = tantivy.Index.open(str(folder))
        self._searcher = self._index.searcher()
        self._schema = self._index.schema

    def search(
        self, terms: Mapping[str, float], k: int, classes: Sequence[int], hidden: Iterable[int] = ()
    ) -> list[Hit]:
        """The best `k` rows whose class is one of `classes` and whose document is not hidden, by BM25.

        Source: BM25 with tantivy's constants, k1 = 1.2 and b = 0.75.
        """
        if not terms or not classes:
            return []
        q, must, never = self._tantivy.Query, self._tantivy.Occur.Must, self._tantivy.Occur.MustNot
        should = self._tantivy.Occur.Should
        wanted = q.boolean_query([(should, self._term(stem, weight)) for stem, weight in sorted(terms.items())])
        allowed = q.const_score_query(q.term_set_query(self._schema, "klass", list(classes)), 0.0)
        clauses = [(must, wanted), (must, allowed)]
        if out := sorted(hidden):
            clauses.append((never, q.term_set_query(self._schema, "document", out)))
        found = self._searcher.search(q.boolean_query(clauses), limit=k, count=False).hits
        rows: list[Any] = self._searcher.fast_field_values("row", [address for _, address in found])
        hits = [Hit(int(row), float(score)) for row, (score, _) in zip(rows, found, strict=True)]
        return sorted(hits, key=lambda hit: (-hit.score, hit.row))

    def _term(self, stem: str, weight: float) -> Any:
        term = self._tantivy.Query.term_query(self._schema, "body", stem)
        return term if weight == 1.0 else self._tantivy.Query.boost_query(term, weight)

    def stems_with_prefix(self, prefix: str) -> list[str]:
        return sorted(term for term, _ in self._searcher.terms_with_prefix("body", prefix))

    def document_frequency(self, stem: str) -> int:
        return int(self._searcher.doc_freq("body", stem))


def build_lexical(folder: Path, rows: Iterable[tuple[int, str, int, int]]) -> None:
    """Write an index of (row, stems, scope class, document ordinal); the first line of stems is the context line's.

    The context line counts twice: a title or heading that has the word says more than a passing mention.
    """
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("body", stored=False, tokenizer_name="whitespace", index_option="freq")
    for name in ("row", "klass", "document"):
        builder.add_unsigned_field(name, stored=False, indexed=True, fast=True)
    folder.mkdir()
    index = tantivy.Index(builder.build(), path=str(folder))
    writer = index.writer(heap_size=64_000_000, num_threads=1)
    for row, stems, klass, document in rows:
        context = stems.partition("\n")[0]
        entry = tantivy.Document()
        entry.add_text("body", f"{context} {stems}")
        entry.add_unsigned("row", row)
        entry.add_unsigned("klass", klass)
        entry.add_unsigned("document", document)
        writer.add_document(entry)
    writer.commit()
    writer.wait_merging_threads()
