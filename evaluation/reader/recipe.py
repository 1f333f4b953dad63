"""Makes the training data: `python -m evaluation.reader.recipe DATA --out FOLDER`.

DATA is a folder with `guidance/`, `scale/` and `question_sets/` (README.md says what they hold and under which
licences). Questions come from public sets (tuning parts only), from the headings of medical pages, and from our own:
`questions.jsonl`, which name their passages by a hash, not by their words, and `papers.jsonl` and `articles.jsonl`,
over documents that were written for it (`papers/`, `articles/`). Windows that do not answer are what our own search
finds beside those that do, their neighbours in the same document among them. Some questions are made unanswerable
later (alter.py).
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import lxml.html

from answer.answerer import Answerer, Asking, Vocabulary, Weighed
from answer.compose import Candidate
from answer.everyday import EverydayWords
from answer.offer import Offers
from answer.reader import LONGEST_CONTEXT, window
from answer.reread import worths
from corpus.glossary import Glossary
from corpus.model import Audience
from corpus.status_map import StatusMap
from evaluation.build import index_folder, index_texts
from evaluation.questions import is_tuned_on, load_judged
from evaluation.reader.groups import Group, Window, write_groups
from index.embed import Embedder, ModelChoice, open_embedder
from ingest.pipeline import Options

OWN_QUESTIONS = Path(__file__).parent / "questions.jsonl"
PAPERS = Path(__file__).parent / "papers"
PAPER_QUESTIONS = Path(__file__).parent / "papers.jsonl"
ARTICLES = Path(__file__).parent / "articles"
ARTICLE_QUESTIONS = Path(__file__).parent / "articles.jsonl"
# Windows of a group, and candidates of the search that they are drawn from.
WINDOWS, DEEP = 7, 16
SEED = 11
Texts = dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Marked:
    """A question of a set: which passages answer it. `places(document, text)` gives the answering characters.

    `near` are words of the passage that a careless reader would take for the answer.
    """

    question: str
    answerable: bool
    places: Callable[[str, str], Sequence[tuple[int, int]]]
    related: frozenset[str] = frozenset()
    search: str = ""
    after: str | None = None
    passage: str = ""
    answers: tuple[str, ...] = ()
    near: str = ""


# --- documents -----------------------------------------------------------------------------------------------------


def library(data: Path) -> Texts:
    """The texts that our own questions and the pages of ConditionalQA are asked of, by document id."""
    return {**_gpg(data), **_nhs(data), **_pages(data), **_medical(data)}


def _gpg(data: Path) -> Texts:
    title = "Good Practice Guidelines for GP electronic patient records"
    texts = {}
    for file in sorted((data / "guidance/gpg_v4/md").glob("ch-*.md")):
        if "docx" not in file.stem:
            text = re.sub(r"(?<!\n)\n(?![\n#*\-])", " ", file.read_text("utf-8"))
            texts[f"gpg-{file.stem}"] = (f"{title}: {file.stem[3:]}", re.sub(r"^#+\s*", "", text, flags=re.MULTILINE))
    return texts


def _nhs(data: Path) -> Texts:
    texts = {}
    for file in sorted((data / "guidance/nhs_service_manual").glob("*.html")):
        tree = lxml.html.fromstring(file.read_text("utf-8"))
        for script in tree.xpath("//script|//style"):
            script.getparent().remove(script)
        parts = [" ".join(part.text_content().split()) for part in tree.xpath("//h1|//h2|//h3|//p|//li")]
        title = "NHS service manual: " + file.stem.replace("__", " ").replace("-", " ")
        texts[f"nhs-{file.stem}"] = (title, "\n\n".join(part for part in parts if part))
    return texts


def _pages(data: Path) -> Texts:
    rows = _jsonl(data / "question_sets/conditionalqa/pages.jsonl")
    asked = {row["url"] for row in _jsonl(data / "question_sets/conditionalqa/queries.jsonl")}
    kept = [row for row in rows if row["url"] in asked and is_tuned_on(row["id"])]
    return {f"gov-{row['id']}": (row["title"], row["text"].replace("\n", "\n\n")) for row in kept}


MEDICAL = 500


def _medical(data: Path) -> Texts:
    files = sorted((data / "scale").glob("*.md"))
    random.Random(7).shuffle(files)
    kept = [file for file in files if not file.name.startswith(("SOURCE", "GARD", "GHR"))][:MEDICAL]
    texts = {}
    for file in kept:
        text = file.read_text("utf-8")
        title = re.search(r"^title: (.*)$", text, re.MULTILINE)
        body = re.sub(r"^---.*?---", "", text, count=1, flags=re.DOTALL)
        body = re.sub(r"^#+\s*", "", body, flags=re.MULTILINE)
        texts[f"scale-{file.stem}"] = (title[1] if title else file.stem, body)
    return texts


def _jsonl(file: Path) -> list[dict[str, Any]]:
    with file.open(encoding="utf-8") as handle:
        return [json.loads(line) for line in handle if line.strip()]


# --- questions -----------------------------------------------------------------------------------------------------


HELD_ONE_IN = 10


def own(file: Path, *, held: bool) -> list[Marked]:
    """Our own questions: those about one passage in ten are held back, for the gate to be calibrated on.

    Those about a report page of ConditionalQA are left out of both.
    """
    rows = [row for row in _jsonl(file) if may_learn(row["document"])]
    return [_own(row) for row in rows if is_held(row["passage"]) is held]


def is_held(passage: str) -> bool:
    """Whether questions about a passage (by its key) are kept back from the training."""
    return int(passage, 16) % HELD_ONE_IN == 0


def may_learn(document: str) -> bool:
    """Whether a document is none of those that are only reported on."""
    return not document.startswith("gov-") or is_tuned_on(document.removeprefix("gov-"))


def _own(row: dict[str, Any]) -> Marked:
    def places(document: str, text: str) -> list[tuple[int, int]]:
        if document != row["document"] or passage_key(text) != row["passage"]:
            return []
        found = [re.search(loosely(answer), text) for answer in row["answers"]]
        return [match.span() for match in found if match] if all(found) else []

    return Marked(
        row["question"], bool(row["answers"]), places, frozenset({row["document"]}), passage=row["passage"],
        answers=tuple(row["answers"]),
    )  # fmt: skip


def passage_key(text: str) -> str:
    """Names a passage without its words: a hash of them."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:12]


