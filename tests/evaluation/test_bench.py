"""The benches' own arithmetic, worked out by hand, and that every bench explains itself."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from evaluation.bench import corpus
from evaluation.bench.encoder import flop_of
from evaluation.bench.figures import Checked, Compared, median, number, report
from evaluation.bench.processes import CommandFailed, measure
from evaluation.bench.vectors import ranges_of
from evaluation.measures import percentile

ROOT = Path(__file__).resolve().parents[2]
MODULES = ["peers", "encoder", "vectors", "scale", "reingest", "evidence", "parts", "ours"]


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([10.0, 20.0, 30.0, 40.0], 0.5, 25.0),  # half way between the second and the third
        ([40.0, 10.0, 30.0, 20.0], 0.5, 25.0),  # in whatever order
        ([10.0, 20.0, 30.0, 40.0], 0.95, 38.5),  # place 0.95 * 3 = 2.85: 30 + 0.85 * 10
        ([7.0], 0.95, 7.0),
        ([1.0, 2.0], 0.0, 1.0),
        ([1.0, 2.0], 1.0, 2.0),
    ],
)
def test_percentile_lies_between_neighbours(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == pytest.approx(expected)


def test_percentile_of_nothing_is_not_a_number() -> None:
    assert math.isnan(percentile([], 0.5))


def test_median_is_not_moved_by_one_slow_run() -> None:
    assert median([5.0, 4.0, 900.0]) == 5.0


def test_ratio_is_taken_against_the_peer_with_the_smallest_figure() -> None:
    """10 ms against 20, 40 and 25: the best is 20, so 0.5, which is just good enough for 0.5."""
    figure = Compared("question", "ms", 10.0, {"slow": 40.0, "fast": 20.0, "middling": 25.0}, target=0.5)

    assert (figure.best, figure.ratio, figure.reached) == ("fast", 0.5, True)


def test_figure_without_target_is_neither_good_nor_bad() -> None:
    assert Compared("cpu", "s", 1.0, {"peer": 2.0}).reached is None
    assert Checked("rate", 1.0).reached is None


@pytest.mark.parametrize(
    ("figure", "reached", "target"),
    [
        (Checked("recall", 0.97, at_least=0.97), True, "≥ 0.97"),
        (Checked("recall", 0.9699, at_least=0.97), False, "≥ 0.97"),
        (Checked("ratio", 0.1, at_most=0.1), True, "≤ 0.1"),
        (Checked("ratio", 0.11, at_most=0.1), False, "≤ 0.1"),
    ],
)
def test_bound_itself_is_good_enough(figure: Checked, reached: bool, target: str) -> None:
    assert (figure.reached, figure.target) == (reached, target)


@pytest.mark.parametrize(
    ("value", "text"), [(1234.5, "1,234"), (12.34, "12.3"), (0.06789, "0.0679"), (1.0, "1.00"), (0.0, "0")]
)
def test_number_shows_three_figures(value: float, text: str) -> None:
    assert number(value) == text


def test_report_prints_what_it_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures: list[Compared | Checked] = [
        Compared("cold", "s", 1.0, {"peer": 10.0}, 0.15),
        Checked("recall", 0.5, at_least=0.97),
    ]
    out = tmp_path / "new" / "out.json"

    report("peers", figures, out, how={"rounds": 3}, notes=["a note"])

    written = json.loads(out.read_text("utf-8"))
    printed = capsys.readouterr().out
    assert [figure["reached"] for figure in written["figures"]] == [True, False]
    assert written["figures"][0]["ratio"] == pytest.approx(0.1)
    assert written["how"] == {"rounds": 3}
    assert {"processor", "cores", "measured"} <= set(written["machine"])
    assert all(word in printed for word in ("cold", "0.100", "≤ 0.15", "recall", "NO", "a note"))


def test_work_of_the_encoder_is_counted_as_in_the_design() -> None:
    """A passage of 186 tokens: 186 x 21.23 MFLOP + 9,216 x 186^2 = 4.27 GFLOP."""
    assert flop_of([186]) == pytest.approx(4.27e9, rel=0.005)
    assert flop_of([10, 10]) == 2 * flop_of([10])


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.95])
def test_visible_rows_are_the_share_asked_for(share: float) -> None:
    ranges = ranges_of(share, 10_000)

    assert sum(end - start for start, end in ranges) == pytest.approx(share * 10_000)
    assert all(0 <= start < end <= 10_000 for start, end in ranges)


def test_made_up_prose_is_the_same_for_the_same_seed() -> None:
    first, again, other = (corpus.passages(None, 30, seed) for seed in (1, 1, 2))

    assert first == again
    assert first != other
    assert len({item.text for item in first}) == 30
    assert all(item.spans and item.spans[-1][1] <= len(item.text) for item in first)


def test_every_tenth_question_has_a_word_that_is_in_no_passage() -> None:
    found = corpus.passages(None, 30)
    known = {word for item in found for word in item.text.replace(".", " ").split()}

    asked = corpus.questions(found, 20)

    assert asked == corpus.questions(found, 20)
    assert not set(asked[9].rstrip("?").replace(",", "").split()[3:]) <= known
    assert len(asked) == 20


def test_passages_come_back_from_their_file_unchanged(tmp_path: Path) -> None:
    odd = corpus.BenchPassage("d", "Title", "a line\u2028and “another”", ((0, 6),))
    corpus.write([odd], tmp_path / "passages.jsonl")

    assert corpus.load(tmp_path / "passages.jsonl") == [odd]


def test_process_is_measured_with_its_memory() -> None:
    # From a small process: what is started counts the memory of what starts it, until it is itself.
    code = (
        "import sys; from evaluation.bench.processes import measure;"
        "done = measure([sys.executable, '-c', 'x = bytearray(80 << 20); print(len(x))']);"
        "print(done.output.strip(), done.peak_mib, done.wall_s)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    output, peak_mib, wall_s = done.stdout.split()
    assert output == str(80 << 20)
    assert 80 < float(peak_mib) < 400
    assert 0 < float(wall_s) < 30


def test_failed_process_is_told_with_its_last_words() -> None:
    with pytest.raises(CommandFailed, match="no such luck"):
        measure([sys.executable, "-c", "raise SystemExit('no such luck')"])


@pytest.mark.slow
@pytest.mark.parametrize("name", MODULES)
def test_every_bench_explains_itself(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"evaluation.bench.{name}", "--help"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stdout) > 100


def test_script_lists_every_bench() -> None:
    done = subprocess.run([ROOT / "scripts" / "bench"], check=False, capture_output=True, text=True)

    assert done.returncode == 0
    assert all(name in done.stdout for name in [*MODULES[:-1], "torture"])


def test_script_refuses_a_bench_that_is_not_there() -> None:
    done = subprocess.run([ROOT / "scripts" / "bench", "nothing"], check=False, capture_output=True, text=True)

    assert done.returncode == 2
    assert "no bench nothing" in done.stderr
