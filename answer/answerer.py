"""A question and its thread in, an outcome out: guard, understand, retrieve, gate, compose, verify.

The same question of the same reader to the same generation on the same day comes to the same outcome.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

import numpy as np
import numpy.typing as npt

from answer import compose, differ, gate
from answer.acronyms import ambiguous
from answer.everyday import EverydayWords
from answer.followup import stands_alone
from answer.guard import Refusal, check, refusal_for
from answer.notes import notes
from answer.offer import Offers
from answer.outcome import (
    Answer,
    Claim,
    Clarify,
    Declined,
    NoAnswer,
    OfferedTool,
    Outcome,
    Reason,
    Timings,
    numbered,
    outcome_id,
    timed,
)  # fmt: skip
from answer.reader import MOST_TOKENS, Reader
from answer.reread import agreed, reread
from answer.retrieve import ALL_PARTS, Parts, retrieve, weights
from answer.spread import fresh_first, newest_first, spread, woven
from answer.understand import Known, Understood, readings
from answer.verify import verified
from corpus.errors import IndexMismatch, QuestionError
from corpus.glossary import Glossary, Term
from corpus.model import Audience, Citation, Document, Nation
from corpus.status_map import StatusMap
from index.embed import Embedder, Vectors
from index.lexical import analyse, words
from index.store import Found, Query, Scope, Snapshot

LONGEST_QUESTION = 2_000
# Passages that an earlier answer is taken to have shown.
TOLD = 2


@dataclass(frozen=True, slots=True)
class Asking:
    """A question with all that decides its outcome. `libraries` empty means all of the generation.

    `after` is the earlier question of the same thread, `before` the ones before that, oldest first.
    """

    question: str
    role: Audience
    after: str | None = None
    libraries: tuple[str, ...] = ()
    nation: Nation | None = None
    before: tuple[str, ...] = ()

    @property
    def thread(self) -> tuple[str, ...]:
        """The earlier questions of the thread, oldest first."""
        return (*self.before, self.after) if self.after else ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the answerer knows beside the library."""

    glossary: Glossary
    status_map: StatusMap
    offers: Offers
    everyday: EverydayWords


class _Common(TypedDict):
    """What every outcome of a question has."""

    id: str
    question: str
    generation: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """How a question stood before the gate: for answering and for calibrating the gate alike."""

    understood: Understood
    candidates: Sequence[compose.Candidate]
    weight: Mapping[str, float]
    quotes: Sequence[compose.Quote]
    evidence: gate.Evidence | None
    confidence: float
    embed_ms: float
    search_ms: float


