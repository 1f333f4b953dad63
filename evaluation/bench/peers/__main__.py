"""The same passages and questions through this project and through LangChain, LlamaIndex and txtai.

Same weights, same texts (context line and passage), every system in processes of its own, taken in turn; medians of
the rounds, and of all questions, each of which goes to one system after the other. What is compared is what a user
waits for:

- ingest: a whole process from passages to a saved index (weights ready in the form each system reads them);
- question, warm: ours from the question to its outcome (understanding, both rankings, quotes, gate, verification),
  theirs the retrieval of ten passages alone;
- cold: a whole process that loads the index and answers (ours, `lmc ask`) or retrieves (theirs) once.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from evaluation.bench import command, corpus
from evaluation.bench.figures import Checked, Compared, report, say
from evaluation.bench.processes import Measured, Served, measure
from evaluation.bench.venvs import PEERS, python_of
from evaluation.measures import percentile
from index.embed import ModelChoice, open_embedder

OURS = "ours"
LEAST_COSINE = 0.99999
SAMPLE, WARM_UP = 100, 10


@dataclass(frozen=True, slots=True)
class System:
    """How to run one system's three commands."""

    name: str
    ingest: Sequence[str | Path]
    serve: Sequence[str | Path]
    cold: Sequence[str | Path]
    folder: Path


@dataclass(slots=True)
class Seen:
    """All that was measured of one system."""

    ingests: list[Measured] = field(default_factory=list)
    asked_ms: list[float] = field(default_factory=list)
    colds: list[Measured] = field(default_factory=list)


def systems(work: Path, peers: Sequence[str], question: str) -> list[System]:
    """Ours first, then the peers, each with its own interpreter and folder."""
    passages = work / "passages.jsonl"
    python, data = sys.executable, work / OURS
    us: list[str | Path] = [python, "-m", "evaluation.bench.ours"]
    ask: list[str | Path] = [python, "-m", "cli.main", "ask", question, "--data-dir", data, "--json"]
    found = [System(OURS, [*us, "ingest", passages, data], [*us, "serve", data], ask, data)]
    for peer in peers:
        it: list[str | Path] = [python_of(peer, work), "-m", f"evaluation.bench.peers.{peer}"]
        folder = work / f"index-{peer}"
        ingest, serve = [*it, "ingest", passages, folder], [*it, "serve", folder]
        found.append(System(peer, ingest, serve, [*it, "cold", folder, question], folder))
    return found


def _clear(system: System) -> None:
    """Empty a system's folder; ours keeps the exported model, as the peers keep the weights of their package."""
    if system.name != OURS:
        shutil.rmtree(system.folder, ignore_errors=True)
        return
    shutil.rmtree(system.folder / "generations", ignore_errors=True)
    for name in ("CURRENT", "verified.json"):
        (system.folder / name).unlink(missing_ok=True)


def run(found: Sequence[System], questions: Sequence[str], ingest_rounds: int, rounds: int) -> dict[str, Seen]:
    """All measurements, the systems in turn in every round."""
    seen = {system.name: Seen() for system in found}
    for number in range(ingest_rounds):
        for system in _turned(found, number):
            _clear(system)
            measured = measure(system.ingest)
            say(f"ingest, {system.name}: {measured.wall_s:.1f} s")
            seen[system.name].ingests.append(measured)
    for system in found:  # once to bring the files into memory, for all alike
        measure(system.cold)
    for number in range(rounds):
        for system in _turned(found, number):
            cold = measure(system.cold)
            say(f"cold, {system.name}: {cold.wall_s:.2f} s")
            seen[system.name].colds.append(cold)
    for name, times in ask_in_turn(found, questions, rounds).items():
        seen[name].asked_ms += times
    return seen


def ask_in_turn(found: Sequence[System], questions: Sequence[str], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of every question at every system, all loaded, each question at one system after the other."""
    times: dict[str, list[float]] = {system.name: [] for system in found}
    with ExitStack() as stack:
        served = {system.name: stack.enter_context(Served(system.serve)) for system in found}
        for question in questions[:WARM_UP]:
            for one in served.values():
                one.ask(question)
        for number in range(rounds):
            for question in questions:
                for system in _turned(found, number):
                    times[system.name].append(served[system.name].ask(question))
    return times


def _turned(found: Sequence[System], number: int) -> list[System]:
    start = number % len(found)
    return [*found[start:], *found[:start]]


def figures_of(seen: Mapping[str, Seen]) -> list[Compared]:
    """Medians of the rounds, ours against the peers, with the targets; what was not measured is left out."""
    rows: list[tuple[str, str, float | None, Callable[[Seen], list[float]], float]] = [
        ("ingest, whole process", "s", 0.75, lambda s: [m.wall_s for m in s.ingests], 0.5),
        ("ingest, processor time", "s", None, lambda s: [m.cpu_s for m in s.ingests], 0.5),
        ("ingest, peak memory", "MiB", None, lambda s: [m.peak_mib for m in s.ingests], 0.5),
        ("question, warm, p50", "ms", 0.5, lambda s: s.asked_ms, 0.5),
        ("question, warm, p95", "ms", 0.5, lambda s: s.asked_ms, 0.95),
        ("cold, whole process", "s", 0.15, lambda s: [m.wall_s for m in s.colds], 0.5),
        ("cold, processor time", "s", None, lambda s: [m.cpu_s for m in s.colds], 0.5),
        ("cold, peak memory", "MiB", 0.5, lambda s: [m.peak_mib for m in s.colds], 0.5),
    ]
    found = []
    for name, unit, target, values, share in rows:
        if all(values(system) for system in seen.values()):
            all_of = {n: percentile(values(system), share) for n, system in seen.items()}
            found.append(Compared(name, unit, all_of.pop(OURS), all_of, target))
    return found


def _least_cosine(work: Path) -> float:
    """In a process of its own: it needs torch, which this one and `lmc` do without."""
    us = [sys.executable, "-m", "evaluation.bench.ours"]
    done = measure([*us, "compare", work / "passages.jsonl", work / OURS, str(SAMPLE)])
    return float(json.loads(done.output.strip().splitlines()[-1])["least_cosine"])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = command.parser("peers", __doc__)
    parser.add_argument("--passages", type=int, default=2_000, help="passages (default 2,000)")
    parser.add_argument("--questions", type=int, default=100, help="questions (default 100)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of questions and cold starts (default 3)")
    parser.add_argument(
        "--ingest-rounds", type=int, default=1, help="rounds of ingest, minutes each (default 1; 0: ask the last run's)"
    )
    parser.add_argument("--peer", action="append", choices=PEERS, help="only this peer; may be given again")
    options = parser.parse_args(arguments)
    work = options.work.absolute()
    found = corpus.passages(options.set, options.passages)
    asked = corpus.questions(found, options.questions)
    corpus.write(found, work / "passages.jsonl")
    embedder = open_embedder(ModelChoice(), work / OURS / "models")
    tokens = embedder.count_tokens([item.embedded for item in found])
    taking_part = systems(work, options.peer or PEERS, asked[0])
    seen = run(taking_part, asked, options.ingest_rounds, options.rounds)
    least = _least_cosine(work)
    checked = [
        Checked("passages", len(found)),
        Checked("tokens of a passage, mean", sum(tokens) / len(tokens)),
        Checked(f"least cosine of our vectors with sentence-transformers' ({SAMPLE} passages)", least, LEAST_COSINE),
    ]
    report("peers", [*figures_of(seen), *checked], options.json, how=command.how(options))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
