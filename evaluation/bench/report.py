"""How long a report takes, from the request to the page, the PDF, the CSV file and the message in Slack.

For each questionnaire, filled in with the worst answers but one, over the starter library: the first time after a
publish, when the passages behind its low areas have to be looked up; the first time after a restart, when they are kept
on disk; and then again and again. Takes 2 minutes.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from answer.reader import PACKAGED, find_reader, open_reader
from assess.desk import Assessing
from assess.guidance import Guide
from assess.model import Who
from assess.reporting import Reporting
from assess.shelf import FILE, Shelf
from bot.engine import Engine
from bot.render.report import ReportAddresses, report_message
from corpus.model import Audience
from corpus.tools import load_tools
from evaluation.bench import command
from evaluation.bench.figures import Checked, report, say
from evaluation.bench.filling_crowd import ROOT, answers, database
from evaluation.bench.slack import load_words
from evaluation.bench.slack_bot import starter_data
from evaluation.measures import percentile
from evaluation.studied import shipped_vocabulary
from index.embed import ModelChoice, open_embedder
from index.embedded import EmbeddedStore
from records import Records
from scoring.form import pages
from scoring.instrument import instruments
from scoring.report import Report
from web.pdf import report_pdf
from web.report import ReportLinks, draw_report
from web.table import report_csv
from web.warm import warm_reports

WHO = Who("T1", "U0MO")
CHOICE = 1
"""The worst answer but one, so that most areas need guidance."""
TODAY = dt.date(2026, 11, 23)
AT_MOST_MS = 300.0
TIMES = 20

DRAWINGS: Mapping[str, Callable[[Report], object]] = {
    "page": lambda made: draw_report(made, ReportLinks()),
    "PDF": report_pdf,
    "CSV": report_csv,
    "Slack": lambda made: report_message(made, ReportAddresses()),
}
Times = dict[str, dict[str, list[float]]]
"""Milliseconds by questionnaire and drawing, in the order in which they were made."""


def begin(folder: Path) -> dict[str, str]:
    """The ids of finished assessments, one of each questionnaire."""
    found = {}
    with Records.open(database(folder)) as records:
        desk = Assessing(records)
        practice = desk.add_practice(WHO, "Mill Lane Surgery")
        for instrument in instruments().values():
            one = desk.start(WHO, instrument.id, practice.id)
            for page in pages(instrument, {}):
                desk.save(WHO, one.id, page.id, answers(page, CHOICE))
            desk.finish(WHO, one.id)
            found[instrument.id] = one.id
    return found


def open_reporting(data: Path, records: Records) -> Reporting:
    """Reports over the live generation of a data folder, as the bot makes them."""
    embedder = open_embedder(ModelChoice(), data / "models", threads=1)
    vocabulary = shipped_vocabulary()
    engine = Engine(EmbeddedStore(data), embedder, vocabulary, reader=open_reader(find_reader(PACKAGED), threads=1))
    engine.answerer()
    return Reporting(Assessing(records), Guide(engine, Shelf(data / FILE)), load_tools(None))


def measure_here(data: Path, folder: Path, ids: Mapping[str, str], times: int) -> Times:
    """In a process that has made no report yet: each report in each drawing, so many times."""
    with Records.open(database(folder)) as records:
        reporting = open_reporting(data, records)
        warm_reports()  # as a server is when it says that it is ready
        return {
            name: {drawing: [_ms(reporting, one, draw) for _ in range(times)] for drawing, draw in DRAWINGS.items()}
            for name, one in ids.items()
        }


def _ms(reporting: Reporting, assessment_id: str, draw: Callable[[Report], object]) -> float:
    began = time.perf_counter()
    draw(reporting.report_for(WHO, assessment_id, Audience.PRACTICE, TODAY))
    return (time.perf_counter() - began) * 1_000


def measure(data: Path, folder: Path, ids: Mapping[str, str], times: int) -> Times:
    """The same in a process of its own."""
    given = [str(data), str(folder), json.dumps(ids), str(times)]
    command_line = [sys.executable, "-m", "evaluation.bench.report", "here", *given]
    ran = subprocess.run(command_line, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - ours
    found: Times = json.loads(ran.stdout)
    return found


def figures_of(published: Times, restarted: Times) -> list[Checked]:
    """`published` has the first process after a publish, `restarted` the one after that."""
    figures = []
    for name in published:
        after, kept = published[name], restarted[name]
        figures.append(Checked(f"{name}: first page after a publish", after["page"][0], unit="ms"))
        figures.append(Checked(f"{name}: first page after a restart", kept["page"][0], at_most=AT_MOST_MS, unit="ms"))
        for drawing, taken in kept.items():
            again = taken[1:]
            figures.append(Checked(f"{name}: {drawing}, p50", percentile(again, 0.5), unit="ms"))
            figures.append(Checked(f"{name}: {drawing}, p95", percentile(again, 0.95), at_most=AT_MOST_MS, unit="ms"))
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["here"]:
        return _here(given[1:])
    parser = command.parser("report", __doc__)
    parser.add_argument("--times", type=int, default=TIMES, help=f"times each report is made (default {TIMES})")
    return _whole(parser.parse_args(given))


def _here(given: Sequence[str]) -> int:
    data, folder, ids, times = given
    sys.stdout.write(json.dumps(measure_here(Path(data), Path(folder), json.loads(ids), int(times))))
    return 0


def _whole(options: argparse.Namespace) -> int:
    data = starter_data(options.work, "report")
    folder = options.work / "report" / "records"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    ids = begin(folder)
    published = measure(data, folder, ids, 2)
    say(f"after a publish: load {load_words()}")
    restarted = measure(data, folder, ids, max(2, options.times))
    figures = figures_of(published, restarted)
    notes = [f"load of the machine at the end: {load_words()}"]
    report("report", figures, options.json, how=command.how(options), notes=notes)
    return 0 if all(figure.reached is not False for figure in figures) else 1


if __name__ == "__main__":
    raise SystemExit(main())
