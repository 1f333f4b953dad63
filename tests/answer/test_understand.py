"""What a question asks for is read by rules that can be listed: threads, acronyms, spelling, the kind of fact."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.acronyms import ambiguous
from answer.spelling import edit_distance
from answer.understand import Known, Understood, Wants, understand, wants
from corpus.glossary import Glossary, Term, load_glossary
from index.lexical import analyse

EARLIER = "How long does the Practice Healthcheck take?"


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return load_glossary()


def library(*texts: str) -> tuple[Callable[[str], int], Callable[[str], Sequence[str]]]:
    """How often stems occur in some texts, and which begin with some letters."""
    stems = [stem for text in texts for stem in analyse(text)]
    return stems.count, lambda prefix: sorted({stem for stem in stems if stem.startswith(prefix)})


def read(question: str, glossary: Glossary, *texts: str, after: str | None = None) -> Understood:
    frequency, vocabulary = library(*texts)
    return understand(question, after, Known(glossary, frequency, vocabulary))


# --- threads -------------------------------------------------------------------------------------------------------


def test_follow_up_is_searched_with_the_earlier_question(glossary: Glossary) -> None:
    found = read("And what does it cost?", glossary, after=EARLIER)

    assert found.follows
    assert found.text == found.asked == "what does the Practice Healthcheck cost?"
    assert [text for text, _ in found.meaning] == ["what does it cost?", f"{EARLIER} what does it cost?"]
    assert sum(share for _, share in found.meaning) == pytest.approx(1.0)
    assert found.content == ("cost",)
    assert found.terms["cost"] > found.terms["healthcheck"] > 0


@pytest.mark.parametrize(
    "question",
    [
        "What must we do about premises leases when practices merge?",
        "How should we consult staff under TUPE before a merger?",
        "Which documents does the commissioner need beforehand from every partner?",
    ],
)
def test_question_that_stands_alone_is_read_as_if_nothing_came_before(question: str, glossary: Glossary) -> None:
    assert read(question, glossary, after=EARLIER) == read(question, glossary)


def test_asking_whether_it_still_holds_asks_the_earlier_question_again(glossary: Glossary) -> None:
    found = read("Is that still true today?", glossary, after=EARLIER)

    assert found.asked == EARLIER
    assert [text for text, _ in found.meaning] == [EARLIER]
    assert found.still
    assert found.wants is Wants.DURATION
    assert found.content == ("practic", "healthcheck", "take")


def test_asking_for_the_place_again_does_not_ask_whether_it_holds(glossary: Glossary) -> None:
    assert not read("Show me where it says that", glossary, after=EARLIER).still


def test_a_repair_keeps_what_was_meant_and_drops_what_was_not(glossary: Glossary) -> None:
    found = read("Sorry, I meant the national programme not the LMC one", glossary, after=EARLIER)

    assert found.content == ("nation", "program")
    assert "lmc" not in found.terms


def test_years_and_names_of_the_thread_are_insisted_on_in_a_follow_up(glossary: Glossary) -> None:
    found = read("Who chairs it?", glossary, after="What is the LMC of Kent?")

    assert [name.text for name in found.insists.names] == ["LMC of Kent"]


def test_spelling_of_the_earlier_question_is_mended_too(glossary: Glossary) -> None:
    found = read("How long is it?", glossary, "resilience", after="What is resilliance?")

    assert "resili" in found.terms


# --- acronyms ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "spelt_out"),
    [
        ("Which PCN are we in?", "Which PCN are we in? (Primary Care Network)"),
        ("which pcn are we in?", "which pcn are we in? (Primary Care Network)"),
        ("Do PCNs pay?", "Do PCNs pay? (Primary Care Network)"),
        ("Does the CQC visit a PCN?", "Does the CQC visit a PCN? (Care Quality Commission; Primary Care Network)"),
        ("Is a Primary Care Network (PCN) paid?", "Is a Primary Care Network (PCN) paid?"),
        ("there was a rat in the kitchen", "there was a rat in the kitchen"),
        ("is there a cap on it", "is there a cap on it"),
        ("who will care for patients", "who will care for patients"),
        ("How long does a RAT take?", "How long does a RAT take? (Resilience Assessment Tool)"),
        ("What is XQZ?", "What is XQZ?"),
    ],
)
def test_acronyms_are_spelt_out_and_words_are_left_alone(question: str, spelt_out: str, glossary: Glossary) -> None:
    assert read(question, glossary, question).text == spelt_out


def test_words_of_an_expansion_count_less_than_the_acronym(glossary: Glossary) -> None:
    found = read("Which PCN is ours?", glossary)

    assert found.terms["pcn"] == 1.0
    assert 0 < found.terms["network"] < 1.0
    assert "network" not in found.content


def a_glossary(*terms: tuple[str, str, Sequence[str]]) -> Glossary:
    return Glossary([Term(name, means, "", "", "", tuple(others)) for name, means, others in terms])


@pytest.mark.parametrize(
    ("question", "asks_back"),
    [
        ("What is the PHQ?", True),
        ("PHQ?", True),
        ("explain my phq score", True),
        ("What does the PHQ mean?", True),
        ("How long does the PHQ take for a practice?", False),
        ("Who in the practice fills in the PHQ?", False),
        ("What is a PCN?", False),
    ],
)
def test_bare_ambiguous_acronym_is_asked_back(question: str, asks_back: bool, glossary: Glossary) -> None:
    frequency, _ = library("The PHQ takes 15 minutes. A PCN is a network.")

    term = ambiguous(question, glossary, frequency)

    assert (term is not None) is asks_back
    assert term is None or (term.term == "PHQ" and term.other_meanings)


def test_acronym_that_the_library_uses_is_settled_by_it() -> None:
    glossary = a_glossary(("PSU", "Provider Support Unit", ["Power supply unit"]))
    using, _ = library("The PSU joins legal and NHS skills")
    lacking, _ = library("Nothing of the kind")

    assert ambiguous("What is the PSU?", glossary, using) is None
    assert ambiguous("What is the PSU?", glossary, lacking) is not None


def test_acronym_with_a_clinical_meaning_is_asked_back_although_the_library_uses_it() -> None:
    glossary = a_glossary(("RAT", "Resilience Assessment Tool", ["Rapid antigen test"]))
    using, _ = library("The RAT takes two hours")

    assert ambiguous("What is the RAT?", glossary, using) is not None


# --- spelling ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "mended"),
    [
        ("What is resilliance?", {"resilliance": "resili"}),
        ("Can a mergre fail?", {"mergre": "merg"}),
        ("Is there a questionaire?", {"questionaire": "questionnair"}),
        ("What is resilience?", {}),  # right already
        ("What is zzzzzz?", {}),  # nothing is near
        ("Is there mney?", {}),  # too short to tell from a name
    ],
)
def test_misspelt_word_becomes_the_nearest_of_the_library(
    question: str, mended: dict[str, str], glossary: Glossary
) -> None:
    found = read(question, glossary, "Resilience, a merger and a questionnaire cost money")

    assert found.mended == mended
    assert set(mended.values()) <= {*found.content}


def test_spelling_is_mended_from_the_library_alone(glossary: Glossary) -> None:
    found = read("What is resilliance?", glossary, "A merger of practices")

    assert not found.mended
    assert "resilliance" in found.text


def test_of_two_words_as_near_the_more_frequent_one_is_taken(glossary: Glossary) -> None:
    found = read("Is there a patnet?", glossary, "patent", "patient patient")

    assert found.mended == {"patnet": "patent"}  # one swap is nearer than two changes

    found = read("Is there a plance?", glossary, "place", "plane plane", "plan")

    assert found.mended == {"plance": "plane"}


def slow_distance(left: str, right: str) -> int:
    """Optimal string alignment, straight from its recurrence."""
    if not left or not right:
        return len(left) + len(right)
    best = min(
        slow_distance(left[:-1], right) + 1,
        slow_distance(left, right[:-1]) + 1,
        slow_distance(left[:-1], right[:-1]) + (left[-1] != right[-1]),
    )
    if left[-2:] == right[-2:][::-1] and len(left) > 1 and len(right) > 1:
        best = min(best, slow_distance(left[:-2], right[:-2]) + 1)
    return best


SHORT = st.text("abc", max_size=4)


@given(left=SHORT, right=SHORT, limit=st.integers(0, 6))
def test_edit_distance_is_that_of_a_slow_reference_up_to_its_limit(left: str, right: str, limit: int) -> None:
    exact = slow_distance(left, right)

    found = edit_distance(left, right, limit)

    assert found == exact if exact <= limit else found > limit


# --- what is asked for ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "question"),
    [
        (Wants.COMPARISON, "What is the difference between the PHQ and the RAT?"),
        (Wants.COMPARISON, "Compare mentoring with coaching"),
        (Wants.COMPARISON, "PHQ versus RAT"),
        (Wants.DURATION, "How long does it take?"),
        (Wants.DURATION, "How many minutes is it?"),
        (Wants.DURATION, "How much notice must we give?"),
        (Wants.DATE, "When did the CCGs end?"),
        (Wants.DATE, "By what date must we reply?"),
        (Wants.DATE, "What is the deadline?"),
        (Wants.MONEY, "How much funding was there?"),
        (Wants.MONEY, "What does it cost?"),
        (Wants.MONEY, "Is there a fee?"),
        (Wants.NUMBER, "How many practices took part?"),
        (Wants.NUMBER, "What share of practices replied?"),
        (Wants.PERSON, "Who runs the scheme?"),
        (Wants.PERSON, "Whom do I ask?"),
        (Wants.LIST, "List the steps of a merger"),
        (Wants.LIST, "What are the ten areas?"),
        (Wants.LIST, "How do we start?"),
        (Wants.DEFINITION, "What is a primary care network?"),
        (Wants.DEFINITION, "What does PCN stand for?"),
        (Wants.ANYTHING, "Tell us about premises"),
        (Wants.ANYTHING, ""),
    ],
)
def test_question_wants_a_kind_of_fact(kind: Wants, question: str) -> None:
    assert wants(question) is kind


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("How long is mentoring and who pays for it?", ("How long is mentoring", "who pays for mentoring")),
        ("Is mentoring free? Who runs mentoring?", ("Is mentoring free", "Who runs mentoring")),
        ("Compare mentoring with coaching", ("mentoring", "coaching")),
        ("Compare mentoring and coaching: who pays?", ("mentoring who pays", "coaching who pays")),
        ("What is the difference between a merger and a federation?", ("a merger", "a federation")),
        ("Mentoring versus coaching", ("Mentoring", "coaching")),
        ("Who runs mentoring and coaching?", ()),
        ("How long does mentoring take?", ()),
    ],
)  # fmt: skip
def test_questions_in_a_question_are_taken_apart(question: str, parts: tuple[str, ...], glossary: Glossary) -> None:
    assert read(question, glossary, question).parts == parts


def test_questions_in_a_follow_up_each_get_its_subject(glossary: Glossary) -> None:
    found = read("And who pays and who runs it?", glossary, after=EARLIER)

    assert found.follows
    assert found.parts == ("who pays (the Practice Healthcheck)?", "who runs the Practice Healthcheck")


def test_question_about_all_papers_says_so(glossary: Glossary) -> None:
    assert read("What do our documents say about trust?", glossary).everywhere
    assert not read("What does the paper on trust say?", glossary).everywhere


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What did Somerset decide in 2015?", {"somerset", "2015"}),
        ("Does the CQC visit?", {"cqc"}),
        ("What is “deep support” for?", {"deep", "support"}),
        ("Was £16.1 million paid?", {"16", "1"}),
        ("What is a merger?", set()),
    ],
)
def test_names_figures_acronyms_and_quoted_words_are_insisted_on(
    question: str, named: set[str], glossary: Glossary
) -> None:
    assert read(question, glossary, question).named == named


@pytest.mark.slow
@given(st.text(), st.none() | st.text())
def test_any_text_can_be_read(question: str, after: str | None) -> None:
    found = read(question, a_glossary(("PCN", "Primary Care Network", [])), after=after)

    assert found.question == question
    assert set(found.content) <= set(found.terms)
