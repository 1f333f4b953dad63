"""A report in Slack keeps every limit, says all in words, and links to the page that has the rest."""

from __future__ import annotations

from dataclasses import replace

from bot.model import Message
from bot.render.report import LINKS, ReportAddresses, report_message
from scoring.report import Bar, BarChart, Bullets, Section
from tests.bot.slack_rules import check_message, shown
from tests.scoring.test_reports import every_report
from tests.web.reports import a_hostile_report, a_report

ADDRESSES = ReportAddresses(
    "https://lmc.example.org/assessment/t/report", "https://lmc.example.org/assessment/t/report.pdf",
    "https://lmc.example.org/assessment/t/report.csv",
)  # fmt: skip
ALLOWED = frozenset({ADDRESSES.page, ADDRESSES.pdf, ADDRESSES.csv, "https://lmc.example.org/"})


def said(message: Message) -> str:
    return shown(list(message.blocks))


def test_blocks_say_what_the_page_says() -> None:
    message = report_message(a_report(), ADDRESSES)

    check_message(message, ALLOWED)
    for words in (
        "Practice Healthcheck", "Harbour Street Surgery, 23 November 2026", "Watch, 62 out of 100", "Red flag",
        "44, Priority", "69, Watch (held down by a red flag)", "evidenced 44, claimed 56: Priority",
        "Review the agreement every three years.", "Partnership agreements, Anytown LMC, 1 May 2026, page 4",
        "Ask your LMC office for a Resilience Assessment", "Who: Lead partner; By when: 21 December 2026", LINKS,
    ):  # fmt: skip
        assert words in said(message), words


def test_the_text_alone_is_enough() -> None:
    text = report_message(a_report(), ADDRESSES).text

    assert text.startswith("Practice Healthcheck: Watch, 62 out of 100\n")
    for words in ("Demand and workload: 38, Priority", "Working with others: Not enough answers (1 of 3 answered)"):
        assert words in text
    assert "|Open the report>" in text
    assert "|PDF>" in text
    assert "(CSV)>" in text


def test_buttons_lead_to_the_page_the_pdf_and_the_table() -> None:
    (row,) = [block for block in report_message(a_report(), ADDRESSES).blocks if block["type"] == "actions"]

    assert [item["url"] for item in row["elements"]] == [ADDRESSES.page, ADDRESSES.pdf, ADDRESSES.csv]


def test_without_addresses_nothing_is_offered() -> None:
    message = report_message(a_report(), ReportAddresses())

    assert not [block for block in message.blocks if block["type"] == "actions"]
    assert LINKS not in said(message) + message.text


def test_hostile_words_are_letters() -> None:
    check_message(report_message(a_hostile_report(), ADDRESSES), ALLOWED)


def test_every_real_report_fits() -> None:
    for report in every_report():
        message = report_message(report, ADDRESSES)

        check_message(message, ALLOWED)
        bars = [
            bar for item in report.sections for part in item.parts if isinstance(part, BarChart) for bar in part.bars
        ]
        assert all(bar.label in said(message) and bar.label in message.text for bar in bars)


def test_what_is_too_long_is_shortened_and_says_so() -> None:
    items = tuple(f"Point {number}: {'long ' * 100}" for number in range(200))
    bars = tuple(Bar(f"Area {number} {'x' * 80}", 50.0, "Watch", "note " * 50) for number in range(60))
    sections = tuple(Section(f"s{n}", f"Section {n}", (Bullets(items), BarChart("Chart", bars))) for n in range(30))

    message = report_message(replace(a_report(), sections=sections), ADDRESSES)

    check_message(message, ALLOWED)
    assert "more on the page" in said(message)
    assert "more on the page" in message.text
    assert "The page has more." in said(message)
