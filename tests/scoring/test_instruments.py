"""The instruments that ship are sound, and a file that is not says where in one sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from corpus.errors import InstrumentError, OperatorError
from scoring.form import pages
from scoring.instrument import (
    ORDER,
    SHIPPED,
    Checklist,
    Criterion,
    Healthcheck,
    Instrument,
    Levels,
    Skills,
    instruments,
    load_instrument,
    same_major,
)

HEALTHCHECK, RESILIENCE, PARTNER, MERGER = ORDER


def words_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from words_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from words_of(inner)


def raw(name: str) -> Any:
    return yaml.load((SHIPPED / f"{name}.yaml").read_text("utf-8"), yaml.CSafeLoader)


def test_the_four_instruments_ship_in_the_order_of_offering() -> None:
    assert [(it.id, type(it), it.version) for it in instruments().values()] == [
        (HEALTHCHECK, Healthcheck, "1.1"),
        (RESILIENCE, Levels, "1.1"),
        (PARTNER, Skills, "1.1"),
        (MERGER, Checklist, "1.1"),
    ]


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        (HEALTHCHECK, [4, 4, 4, 4, 4, 3, 3, 4, 3, 3]),
        (RESILIENCE, [5, 5, 4, 5, 5, 4, 4, 5, 4, 3]),
        (PARTNER, [4, 4, 4, 4, 4, 4, 4, 4]),
    ],
)
def test_areas_have_as_many_items_as_the_library_tells_people(name: str, counts: list[int]) -> None:
    instrument = instruments()[name]

    assert [
        sum(instrument.area_of(item.id) is area for item in instrument.items) for area in instrument.areas
    ] == counts


def test_the_merger_checklist_has_all_56_tasks_in_eight_phases() -> None:
    merger = instruments()[MERGER]
    assert isinstance(merger, Checklist)

    assert sorted(item.id for item in merger.items) == [f"M{number:02}" for number in range(1, 57)]
    assert {task.phase for area in merger.areas for task in area.items} == {phase.id for phase in merger.phases}
    assert len(merger.phases) == 8


def test_both_instruments_for_practices_ask_about_the_same_ten_areas() -> None:
    both = [
        [(area.id, area.title, area.why) for area in instruments()[name].areas] for name in (HEALTHCHECK, RESILIENCE)
    ]

    assert both[0] == both[1]
    assert len(both[0]) == 10


@pytest.mark.parametrize("name", ORDER)
def test_nothing_on_screen_borrows_the_name_of_another_tool(name: str) -> None:
    said = "\n".join(words_of(raw(name)))

    assert not re.search(
        r"\bPHQ\b|\bRAT\b|Beds|Herts|inspired|\bseeds?\b|draft_for|Somerset|Ockham", said, re.IGNORECASE
    )


@pytest.mark.parametrize("name", ORDER)
def test_each_area_has_a_reason_and_a_question_to_the_library(name: str) -> None:
    for area in instruments()[name].areas:
        assert area.why.endswith("."), area.id
        assert area.guidance.endswith("?"), area.id
        assert len(area.guidance) < 120, area.id


@pytest.mark.parametrize("name", ORDER)
def test_words_are_plain_and_typed_by_hand(name: str) -> None:
    for words in words_of(raw(name)):
        assert "&" not in words
        assert "e.g." not in words
        assert "  " not in words
        assert words == words.strip()


def test_a_statement_asks_for_one_thing_in_few_words() -> None:
    """A statement of two halves cannot be answered by somebody who agrees with one of them."""
    for item in instruments()[HEALTHCHECK].items:
        assert len(item.text.split()) <= 20, item.id
        assert not re.search(r", and |; | as well as |\band we can\b|\band can show\b", item.text), item.id


def test_a_task_of_a_partner_is_one_thing_in_few_words() -> None:
    for item in instruments()[PARTNER].items:
        assert len(item.text.split()) <= 15, item.id
        assert not item.text.endswith("."), item.id
        assert not re.search(r"\band (?:say|act|show)\b", item.text), item.id


def test_a_red_flag_says_no_more_than_its_statement_asked() -> None:
    """Somebody who is told of a red flag must find it in what they were asked."""
    for area in instruments()[HEALTHCHECK].areas:
        for item in area.items:
            flag = getattr(item, "red_flag", None)
            asked = {word[:6] for word in re.findall(r"\w{6,}", item.text.lower())}
            said = {word[:6] for word in re.findall(r"\w{6,}", flag.says.lower())} if flag else set()
            assert said <= asked | {"practi", "enough"}, item.id


def test_a_dispute_that_was_only_talked_through_reaches_the_third_level() -> None:
    """Partners who had no dispute in a year would otherwise be marked down for their peace."""
    dispute = instruments()[RESILIENCE].item("RA04")

    assert isinstance(dispute, Criterion)
    assert "talked through" in dispute.anchors[3]


def test_every_merger_mends_its_entries_and_drafts_its_agreement_in_time() -> None:
    """The workforce return changes in every merger, not only with a branch; a deed is not drafted in four weeks."""
    merger = instruments()[MERGER]
    assert isinstance(merger, Checklist)
    tasks = {task.id: task for area in merger.areas for task in area.items}

    assert tasks["M40"].only_if is None
    assert tasks["M45"].weeks <= -16


@pytest.mark.parametrize("name", ORDER)
def test_each_page_fits_a_slack_modal(name: str) -> None:
    """100 blocks, 10 options of 75 characters with hints as long, 2,000 characters of a label."""
    for page in pages(instruments()[name], {}):
        assert sum(2 + len(group.fields) for group in page.groups) + 2 <= 100, page.id
        for field in page.fields:
            assert 0 < len(field.label) <= 2000
            assert len(field.options) <= 10
            assert all(len(option.label) <= 75 and len(option.hint) <= 75 for option in field.options), field.id
        ids = [field.id for field in page.fields]
        assert len(ids) == len(set(ids))


def test_the_red_flags_are_those_that_the_library_tells_people_of() -> None:
    healthcheck = instruments()[HEALTHCHECK]
    assert isinstance(healthcheck, Healthcheck)

    assert {item.id: item.red_flag.at_most for area in healthcheck.areas for item in area.items if item.red_flag} == {
        "PL1": 1,
        "SU2": 1,
        "FI2": 0,
        "PR2": 1,
    }


def test_the_plan_of_the_resilience_assessment_has_at_most_twelve_actions() -> None:
    resilience = instruments()[RESILIENCE]
    assert isinstance(resilience, Levels)

    assert [(h.id, h.weeks, h.most) for h in resilience.horizons] == [("now", 4, 3), ("next", 13, 5), ("later", 52, 4)]


def test_gates_ask_for_the_tasks_of_the_toolkit() -> None:
    merger = instruments()[MERGER]
    assert isinstance(merger, Checklist)

    assert {gate.id: gate.needs for gate in merger.gates} == {
        "G1": ("M01", "M02", "M03", "M04"),
        "G2": ("M06", "M07", "M08", "M09"),
        "G3": ("M11", "M13", "M14", "M15", "M19", "M20"),
        "G4": ("M24", "M25", "M26", "M27", "M33", "M35", "M37", "M41", "M45"),
    }


def test_items_and_areas_are_found_by_their_ids() -> None:
    healthcheck = instruments()[HEALTHCHECK]

    assert healthcheck.item("FI3").text.startswith("We check that every service")
    assert healthcheck.area("finance").title == "Finance and income"
    assert healthcheck.area_of("FI3").id == "finance"
    for find in (healthcheck.item, healthcheck.area, healthcheck.area_of):
        with pytest.raises(KeyError):
            find("XX9")


def test_versions_compare_within_their_major() -> None:
    assert same_major("1.0", "1.12")
    assert not same_major("1.0", "10.0")
    assert instruments()[PARTNER].major == 1


# What is wrong with a file, and what the sentence about it has to name.


def set_at(*path: str | int, to: Any) -> Callable[[Any], None]:
    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = to

    return change


def drop(*path: str | int) -> Callable[[Any], None]:
    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        del data[path[-1]]

    return change


WRONG: list[tuple[str, Callable[[Any], None], list[str]]] = [
    (HEALTHCHECK, set_at("areas", 4, "items", 2, "x", to="y"), ["area finance", "item FI3", "x", "not a known key"]),
    (HEALTHCHECK, set_at("colour", to="red"), ["colour", "not a known key"]),
    (HEALTHCHECK, set_at("areas", 1, "items", 0, "id", to="PL1"), ["item PL1", "used twice"]),
    (HEALTHCHECK, set_at("areas", 1, "id", to="partnership"), ["area partnership", "used twice"]),
    (HEALTHCHECK, set_at("bands", 1, "at_least", to=45), ["band watch", "overlaps band priority"]),
    (HEALTHCHECK, set_at("bands", 1, "at_least", to=55), ["band watch", "from 50 to 55", "begin it at 50"]),
    (HEALTHCHECK, set_at("bands", 0, "at_least", to=10), ["band priority", "begins at 0"]),
    (HEALTHCHECK, set_at("bands", 2, "below", to=90), ["band strong", "goes up to 100"]),
    (HEALTHCHECK, set_at("bands", 1, "id", to="priority"), ["band priority", "used twice"]),
    (HEALTHCHECK, set_at("flag_cap", to="amber"), ["flag_cap", "no band amber", "watch"]),
    (HEALTHCHECK, set_at("areas_needed", to=11), ["areas_needed", "only 10 areas"]),
    (HEALTHCHECK, set_at("areas", 0, "items", 0, "red_flag", "at_most", to=7), ["item PL1", "red_flag", "at_most"]),
    (HEALTHCHECK, drop("areas", 0, "items", 1, "text"), ["area partnership", "item PL2", "text"]),
    (HEALTHCHECK, drop("areas", 3, "guidance"), ["area workload", "guidance"]),
    (HEALTHCHECK, set_at("areas", 0, "items", to=[]), ["area partnership", "items"]),
    (HEALTHCHECK, set_at("scale", 1, "value", to="5"), ["'0', '1', '2', '3' and '4'"]),
    (HEALTHCHECK, set_at("scale", 1, "label", to="x" * 76), ["answer 1", "label", "75"]),
    (HEALTHCHECK, set_at("version", to="first"), ["version"]),
    (HEALTHCHECK, set_at("kind", to="quiz"), ["kind", "healthcheck, levels, skills, checklist"]),
    (HEALTHCHECK, drop("profile", 0, "options"), ["question list_size_band", "options"]),
    (RESILIENCE, set_at("areas", 0, "items", 0, "anchors", to=["one"]), ["item RA01", "anchors", "5 levels"]),
    (RESILIENCE, set_at("areas", 0, "items", 0, "support", to="magic"), ["item RA01", "no kind of support magic"]),
    (RESILIENCE, set_at("areas", 0, "items", 1, "impact", to=4), ["item RA02", "impact"]),
    (RESILIENCE, set_at("areas", 0, "items", 1, "effort", to="XL"), ["item RA02", "effort"]),
    (RESILIENCE, set_at("proof", to="Z"), ["proof", "no strength Z"]),
    (PARTNER, set_at("areas", 2, "group", to="other"), ["area LG3", "no group other"]),
    (PARTNER, set_at("answered_least", to=5), ["area LG1", "answered_least"]),
    (MERGER, set_at("gates", 1, "needs", 0, to="M99"), ["gate G2", "no task M99"]),
    (MERGER, set_at("gates", 1, "after", to="never"), ["gate G2", "no phase never"]),
    (MERGER, set_at("areas", 0, "items", 0, "phase", to="never"), ["item M01", "no phase never"]),
    (MERGER, set_at("areas", 4, "items", 0, "only_if", to="raining"), ["item M24", "no condition raining"]),
    (MERGER, set_at("conditions", 1, "id", to="tupe"), ["condition tupe", "used twice"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "named"), WRONG)
def test_what_is_wrong_is_one_sentence_that_names_the_file_and_the_item(
    name: str, change: Callable[[Any], None], named: list[str], tmp_path: Path
) -> None:
    data = raw(name)
    change(data)
    file = tmp_path / "mine.yaml"
    file.write_text(yaml.dump(data, Dumper=yaml.CSafeDumper), "utf-8")

    with pytest.raises(InstrumentError) as caught:
        load_instrument(file)

    sentence = str(caught.value)
    assert sentence.startswith(str(file))
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert all(part in sentence for part in named), sentence
    assert "pydantic" not in sentence


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("id: x\nkind: skills\nid: y\n", ["line 3", "id stands twice"]),
        ("id: x\nareas:\n  - {id: a, title: one, title: two}\n", ["line 3", "title stands twice"]),
        ("id: [x\n", ["not valid YAML"]),
        ("- a\n- b\n", ["no instrument"]),
        ("", ["no instrument"]),
        ("id: x\n", ["kind"]),
        ("id: x\nkind: [skills]\n", ["kind"]),
        ("!!python/object/apply:os.system ['true']\n", ["not valid YAML"]),
    ],
)
def test_a_file_that_is_no_instrument_is_refused(text: str, named: list[str], tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(text, "utf-8")

    with pytest.raises(InstrumentError) as caught:
        load_instrument(file)

    assert all(part in str(caught.value) for part in [str(file), *named]), caught.value


def test_a_missing_file_and_one_that_is_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "scan.yaml").write_bytes(b"\xff\xfe\x00")

    for name in ("scan.yaml", "gone.yaml"):
        with pytest.raises(InstrumentError, match=name):
            load_instrument(tmp_path / name)
    assert issubclass(InstrumentError, OperatorError)


def test_an_instrument_cannot_be_changed() -> None:
    instrument: Instrument = instruments()[HEALTHCHECK]

    with pytest.raises(ValueError, match="frozen"):
        instrument.title = "Mine"