def loosely(answer: str) -> str:
    """A pattern for a text whatever its white space; whole words where it begins and ends with one."""
    inner = r"\s+".join(re.escape(word) for word in answer.split())
    return ("\\b" if answer[:1].isalnum() else "") + inner + ("\\b" if answer[-1:].isalnum() else "")


PAPERS_HELD_ONE_IN = 6


def papers(file: Path = PAPER_QUESTIONS, *, held: bool) -> list[Marked]:
    """Questions over papers, or articles, written for the training: those about one document in six are held back."""
    return [_of_paper(row) for row in _jsonl(file) if is_held_paper(row["document"]) is held]


def is_held_paper(document: str) -> bool:
    return hashlib.sha256(document.encode()).digest()[0] % PAPERS_HELD_ONE_IN == 0


def _of_paper(row: dict[str, Any]) -> Marked:
    answers = tuple(row["answers"])

    def places(document: str, text: str) -> list[tuple[int, int]]:
        found = [re.search(loosely(answer), text) for answer in answers] if document == row["document"] else []
        return [match.span() for match in found if match] if all(found) else []

    return Marked(
        row["question"], bool(answers), places, frozenset({row["document"]}), answers=answers, near=row.get("near", "")
    )


def conditional(data: Path) -> list[Marked]:
    """ConditionalQA: every second question with its scenario in front, as people write."""
    folder = data / "question_sets/conditionalqa"
    pages = {row["url"]: row["id"] for row in _jsonl(folder / "pages.jsonl")}
    judged = load_judged(folder)
    marked: list[Marked] = []
    for row in _jsonl(folder / "queries.jsonl"):
        page = pages.get(row["url"], "")
        if not page or not is_tuned_on(page):
            continue
        evidence = [judged.documents[key][1] for key in judged.grades.get(row["id"], {}) if key in judged.documents]
        question = f"{row['scenario']} {row['text']}" if len(marked) % 2 else row["text"]
        places = _paragraphs(f"gov-{page}", [text for text in evidence if len(text) > 20])
        marked.append(Marked(question, row["answerable"], places, frozenset({f"gov-{page}"}), row["text"]))
    return marked