class Answerer:
    """Answers questions from one generation. Pure but for the clock that times it; safe to share between threads."""

    def __init__(
        self,
        snapshot: Snapshot,
        embedder: Embedder,
        vocabulary: Vocabulary,
        today: dt.date,
        *,
        reader: Reader | None = None,
        parts: Parts = ALL_PARTS,
    ) -> None:
        if snapshot.fingerprint != embedder.fingerprint:
            raise IndexMismatch(
                f"Generation {snapshot.generation} was built with another embedding model or prefix; "
                "run lmc ingest with the model that is set now."
            )
        self._snapshot = snapshot
        self._embedder = embedder
        self._vocabulary = vocabulary
        self._today = today
        self._reader = reader
        self._parts = parts
        self.passage_count = snapshot.count(Scope.of_role(Audience.CONFIDENTIAL, snapshot.libraries))

    def ask(self, asking: Asking) -> Outcome:
        """The outcome of a question. Raises: QuestionError for an empty or a very long one."""
        began = time.perf_counter()
        question = " ".join(asking.question.split())
        if not question:
            raise QuestionError("The question is empty; type what you want to know.")
        if len(question) > LONGEST_QUESTION:
            raise QuestionError(f"The question is longer than {LONGEST_QUESTION} characters; shorten it.")
        asking = replace(asking, question=question)
        refusal = check(question) or self._of_thread(asking)
        if refusal:
            return timed(self._declined(asking, refusal), Timings(total=_ms(began)))
        unclear = self._ambiguous(asking) if not asking.after else None
        if unclear:
            return timed(self._clarify(asking, unclear), Timings(total=_ms(began)))
        weighed = self.weigh(asking)
        composing = time.perf_counter()
        outcome = self._decide(asking, weighed)
        return timed(outcome, Timings(weighed.embed_ms, weighed.search_ms, _ms(composing), _ms(began)))

    def _of_thread(self, asking: Asking) -> Refusal | None:
        """Why an earlier question stops this one: for a patient's details always, for all else if it leans on it."""
        refusals = [refusal for refusal in map(check, asking.thread) if refusal]
        if stands_alone(asking.question, asking.after, self._vocabulary.glossary):
            refusals = [refusal for refusal in refusals if refusal.reason is Reason.PATIENT_DATA]
        return refusals[0] if refusals else None

    def decline(self, reason: Reason, role: Audience) -> Outcome:
        """The refusal of a question whose words were not kept."""
        return self._declined(Asking("", role), refusal_for(reason))

    def vectors(self, questions: Sequence[str]) -> Vectors:
        """What questions mean, to compare them; shape (n, d), float32, rows normalised."""
        return self._embedder.embed_questions(questions)

    def _ambiguous(self, asking: Asking) -> Term | None:
        return ambiguous(asking.question, self._vocabulary.glossary, lambda stem: self._seen(stem, asking))

    def _seen(self, stem: str, asking: Asking) -> int:
        """1 where a passage that this reader may see has the stem: what is hidden settles no meaning."""
        return len(self._snapshot.search(Query(None, {stem: 1.0}, 1, self._scope(asking))).lexical)

    def search(self, asking: Asking, k: int) -> list[compose.Candidate]:
        """The best `k` passages for a question, before any is chosen or weighed."""
        understood = self._readings(asking)[0]
        weight = weights(understood.content, self._snapshot, self.passage_count)
        vector = self._vectors([understood])[0]
        return retrieve(understood, vector, self._snapshot, self._scope(asking), weight, k=k, parts=self._parts)

    def _readings(self, asking: Asking) -> tuple[Understood, ...]:
        """The ways to read a question, the likeliest first."""
        known = Known(
            self._vocabulary.glossary,
            self._snapshot.document_frequency,
            self._snapshot.stems_with_prefix if self._parts.spelling else lambda _: (),
            lambda stem: self._word_of(stem, self._scope(asking)),
            self._vocabulary.everyday,
        )
        return readings(asking.question, asking.thread, known)

    def _vectors(self, asked: Sequence[Understood]) -> Vectors:
        """A unit vector for each reading: the sum of the vectors of its texts by their shares."""
        texts = list(dict.fromkeys(text for item in asked for text, _ in item.meaning))
        found = dict(zip(texts, self._embedder.embed_questions(texts), strict=True))
        mixed = np.array([sum(share * found[text] for text, share in item.meaning) for item in asked])
        return np.asarray(mixed / np.linalg.norm(mixed, axis=1, keepdims=True), np.float32)

    def _word_of(self, stem: str, scope: Scope) -> str:
        """A word with this stem out of a passage that the reader may see; the stem itself without one."""
        found = self._snapshot.search(Query(None, {stem: 1.0}, 1, scope)).lexical
        if not found:
            return stem
        text = self._snapshot.passages([found[0].row])[0].passage.text
        return next((word for word in words(text) if analyse(word) == [stem]), stem)

    def weigh(self, asking: Asking) -> Weighed:
        """Understand, retrieve and choose quotes, and weigh what was found."""
        started = time.perf_counter()
        ways = self._readings(asking)
        pieces = [self._readings(_alone(asking, part))[0] for part in ways[0].parts]
        asked = [*ways, *pieces]
        vectors = self._vectors(asked)
        embed_ms = _ms(started)
        started = time.perf_counter()
        each = MOST_TOKENS // len(asked)  # a question of several parts may not take several times as long
        found = [self._part(item, vector, asking, each) for item, vector in zip(asked, vectors, strict=True)]
        whole = newest_first(fresh_first(_best_read(found[: len(ways)]), self._told(asking, ways[0])))
        parts = [*found[len(ways) :], *spread(whole)]
        whole = woven(whole, found[len(ways) :])
        understood = whole.understood
        search_ms = _ms(started)
        quotes = compose.choose(whole, parts)
        seen = [compose.seen(quote) for quote in quotes]
        frequency = self._snapshot.document_frequency
        agreement = agreed(whole.candidates, quotes[0].candidate) if quotes else 0.0
        evidence = gate.weigh(seen, understood, whole.weight, frequency, agreement) if seen else None
        confidence = gate.confidence(evidence, was_read=self._reader is not None) if evidence else 0.0
        return Weighed(understood, whole.candidates, whole.weight, quotes, evidence, confidence, embed_ms, search_ms)

    def _told(self, asking: Asking, understood: Understood) -> Sequence[compose.Candidate]:
        """The passages that the earlier question of the thread found first, where this one follows from it."""
        if not understood.follows or understood.still:
            return ()
        *before, earlier = asking.thread
        after = before[-1] if before else None
        return self.search(replace(asking, question=earlier, after=after, before=tuple(before[:-1])), TOLD)

    def _part(
        self, understood: Understood, vector: npt.NDArray[np.float32], asking: Asking, most_tokens: int
    ) -> compose.Part:
        weight = weights(understood.content, self._snapshot, self.passage_count)
        candidates = retrieve(understood, vector, self._snapshot, self._scope(asking), weight, parts=self._parts)
        if self._reader:
            candidates = reread(candidates, understood, weight, self._reader, most_tokens)
        return compose.Part(understood, candidates, weight)

    def _scope(self, asking: Asking) -> Scope:
        return Scope.of_role(asking.role, asking.libraries or tuple(self._snapshot.libraries), asking.nation)

    def _decide(self, asking: Asking, weighed: Weighed) -> Outcome:
        if gate.verdict(weighed.confidence) is gate.Verdict.SILENT:
            return self._no_answer(asking, weighed)
        scope = self._scope(asking)
        citations = [self._cite(quote, scope) for quote in weighed.quotes]
        kept = verified(citations, self._snapshot, scope)
        if not kept:
            return self._no_answer(asking, weighed)
        documents = {q.candidate.found.document.key: q.candidate.found.document for q in weighed.quotes}
        return self._answer(asking, weighed, numbered(kept), documents)

    def _cite(self, quote: compose.Quote, scope: Scope) -> Citation:
        found: Found = quote.candidate.found
        document = found.document
        page = self._snapshot.page(document.key, quote.page)
        return Citation(
            n=0,
            passage_id=found.passage.id,
            document_id=document.id,
            library=document.library,
            title=document.title,
            publisher=document.publisher,
            published=document.published,
            status=document.status,
            page=quote.page,
            heading=found.passage.heading,
            url=document.link(quote.page),
            quote=quote.text,
            passage=found.passage.text,
            similarity=quote.candidate.ranked.similarity,
            page_label=page.label if page else "",
            ocr=page.ocr if page else False,
            superseded_by=document.superseded_by if self._successor(document, scope) else None,
            marked=quote.mark,
        )

    def _answer(
        self, asking: Asking, weighed: Weighed, citations: Sequence[Citation], documents: dict[str, Document]
    ) -> Answer:
        cited = [(citation, documents[f"{citation.library}/{citation.document_id}"]) for citation in citations]
        tools, step = self._tools(asking, [citation.document_id for citation in citations])
        claims = tuple(Claim(citation.quote, (citation.n,)) for citation in citations)
        contact = cited[0][1].contact or "your LMC office"
        successors = self._successors(asking, documents)
        told = notes(cited, asking.question, self._vocabulary.status_map, self._today, successors)
        return Answer(
            **self._common(asking),
            text="\n\n".join(f"{claim.text} [{claim.citations[0]}]" for claim in claims),
            confidence=weighed.confidence,
            tentative=gate.verdict(weighed.confidence) is gate.Verdict.MAY_HELP,
            notes=(*self._differing(weighed, {document.key for _, document in cited}), *told),
            tools=tuple(tools),
            next_step=step or f"Open the source to read it in full; for advice, ask {contact}.",
            claims=claims,
            citations=tuple(citations),
        )

    def _differing(self, weighed: Weighed, cited: Collection[str]) -> Iterator[str]:
        """A line where two of the cited papers say different things."""
        found = compose.difference(weighed.quotes, weighed.understood, weighed.weight)
        if found and {found.first.key, found.second.key} <= set(cited):
            yield differ.note(found)

    def _successors(self, asking: Asking, documents: Mapping[str, Document]) -> dict[str, str]:
        """Titles of the documents that replace cited ones, by id, as far as this reader may see them."""
        scope = self._scope(asking)
        titles = {}
        for document in documents.values():
            successor = self._successor(document, scope)
            if successor:
                titles[successor.id] = successor.title
        return titles

    def _successor(self, document: Document, scope: Scope) -> Document | None:
        """The document that replaces another, if this reader may see it."""
        stored = self._snapshot.document(f"{document.library}/{document.superseded_by}")
        return stored.document if stored and scope.admits(stored.document) else None

    def _no_answer(self, asking: Asking, weighed: Weighed) -> NoAnswer:
        tools, step = self._tools(asking, [])
        contact = self._vocabulary.offers.contact(asking.role, self._links(asking))
        if not tools and contact:
            tools = [contact]
        changes = self._vocabulary.status_map.find(asking.question)
        return NoAnswer(
            **self._common(asking),
            text=f"The library does not say. I looked for “{asking.question}” in the documents that you may read and "
            "found no passage that answers it.",
            confidence=weighed.confidence,
            notes=tuple(change.since for change in changes[:3]),
            tools=tuple(tools),
            next_step=step or "Ask your LMC office, or ask again in other words.",
        )

    def _tools(self, asking: Asking, cited: Sequence[str]) -> tuple[list[OfferedTool], str]:
        asked = asking.question if not asking.after else f"{asking.after} {asking.question}"
        return self._vocabulary.offers.find(asked, cited, asking.role, self._links(asking))

    def _links(self, asking: Asking) -> dict[str, Document]:
        """Where tools without a link of their own lead: the paper that explains them, if this reader may see it."""
        scope = self._scope(asking)
        links = {}
        for name in self._vocabulary.offers.documents():
            for library in sorted(scope.libraries):
                stored = self._snapshot.document(f"{library}/{name}")
                if stored and scope.admits(stored.document):
                    links[name] = stored.document
        return links

    def _clarify(self, asking: Asking, term: Term) -> Clarify:
        meanings = [term.expansion, *term.other_meanings]
        listed = "; or ".join(meanings)
        return Clarify(
            **self._common(asking),
            text=f"{term.term} can mean {listed}. Which do you mean?",
            options=tuple(meanings),
            next_step="Ask again with the full name.",
        )

    def _declined(self, asking: Asking, refusal: Refusal) -> Declined:
        # A question that holds a patient's details must not be echoed, kept or logged.
        shown = replace(asking, question="") if refusal.reason is Reason.PATIENT_DATA else asking
        return Declined(
            **self._common(shown),
            text=refusal.text,
            next_step=refusal.next_step,
            reason=refusal.reason,
            confidence=1.0,
        )

    def _common(self, asking: Asking) -> _Common:
        parts = (
            asking.question, "\n".join(asking.thread), asking.role.value, ",".join(asking.libraries),
            asking.nation.value if asking.nation else "", self._today.isoformat(), self._snapshot.generation,
            *([self._reader.fingerprint] if self._reader else []),
        )  # fmt: skip
        return {"id": outcome_id(*parts), "question": asking.question, "generation": self._snapshot.generation}


def _alone(asking: Asking, question: str) -> Asking:
    """Another question of the same reader, without a thread."""
    return replace(asking, question=question, after=None, before=())


def _best_read(ways: Sequence[compose.Part]) -> compose.Part:
    """Of several ways to read a question the one that a passage answers best; without a reader the likeliest."""
    read = [[item.reading.answers for item in way.candidates if item.reading] for way in ways]
    return ways[max(range(len(ways)), key=lambda i: (max(read[i], default=0.0), -i))]


def _ms(since: float) -> float:
    return (time.perf_counter() - since) * 1000.0
