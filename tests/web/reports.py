"""Reports as values, to draw: one that has every part, and one whose words were written to break what shows them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from corpus.model import Citation, Status
from corpus.when import When
from scoring.report import (
    Bar,
    BarChart,
    Bullets,
    Guidance,
    Headline,
    NextStep,
    Paragraph,
    Report,
    Section,
    Table,
)

HOSTILE = (
    '</title><script>alert(1)</script><img src=x onerror=alert(1)> & "q" \'s {{ 7*7 }} '
    '#panic("boom") $x$ *b* _i_ @a <l>'
    " <!channel> <https://evil.example|x> :100: \u202etxt \x00 😀 漢 \\u{41} `code` =cmd|' /C calc'!A0"
)


def a_citation(
    quote: str = "Review the agreement every three years.", url: str = "https://kb.example.org/a.pdf#page=4"
) -> Citation:
    return Citation(
        n=1,
        passage_id=f"p-{quote}",
        document_id="deed",
        library="lib",
        title="Partnership agreements",
        publisher="Anytown LMC",
        published=When(2026, 5, 1),
        status=Status.CURRENT,
        page=4,
        heading="Review",
        url=url,
        quote=quote,
        passage=quote,
        similarity=0.8,
    )


AREAS = (
    ("Partnership and leadership", 68.75, "Watch", "Held down by a red flag"),
    ("GP workforce and succession", 43.75, "Priority", ""),
    ("Wider team and people management", 56.25, "Watch", ""),
    ("Demand and workload", 37.5, "Priority", ""),
    ("Finance and income", 62.5, "Watch", ""),
    ("Premises and equipment", 83.3333, "Strong", ""),
    ("Digital and information", 91.6667, "Strong", ""),
    ("Quality, risk and compliance", 75.0, "Strong", ""),
    ("Working with others", None, "Not enough answers", "1 of 3 answered"),
    ("Planning, change and continuity", 50.0, "Watch", ""),
)


def a_report() -> Report:
    """A report with every kind of part."""
    bars = tuple(Bar(label, value, word, note) for label, value, word, note in AREAS)
    claimed = tuple(replace(bar, other=min(100.0, (bar.value or 40.0) + 12), note="") for bar in bars)
    lines = ((50.0, "Watch from 50"), (70.0, "Strong from 70"))
    plan = (
        (
            "Book a review of the partnership agreement with a solicitor",
            "Two signatures are missing",
            "Lead partner",
            "21 December 2026",
            "Specialist advice",
            "Accepted",
        ),
        (
            "Collect leaving intentions in confidence and map the gaps",
            "Nobody knows who plans to retire",
            "Practice manager",
            "21 December 2026",
            "None",
            "Done",
        ),
    )
    sections = (
        Section(
            "stands-out",
            "What stands out",
            (
                Bullets(
                    (
                        "Red flag, Partnership and leadership: not every partner has signed the agreement.",
                        "Blind spot, Finance and income: “We know which of our services lose money.”",
                    )
                ),
            ),
        ),
        Section("areas", "The ten areas", (BarChart("Score of each area, 0 to 100", bars, lines),)),
        Section(
            "strengths",
            "Strengths",
            (Bullets(("Digital and information: Strong, 92", "Premises and equipment: Strong, 83")),),
        ),
        Section(
            "levels",
            "Where you stand",
            (BarChart("Claimed and evidenced", claimed, lines, name="Evidenced", other="Claimed"),),
        ),
        Section(
            "comparison",
            "How this compares",
            (Paragraph("Too few practices like yours have taken part, so no comparison is shown."),),
        ),
        Section(
            "plan",
            "The plan",
            (Table("Now: within 4 weeks", ("Action", "Why", "Who", "By when", "Support", "Progress"), plan),),
        ),
        Section(
            "reading",
            "What to read",
            (
                Guidance(
                    "Partnership and leadership",
                    (a_citation(), a_citation("A partnership at will can end at any time.", "file:///x")),
                ),
            ),
        ),
        Section(
            "next",
            "Do this next",
            (
                NextStep(
                    "Ask your LMC office for a Resilience Assessment and a first meeting.",
                    "Who helps: your LMC office.",
                    "https://lmc.example.org/",
                ),
            ),
        ),
    )
    return Report(
        "practice_healthcheck",
        "1.0",
        "Practice Healthcheck",
        "Harbour Street Surgery",
        dt.date(2026, 11, 23),
        Headline("Watch", "62 out of 100", "3 areas are Strong, 4 Watch and 2 Priority."),
        sections,
        "Each area is the mean of its answers, from 0 to 100. The bands are provisional.",
    )


def a_hostile_report() -> Report:
    """Every word that somebody else wrote is hostile."""
    bars = (Bar(HOSTILE, 50.0, HOSTILE, HOSTILE), Bar(HOSTILE * 3, None, HOSTILE))
    citation = replace(a_citation(HOSTILE, "javascript:alert(1)"), title=HOSTILE, publisher=HOSTILE)
    parts = (
        Paragraph(HOSTILE),
        Bullets((HOSTILE, HOSTILE)),
        BarChart(HOSTILE, bars, ((50.0, HOSTILE),)),
        Table(HOSTILE, (HOSTILE, HOSTILE), ((HOSTILE, HOSTILE),)),
        Guidance(HOSTILE, (citation,)),
        NextStep(HOSTILE, HOSTILE, "javascript:alert(1)"),
    )
    return replace(
        a_report(), subject=HOSTILE, headline=Headline(HOSTILE, "", HOSTILE), sections=(Section("all", HOSTILE, parts),)
    )