def _paragraphs(document: str, evidence: Sequence[str]) -> Callable[[str, str], list[tuple[int, int]]]:
    def places(found: str, text: str) -> list[tuple[int, int]]:
        if found != document:
            return []
        return [match.span() for part in evidence if (match := re.search(loosely(part), text))]

    return places


def covid(data: Path) -> list[Marked]:
    rows = _jsonl(data / "question_sets/covidqa/queries.jsonl")
    return [
        Marked(row["text"], True, _paragraphs(row["span"]["doc"], [row["answer"]]), frozenset({row["span"]["doc"]}))
        for row in rows
        if is_tuned_on(row["span"]["doc"])
    ]


def squad(data: Path) -> list[Marked]:
    """SQuAD 2: a question without an answer has a passage on its very topic, which teaches most."""
    rows = _jsonl(data / "question_sets/squad2_sample/queries.jsonl")
    return [
        Marked(
            row["text"],
            row["answerable"],
            _paragraphs(row["passage"], (row.get("answers") or [])[:1]) if row["answerable"] else _nowhere,
            frozenset({row["passage"]}),
        )
        for row in rows
        if is_tuned_on(row["passage"])
    ]


def _nowhere(_document: str, _text: str) -> list[tuple[int, int]]:
    return []


def mtrag(data: Path) -> list[Marked]:
    """MTRAG: the last turn with the user's turn before it; whole passages answer."""
    folder = data / "question_sets/mtrag"
    grades = load_judged(folder).grades
    marked: list[Marked] = []
    for row in _jsonl(folder / "queries.jsonl"):
        if not is_tuned_on(row["id"].split("<::>")[0]) or row["answerability"] not in {"ANSWERABLE", "UNANSWERABLE"}:
            continue
        turns = [turn[1] for turn in row.get("history") or [] if turn[0] == "user"]
        right = frozenset(key for key, grade in grades.get(row["id"], {}).items() if grade > 0)
        answerable = row["answerability"] == "ANSWERABLE" and bool(right)
        question = " ".join([*turns[-1:], row["text"]])
        marked.append(Marked(question, answerable, _whole(right), right, row["text"], turns[-1] if turns else None))
    return marked


def _whole(right: frozenset[str]) -> Callable[[str, str], list[tuple[int, int]]]:
    def places(document: str, _text: str) -> list[tuple[int, int]]:
        return [(0, 0)] if document in right else []

    return places


EACH_RULE = 2


def rules(data: Path) -> list[Marked]:
    """OR-ShARC: government rules; at most two questions of each, the rule as a whole answers."""
    folder = data / "question_sets/orsharc"
    grades = load_judged(folder).grades
    used: dict[str, int] = defaultdict(int)
    marked: list[Marked] = []
    for row in _jsonl(folder / "queries.jsonl"):
        right = frozenset(key for key, grade in grades.get(row["id"], {}).items() if grade > 0)
        if not is_tuned_on(row["tree"]) or not right or max(used[key] for key in right) >= EACH_RULE:
            continue
        for key in right:
            used[key] += 1
        question = f"{row['scenario']} {row['text']}" if len(marked) % 3 == 0 and row["scenario"] else row["text"]
        marked.append(Marked(question, True, _whole(right), right, row["text"]))
    return marked


