"""A question of a thread is read alone, with its subject put in, or as the earlier question with one thing changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.followup import MUCH, SOME, Wording, asks_whether_still, stands_alone, subject_of, wordings
from corpus.glossary import Glossary, load_glossary

EARLIER = "How long does the Practice Healthcheck take?"


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return load_glossary()


STANDS_ALONE = [
    (False, "And how long does that one take?"),
    (False, "Who paid for it?"),
    (False, "What about the accountant?"),
    (False, "Is that still true today?"),
    (False, "Sorry, I meant the national programme not the LMC one"),
    (False, "How much does it cost?"),
    (False, "and for nurses?"),
    (False, "Where does it say that?"),
    (False, "Are you sure?"),
    (False, "Put that in one line"),
    (False, "The smaller one, please"),
    (False, "How old is that?"),
    (False, "Why?"),
    (True, "What does the LMC Support Network tracker record?"),
    (True, "Which documents does the commissioner need before a practice merger?"),
    (True, "How should we consult staff under TUPE before a merger?"),
    (True, "Who can see the answers of a partner skills self-assessment?"),
    (True, "What must we do about premises leases when practices merge?"),
]


@pytest.mark.parametrize(("alone", "question"), STANDS_ALONE)
def test_question_of_a_thread_stands_alone_or_not(alone: bool, question: str, glossary: Glossary) -> None:
    assert stands_alone(question, EARLIER, glossary) is alone


@pytest.mark.parametrize("question", [question for _, question in STANDS_ALONE])
def test_first_question_of_a_thread_always_stands_alone(question: str, glossary: Glossary) -> None:
    assert stands_alone(question, None, glossary)
    assert wordings(question, (), glossary) == (Wording(question, question),)


@pytest.mark.parametrize(
    ("earlier", "question", "asked"),
    [
        ("What is the Practice Healthcheck?", "and who can fill it in?", "who can fill the Practice Healthcheck in?"),
        ("What is the Practice Healthcheck?", "How long?", "How long (the Practice Healthcheck)?"),
        ("What are heads of terms?", "Are they binding?", "Are heads of terms binding?"),
        ("What does an LMC do?", "Who pays for it?", "Who pays for the LMC?"),
        ("Tell me about mentoring", "its cost?", "mentoring's cost?"),
        ("How do we merge two EMIS systems?", "how long?", "how long (merge two EMIS systems)?"),
        ("What is in the action plan?", "Who signs the plan?", "Who signs the plan?"),
        ("What is Business Fundamentals?", "Show me where it says that", "What is Business Fundamentals?"),
    ],
)
def test_subject_of_the_thread_is_put_in(earlier: str, question: str, asked: str, glossary: Glossary) -> None:
    found = wordings(question, (earlier,), glossary)

    assert [wording.asked for wording in found] == [asked]
    assert found[0].lent is MUCH


@pytest.mark.parametrize(
    ("earlier", "question", "asked"),
    [
        ("When do we tell the CQC about a merger?", "and PCSE?", "When do we tell the PCSE about a merger?"),
        ("What does the accountant check?", "What about the solicitor?", "What does the solicitor check?"),
        ("How much money was there in 2021/22?", "and in 2025/26?", "How much money was there in 2025/26?"),
        ("What is shown when 8 practices took part?", "And with 20?", "What is shown when 20 practices took part?"),
        ("How do we apply for mentoring?", "and for coaching?", "How do we apply for coaching?"),
    ],
)
def test_one_thing_of_the_earlier_question_is_changed(
    earlier: str, question: str, asked: str, glossary: Glossary
) -> None:
    first, other = wordings(question, (earlier,), glossary)

    assert first.asked == first.own == asked
    assert first.changes
    assert other.context == earlier


@pytest.mark.parametrize("question", ["and who pays?", "and how long is it?", "what about them?", "and?"])
def test_question_with_a_verb_of_its_own_changes_nothing(question: str, glossary: Glossary) -> None:
    assert not any(wording.changes for wording in wordings(question, (EARLIER,), glossary))


def test_subject_named_two_questions_ago_is_found(glossary: Glossary) -> None:
    thread = ("What is Business Fundamentals?", "Who designed it?")

    (found,) = wordings("which modules does it have?", thread, glossary)

    assert found.asked == "which modules does Business Fundamentals have?"
    assert found.context == "What is Business Fundamentals? Who designed it?"


def test_another_subject_in_between_takes_over(glossary: Glossary) -> None:
    thread = ("What is Business Fundamentals?", "How should we consult staff under TUPE before a merger?")

    (found,) = wordings("and who pays for it?", thread, glossary)

    assert "Business" not in found.context


@pytest.mark.parametrize(
    "question",
    ["What does TUPE protect?", "Who was Robert Connor and what did he do?"],
)
def test_question_that_names_its_subject_stands_alone(question: str, glossary: Glossary) -> None:
    assert wordings(question, (EARLIER,), glossary) == (Wording(question, question),)


def test_name_beside_a_pronoun_does_not_stand_alone(glossary: Glossary) -> None:
    (found,) = wordings("Does the LMC see it?", (EARLIER,), glossary)

    assert found.lent is MUCH


def test_subject_of_a_question_that_named_it_is_taken_up(glossary: Glossary) -> None:
    (found,) = wordings("Who checks it?", (EARLIER, "What does TUPE protect?"), glossary)

    assert found.asked == "Who checks TUPE?"


def test_word_that_the_thread_spoke_of_leans_on_it(glossary: Glossary) -> None:
    thread = ("What is in the plan of a Resilience Assessment?",)

    (found,) = wordings("Which partner or manager signs off the plan each quarter?", thread, glossary)

    assert found.lent is SOME


@pytest.mark.parametrize(
    ("still", "question"),
    [
        (True, "Is that still true today?"),
        (True, "is it still the case?"),
        (True, "Is this up to date?"),
        (False, "Is it still open to nurses in our practice?"),
        (False, "Where does it say that?"),
        (False, "Are you sure?"),
    ],
)
def test_asking_whether_it_still_holds(still: bool, question: str) -> None:
    assert asks_whether_still(question) is still


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("What is the tracker of local services?", "the tracker of local services"),
        ("How do we handle a call about a dispute?", "handle a call about a dispute"),
        ("Tell me more about mentoring", "mentoring"),
        ("How does the Resilience Assessment compare with the Practice Healthcheck?",
         "the Resilience Assessment and the Practice Healthcheck"),
        ("", ""),
    ],
)  # fmt: skip
def test_subject_of_a_question(question: str, subject: str, glossary: Glossary) -> None:
    assert subject_of(question, glossary) == subject


@pytest.mark.slow
@given(question=st.text(), thread=st.lists(st.text(), max_size=4))
def test_any_thread_can_be_read(question: str, thread: list[str]) -> None:
    found = wordings(question, thread, Glossary([]))

    assert 1 <= len(found) <= 2
    assert all(wording.asked.strip() or not question.strip() for wording in found)


def test_a_changed_figure_is_never_taken_out_of_a_year() -> None:
    glossary = Glossary([])
    thread = ["In 2010, were 10 practices merged in Kent?"]

    texts = [wording.asked for wording in wordings("what about 12?", thread, glossary)]

    assert "In 2010, were 12 practices merged in Kent?" in texts
