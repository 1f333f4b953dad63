"""The question sets that the evidence is studied on: their questions, their documents, and who judges a passage.

A folder of data holds `questions_dev.csv` with `seed_documents/`, and `question_sets/NAME/`; what is not there is left
out. The starter set, and sets that nobody tuned on (`sets/blind*.jsonl`), are our own.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from answer.answerer import Vocabulary
from answer.everyday import EverydayWords
from answer.offer import Offers
from corpus.errors import QuestionError
from corpus.everyday import load_everyday
from corpus.glossary import load_glossary
from corpus.status_map import load_status_map
from corpus.tools import load_tools
from corpus.vocabulary import shipped
from evaluation.build import index_folder, index_texts
from evaluation.judges import ByDocument, ByFacts, ByParagraph, BySpan, Judge
from evaluation.questions import (
    STARTER_QUESTIONS,
    Judged,
    Question,
    load_csv,
    load_judged,
    load_pages,
    load_questions,
    load_rewritten,
)
from index.embed import Embedder
from index.store import Snapshot
from ingest.pipeline import Options

# Outcomes carry notes on age, so a fixed day keeps figures comparable.
TODAY = dt.date(2026, 11, 23)
OWN = STARTER_QUESTIONS.parent
SEEDS = "seed_documents"


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions over documents. `documents` is a folder, or the records themselves; `library` names their index."""

    name: str
    library: str
    questions: Sequence[Question]
    judge: Judge
    documents: Path | Mapping[str, tuple[str, str]]

    def open(self, work: Path, embedder: Embedder, how: Options) -> Snapshot:
        """The index of its documents, built where it is not there yet."""
        place = work / f"{self.library}-{how.passage_chars}"
        if isinstance(self.documents, Path):
            return index_folder(self.documents, place, embedder, how)
        return index_texts(dict(self.documents), self.library, place, embedder, how)

    def sample(self, part: str | None, most: int | None) -> list[Question]:
        """Questions of a part: up to `most` with and up to `most` without an answer, drawn by hash of their ids."""
        drawn = sorted((q for q in self.questions if part in {None, q.part}), key=_drawn)
        chosen = {q.id for answerable in (True, False) for q in _of_kind(drawn, answerable)[:most]}
        return [q for q in self.questions if q.id in chosen]


def _of_kind(questions: Sequence[Question], answerable: bool) -> list[Question]:
    return [q for q in questions if q.answerable is answerable]


def _drawn(question: Question) -> str:
    return hashlib.sha256(f"seed 1 {question.id}".encode()).hexdigest()


def load_sets(data: Path, names: Sequence[str] = ()) -> list[QuestionSet]:
    """The sets of a folder of data, ours first; with `names` only those: a blind set must be named.

    Raises: QuestionError for a name that is not there.
    """
    loaders = _loaders(data)
    for name in names:
        if name not in loaders:
            raise QuestionError(f"There is no question set {name} under {data}; there are {', '.join(loaders)}.")
    return [load() for name, load in loaders.items() if name in names or not (names or is_blind(name))]


def is_blind(name: str) -> bool:
    """Whether nobody may tune on a set or look at its single questions."""
    return name.startswith("blind")


def _loaders(data: Path) -> dict[str, Callable[[], QuestionSet]]:
    sets = data / "question_sets"
    loaders: dict[str, Callable[[], QuestionSet]] = {"starter": _starter}
    if (data / "questions_dev.csv").is_file():
        loaders["dev"] = lambda: _over_seeds("dev", load_csv(data / "questions_dev.csv"), data)
    if (OWN / "followups.jsonl").is_file():
        loaders["followups"] = lambda: replace(
            _starter(), name="followups", questions=load_questions(OWN / "followups.jsonl")
        )
    for file in sorted(OWN.glob("blind*.jsonl")):
        loaders[file.stem] = lambda file=file: _blind(file, data)  # type: ignore[misc]
    public: dict[str, tuple[str, Callable[[str, Path], QuestionSet]]] = {
        "covidqa": ("covidqa", _covidqa),
        "conditionalqa": ("conditionalqa", _conditionalqa),
        "conditionalqa_bare": ("conditionalqa", _conditionalqa_bare),
        "mtrag": ("mtrag", _mtrag),
        "mtrag_human": ("mtrag", _mtrag_human),
        "squad2": ("squad2_sample", _squad2),
    }
    for name, (folder, load) in public.items():
        if (sets / folder / "queries.jsonl").is_file():
            loaders[name] = lambda name=name, load=load, place=sets / folder: load(name, place)  # type: ignore[misc]
    return loaders


def _starter() -> QuestionSet:
    return QuestionSet("starter", "starter", load_questions(STARTER_QUESTIONS), ByFacts(), shipped("documents"))


def _over_seeds(name: str, questions: Sequence[Question], data: Path) -> QuestionSet:
    return QuestionSet(name, "seeds", questions, ByFacts(), data / SEEDS)


def _blind(file: Path, data: Path) -> QuestionSet:
    """A set that nobody tuned on: of the starter library, or of the seeds where its name says so."""
    questions = load_questions(file)
    if "seed" in file.stem:
        return _over_seeds(file.stem, questions, data)
    return replace(_starter(), name=file.stem, questions=questions)


def _covidqa(name: str, folder: Path) -> QuestionSet:
    found = load_judged(folder)
    texts = {key: text for key, (_, text) in found.documents.items()}
    return QuestionSet(name, "covidqa", found.questions, BySpan(texts), found.documents)


def _conditionalqa(name: str, folder: Path) -> QuestionSet:
    found = load_pages(folder)
    return QuestionSet(name, "conditionalqa", found.questions, ByParagraph(), found.documents)


def _conditionalqa_bare(name: str, folder: Path) -> QuestionSet:
    """The questions without what the people who ask say of themselves."""
    found = _conditionalqa(name, folder)
    bare = [replace(q, text=q.text.removeprefix(q.scenario).strip()) for q in found.questions]
    return replace(found, questions=bare)


def _mtrag(name: str, folder: Path) -> QuestionSet:
    return _of_passages(name, "mtrag", load_judged(folder), answers=False)


def _mtrag_human(name: str, folder: Path) -> QuestionSet:
    return _of_passages(name, "mtrag", load_rewritten(folder), answers=False)


def _squad2(name: str, folder: Path) -> QuestionSet:
    return _of_passages(name, "squad2", load_judged(folder), answers=True)


def _of_passages(name: str, library: str, found: Judged, *, answers: bool) -> QuestionSet:
    return QuestionSet(name, library, found.questions, ByDocument(found.grades, answers), found.documents)


def shipped_vocabulary() -> Vocabulary:
    """Glossary, replaced terms, tools and everyday words as they ship."""
    return Vocabulary(load_glossary(), load_status_map(), Offers(load_tools()), EverydayWords(load_everyday()))