HEADED = 700
_HEADING = re.compile(r"^(?:What|How|Who|Is|Do|Where)[^\n?]{8,110}\?+[ \t]*$", re.MULTILINE)


def headings(texts: Texts) -> list[Marked]:
    """Questions that medical pages carry as headings ("What causes … ?"), answered by what stands below them."""
    found = []
    for key, (_, text) in texts.items():
        if not key.startswith("scale-"):
            continue
        heads = list(_HEADING.finditer(text))
        ends = [*(m.start() for m in heads[1:]), len(text)] if heads else []
        for head, end in zip(heads, ends, strict=True):
            below = " ".join(text[head.end() : end].split())
            if len(below) > 80:
                question = re.sub(r"\s+\?+", "?", re.sub(r"\(are\) ", "", head.group().strip()))
                found.append(Marked(question, True, _below(key, below, head.group().strip()), frozenset({key})))
    random.Random(SEED).shuffle(found)
    return found[:HEADED]


def _below(document: str, below: str, head: str) -> Callable[[str, str], list[tuple[int, int]]]:
    """The passage in which the text below a heading begins."""

    def places(found: str, text: str) -> list[tuple[int, int]]:
        shown = " ".join(text.replace(head, "").split())
        return [(0, 0)] if found == document and below[:60] in shown else []

    return places


# --- groups --------------------------------------------------------------------------------------------------------


class Grouper:
    """Turns questions of one index into groups of windows."""

    def __init__(self, name: str, texts: Texts | Path, work: Path, embedder: Embedder) -> None:
        place = work / f"index-{name}"
        if isinstance(texts, Path):
            snapshot = index_folder(texts, place, embedder, Options())
        else:
            snapshot = index_texts(texts, name, place, embedder, Options())
        silent = Vocabulary(Glossary([]), StatusMap([]), Offers([]), EverydayWords())
        self._answerer = Answerer(snapshot, embedder, silent, dt.date(2026, 1, 1))
        self._random = random.Random(SEED)

    def groups(self, source: str, questions: Sequence[Marked]) -> Iterator[Group]:
        for question in questions:
            group = self._group(source, question)
            if group:
                yield group

    def _group(self, source: str, marked: Marked) -> Group | None:
        asked = marked.search or marked.question
        asking = Asking(asked[:1_500], Audience.OFFICER, marked.after)
        weighed = self._answerer.weigh(asking)
        found = self._answerer.search(asking, DEEP)
        right = self._right(marked, found) if marked.answerable else []
        if marked.answerable and not right:
            return None
        wrong = [item for item in found if not self._places(marked, item)]
        if marked.answerable and source in {"mtrag", "rules", "headings"}:
            wrong = [item for item in wrong if item.found.document.id not in marked.related or source == "headings"]
        if marked.passage or marked.answers:
            wrong = [item for item in wrong if not _doubtful(marked, item)]
        if not marked.answerable:  # the passage that it was written for first: the hardest
            wrong.sort(key=lambda item: (not _is_near(marked, item), item.found.document.id not in marked.related))
        near, far = wrong[:6], wrong[6:]
        self._random.shuffle(near)
        wrong = [*near, *far][: WINDOWS - min(2, len(right))]
        if len(right) + len(wrong) < 2:
            return None
        windows = [
            *(_window(item, weighed, self._places(marked, item)) for item in right[:2]),
            *(_window(item, weighed, []) for item in wrong),
        ]
        if source == "headings":  # the question itself stands above its answer
            windows = [replace(item, text=_HEADING.sub("", item.text).strip()) for item in windows]
        return Group(source, marked.question[-600:], tuple(windows))

    def _right(self, marked: Marked, found: Sequence[Candidate]) -> list[Candidate]:
        """The candidates that answer; where the search found none, the answering document is searched alone."""
        right = [item for item in found if self._places(marked, item)]
        return right or [item for item in self._within(marked) if self._places(marked, item)]

    def _within(self, marked: Marked) -> list[Candidate]:
        deep = self._answerer.search(Asking((marked.search or marked.question)[:1_500], Audience.OFFICER), 120)
        return [item for item in deep if item.found.document.id in marked.related]

    @staticmethod
    def _places(marked: Marked, item: Candidate) -> Sequence[tuple[int, int]]:
        return marked.places(item.found.document.id, item.found.passage.text)


