"""An instrument as pages: what is asked, what a sent page says, how far one is and where to go on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.form import Field, FieldGroup, FieldKind, FormPage, check, first_open, pages, progress, read
from scoring.instrument import ORDER, Instrument, instruments

HEALTHCHECK, RESILIENCE, PARTNER, MERGER = (instruments()[name] for name in ORDER)


def page(instrument: Instrument, name: str, responses: dict[str, str] | None = None) -> FormPage:
    return next(page for page in pages(instrument, responses or {}) if page.id == name)


def field(instrument: Instrument, name: str) -> Field:
    return next(field for page in pages(instrument, {}) for field in page.fields if field.id == name)


def everything(instrument: Instrument) -> dict[str, str]:
    """The first option of every field that has any."""
    return {
        field.id: field.options[0].value for page in pages(instrument, {}) for field in page.fields if field.options
    }


def test_the_healthcheck_has_a_page_for_the_profile_one_for_each_area_and_one_for_outcomes() -> None:
    names = [page.id for page in pages(HEALTHCHECK, {})]

    assert names == ["about", *(area.id for area in HEALTHCHECK.areas), "outcomes"]
    assert [field.id for field in page(HEALTHCHECK, "finance").fields] == ["FI1", "FI2", "FI3", "FI4"]
    assert [option.value for option in field(HEALTHCHECK, "FI1").options] == ["0", "1", "2", "3", "4", "DK", "NA"]


def test_only_the_statements_of_the_healthcheck_count_for_progress() -> None:
    assert progress(HEALTHCHECK, {}).total == 36
    assert not any(field.scored for field in page(HEALTHCHECK, "about").fields)
    assert not any(field.scored for field in page(HEALTHCHECK, "outcomes").fields)


def test_a_criterion_is_asked_with_its_evidence_and_only_its_level_counts() -> None:
    group = page(RESILIENCE, "finance").groups[1]

    assert group.title == "Cash and drawings"
    assert [field.id for field in group.fields] == [
        "RA21", "RA21.evidence_type", "RA21.evidence_strength", "RA21.evidence_seen", "RA21.evidence",
        "RA21.likelihood", "RA21.target", "RA21.note",
    ]  # fmt: skip
    assert [field.id for field in group.fields if field.scored] == ["RA21"]
    assert progress(RESILIENCE, {}).total == 44


def test_a_level_is_described_in_the_criterions_own_words_where_it_has_them() -> None:
    assert field(RESILIENCE, "RA21").options[1].hint == "We look at the bank balance"
    assert (
        field(RESILIENCE, "RA22").options[1].hint == "It happens when something goes wrong or if one person remembers"
    )


def test_a_competency_has_four_tasks_who_leads_and_who_wants_training() -> None:
    assert [field.id for field in page(PARTNER, "M1").fields] == [
        "M1.1",
        "M1.2",
        "M1.3",
        "M1.4",
        "M1.leads",
        "M1.wants",
    ]


def test_tasks_of_a_merger_that_cannot_apply_are_not_asked() -> None:
    asked = {field.id for page in pages(MERGER, {"if.tupe": "no", "if.branch": "unknown"}) for field in page.fields}

    assert not asked & {"M25", "M26", "M27", "M27.note"}
    assert {"M20", "M12"} <= asked


def test_a_merger_task_says_who_and_by_when() -> None:
    open_date = page(MERGER, "direction").groups[0]
    planned = page(MERGER, "direction", {"date": "2027-04-01"}).groups[0]

    assert open_date.intro == "Partners. 52 weeks before the merger."
    assert planned.intro == "Partners. 52 weeks before the merger: start by 2 April 2026."
    assert page(MERGER, "digital", {"date": "2027-04-01"}).groups[7].intro == (
        "Clinical lead. On the merger date: start by 1 April 2027."
    )


# Reading


def test_reading_keeps_what_fits_and_says_what_does_not() -> None:
    reading = read(page(HEALTHCHECK, "about"), {"contract": "gms", "partners_n": "many", "rurality": "moon"})

    assert reading.values == {"contract": "gms"}
    assert reading.problems == {
        "partners_n": "Enter a whole number, such as 5.",
        "rurality": "Choose one of the answers in the list.",
    }


def test_reading_takes_only_fields_that_were_sent_and_that_the_page_has() -> None:
    reading = read(page(HEALTHCHECK, "finance"), {"FI1": "3", "FI2": "", "PL1": "4", "csrf": "x"})

    assert reading.values == {"FI1": "3", "FI2": ""}
    assert reading.problems == {}


DAY = Field("day", FieldKind.DATE, "Day")
MONTH = Field("month", FieldKind.MONTH, "Month")
COUNT = Field("count", FieldKind.WHOLE, "Count", least=1, most=1200)
LINE = Field("line", FieldKind.TEXT, "Line")
NOTE = Field("note", FieldKind.LONG_TEXT, "Note")


@pytest.mark.parametrize(
    ("asked", "sent", "kept"),
    [
        (DAY, "2027-04-01", "2027-04-01"),
        (DAY, "1/4/2027", "2027-04-01"),
        (DAY, " 01 04 2027 ", "2027-04-01"),
        (DAY, "31/2/2027", None),
        (DAY, "1/4/27", None),
        (DAY, "next spring", None),
        (DAY, "1827-04-01", None),
        (MONTH, "2026-03", "2026-03"),
        (MONTH, "3 2026", "2026-03"),
        (MONTH, "13/2026", None),
        (MONTH, "2026", None),
        (COUNT, " 12 ", "12"),
        (COUNT, "1,200", "1200"),
        (COUNT, "0", None),
        (COUNT, "1201", None),
        (COUNT, "-3", None),
        (COUNT, "2.5", None),
        (COUNT, "٣", None),
        (LINE, "  in the \t blue\nfolder ", "in the blue folder"),
        (LINE, "x" * 201, None),
        (NOTE, "one \r\ntwo\x00", "one\ntwo"),
        (NOTE, "x" * 2001, None),
        (NOTE, "   ", ""),
    ],
)
def test_each_kind_of_field_is_read_strictly_and_kept_in_one_form(asked: Field, sent: str, kept: str | None) -> None:
    reading = read(FormPage("p", "", "", (FieldGroup("g", "", "", (asked,)),)), {asked.id: sent})

    assert reading.values.get(asked.id) == kept
    assert bool(reading.problems) == (kept is None)


@pytest.mark.slow
@given(st.dictionaries(st.sampled_from(["FI1", "FI2", "partners_n", "other"]), st.text()))
def test_whatever_is_sent_is_kept_clean_or_named_as_a_problem(sent: dict[str, str]) -> None:
    shown = page(HEALTHCHECK, "finance")
    known = {field.id for field in shown.fields}

    reading = read(shown, sent)

    assert set(reading.values) | set(reading.problems) == set(sent) & known
    assert not set(reading.values) & set(reading.problems)
    assert check(HEALTHCHECK, reading.values) == {}


def test_what_was_kept_reads_the_same_again() -> None:
    for instrument in (HEALTHCHECK, RESILIENCE, PARTNER, MERGER):
        kept = everything(instrument)
        for shown in pages(instrument, kept):
            sent = {field.id: kept[field.id] for field in shown.fields if field.id in kept}
            assert read(shown, sent).values == sent


def test_a_problem_never_repeats_what_was_written() -> None:
    reading = read(page(HEALTHCHECK, "about"), {"partners_n": "Dr Secret", "contract": "Dr Secret"})

    assert "Secret" not in " ".join(reading.problems.values())


# Progress


def test_progress_counts_dont_know_as_answered() -> None:
    far = progress(HEALTHCHECK, {"PL1": "DK", "PL2": "3", "PL3": "", "contract": "gms"})

    assert (far.answered, far.total) == (2, 36)
    assert [(p.answered, p.total) for p in far.pages if p.id == "partnership"] == [(2, 4)]


def test_one_begins_with_the_profile_and_is_not_sent_back_to_it() -> None:
    assert first_open(HEALTHCHECK, {}) == "about"
    assert first_open(HEALTHCHECK, {"contract": "gms"}) == "partnership"
    assert first_open(HEALTHCHECK, {"PL1": "3"}) == "partnership"


def test_one_goes_on_where_something_is_open() -> None:
    answered = {item.id: "3" for item in HEALTHCHECK.items}

    assert first_open(HEALTHCHECK, answered | {"FI2": ""}) == "finance"
    assert first_open(HEALTHCHECK, answered) == "outcomes"
    assert first_open(HEALTHCHECK, answered | {"OUT1": "7"}) == "outcomes"


def test_a_merger_begins_with_what_decides_the_tasks() -> None:
    assert first_open(MERGER, {}) == "about"
    conditions = {field.id: "no" for field in page(MERGER, "about").fields if field.scored}
    assert len(conditions) == 12
    assert first_open(MERGER, conditions) == "direction"


@pytest.mark.parametrize("instrument", [HEALTHCHECK, RESILIENCE, PARTNER, MERGER], ids=lambda it: it.id)
def test_answering_everything_completes_it(instrument: Instrument) -> None:
    far = progress(instrument, everything(instrument))

    assert far.answered == far.total > 0


def test_a_file_of_responses_is_checked_field_by_field() -> None:
    assert check(HEALTHCHECK, {"PL1": "3", "PL2": "5", "QQ1": "1"}) == {
        "PL2": "Choose one of the answers in the list.",
        "QQ1": "The instrument does not ask this.",
    }