def _window(item: Candidate, weighed: Weighed, places: Sequence[tuple[int, int]]) -> Window:
    """The window that the reader would see; moved, where need be, so that what is known to answer is in it."""
    passage = item.found.passage
    marked = [place for place in places if place[1] > place[0]]
    worth = worths(item, weighed.understood, weighed.weight)
    if marked:
        start, end = min(marked)
        inside = [i for i, span in enumerate(passage.spans) if span.start < end and start < span.end]
        worth = [value + (10.0 if i in inside else 0.0) for i, value in enumerate(worth)]
    first, last = window(passage, worth)
    kept = [(s, e) for s, e in marked if first <= s and e <= last]
    start, end = min(kept) if kept else (first, first)
    context = item.found.context[:LONGEST_CONTEXT]
    return Window(context, passage.text[first:last], bool(places), start - first, end - first)


def _is_near(marked: Marked, item: Candidate) -> bool:
    return bool(marked.near) and re.search(loosely(marked.near), item.found.passage.text) is not None


def _doubtful(marked: Marked, item: Candidate) -> bool:
    """Whether a passage that a question was not written for may answer it all the same.

    Nobody has read its neighbours in the same document against a question that it leaves open; and a short answer
    ("2 weeks") may stand in another passage too.
    """
    if passage_key(item.found.passage.text) == marked.passage:
        return False
    if not marked.answerable:
        return item.found.document.id in marked.related
    return all(re.search(loosely(answer), item.found.passage.text) for answer in marked.answers)


def _documents(source: str, place: Texts | Path) -> Texts | Path:
    """Texts as they are, our papers and articles as folders to ingest, the learnable documents of a public set."""
    if isinstance(place, dict) or place in {PAPERS, ARTICLES}:
        return place
    return _learnable(source, load_judged(place).documents)


def _learnable(source: str, documents: Texts) -> Texts:
    """The documents of a set without those that are only reported on, where they are what the set is split by."""
    if source not in {"covid", "squad"}:
        return documents
    return {key: value for key, value in documents.items() if is_tuned_on(key)}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m evaluation.reader.recipe", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data-dir", type=Path, default=Path("var"))
    parser.add_argument("--only", nargs="*", default=[], help="sources to make again")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    embedder = open_embedder(ModelChoice(), given.data_dir / "models")
    texts = library(given.data)
    wanted: list[tuple[str, str, Texts | Path, list[Marked]]] = [
        ("own", "train", texts, own(OWN_QUESTIONS, held=False)),
        ("held", "train", texts, own(OWN_QUESTIONS, held=True)),
        ("conditional", "train", texts, conditional(given.data)),
        ("headings", "train", texts, headings(texts)),
        ("papers", "papers", PAPERS, papers(held=False)),
        ("articles", "articles", ARTICLES, papers(ARTICLE_QUESTIONS, held=False)),
    ]
    for source, folder, questions in (
        ("covid", "covidqa", covid),
        ("squad", "squad2_sample", squad),
        ("mtrag", "mtrag", mtrag),
        ("rules", "orsharc", rules),
    ):
        wanted.append((source, folder, given.data / "question_sets" / folder, questions(given.data)))
    groupers: dict[str, Grouper] = {}
    for source, name, place, questions_of in wanted:
        if given.only and source not in given.only:
            continue
        if name not in groupers:
            groupers[name] = Grouper(name, _documents(source, place), given.out, embedder)
        count = write_groups(given.out / f"{source}.jsonl", groupers[name].groups(source, questions_of))
        sys.stdout.write(f"{source}: {count} groups of {len(questions_of)} questions\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
