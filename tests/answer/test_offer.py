"""A tool is offered when the question has all words of one of its phrases or its paper is cited first, else not."""

from __future__ import annotations

from typing import Any

import pytest

from answer.offer import Offers
from corpus.model import Audience, Document
from corpus.tools import Tool, ToolKind


def a_tool(name: str, **said: Any) -> Tool:
    facts = {
        "id": name,
        "name": name.capitalize(),
        "kind": ToolKind.SCORING_TOOL,
        "why": f"Why {name}.",
        "next_step": f"Do {name}.",
    }
    return Tool.model_validate({**facts, **said})  # fmt: skip


SURVEY = a_tool("survey", offer=["practice strengths", "check how resilient"], when_citing=["survey-paper"], minutes=12)
ONLY_OFFICERS = a_tool("tracker", offer=["practice strengths"], audience=Audience.OFFICER)
DESK = a_tool("desk", kind=ToolKind.CONTACT, document="desk-paper")


def offered(question: str, cited: tuple[str, ...] = (), role: Audience = Audience.PUBLIC, *tools: Tool) -> list[str]:
    found, _ = Offers(tools or (SURVEY, ONLY_OFFICERS, DESK)).find(question, cited, role, {})
    return [tool.id for tool in found]


@pytest.mark.parametrize(
    ("question", "tools"),
    [
        ("What are the strengths of our practice?", ["survey"]),
        ("Strength? Practices?", ["survey"]),  # stems, in any order
        ("How do we check how resilient we are?", ["survey"]),
        ("What is a practice?", []),
        ("What are our strengths?", []),
        ("", []),
    ],
)
def test_tool_is_offered_when_the_question_has_every_word_of_a_phrase(question: str, tools: list[str]) -> None:
    assert offered(question) == tools


def test_tool_is_offered_when_its_paper_is_cited_first() -> None:
    assert offered("What is it?", ("survey-paper", "other")) == ["survey"]
    assert offered("What is it?", ("other", "survey-paper")) == []


@pytest.mark.parametrize(
    ("role", "tools"),
    [
        (Audience.PUBLIC, ["survey"]),
        (Audience.PRACTICE, ["survey"]),
        (Audience.OFFICER, ["survey", "tracker"]),
        (Audience.CONFIDENTIAL, ["survey", "tracker"]),
    ],
)
def test_tool_is_offered_to_its_audience_alone(role: Audience, tools: list[str]) -> None:
    assert offered("practice strengths", (), role) == tools


def test_longest_phrase_comes_first_and_gives_the_next_step() -> None:
    short, long = a_tool("short", offer=["merger"]), a_tool("long", offer=["merger of small practices"])

    found, step = Offers([short, long]).find("Is a merger of small practices wise?", [], Audience.PUBLIC, {})

    assert [tool.id for tool in found] == ["long", "short"]
    assert step == "Do long."


def test_at_most_three_tools_are_offered() -> None:
    tools = [a_tool(f"tool-{n}", offer=["merger"]) for n in range(6)]

    assert offered("merger", (), Audience.PUBLIC, *tools) == ["tool-0", "tool-1", "tool-2"]


def test_nothing_fits_and_nothing_is_offered() -> None:
    assert Offers([SURVEY, DESK]).find("Who won the cup?", [], Audience.CONFIDENTIAL, {}) == ([], "")


def test_tool_without_a_link_leads_to_the_paper_that_explains_it() -> None:
    offers = Offers(
        [a_tool("a", offer=["merger"], document="a-paper"), a_tool("b", offer=["merger"], url="https://b.example")]
    )

    paper = Document("a-paper", "A paper", "lib", "/a.md")
    found, _ = offers.find("merger", [], Audience.PUBLIC, {"a-paper": paper})

    assert [tool.url for tool in found] == ["file:///a.md#page=1", "https://b.example"]
    assert [tool.document for tool in found] == ["lib/a-paper", ""]
    assert offers.documents() == {"a-paper"}


def test_offered_tool_keeps_its_facts() -> None:
    found, _ = Offers([SURVEY]).find("practice strengths", [], Audience.PUBLIC, {})

    assert (found[0].name, found[0].minutes, found[0].why, found[0].kind, found[0].url) == (
        "Survey", 12, "Why survey.", "scoring_tool", "",
    )  # fmt: skip


def test_first_contact_that_the_reader_may_see_helps_when_the_library_does_not() -> None:
    hidden = a_tool("chair", kind=ToolKind.CONTACT, audience=Audience.CONFIDENTIAL)
    offers = Offers([SURVEY, hidden, DESK])

    paper = Document("desk-paper", "Desk", "lib", "/desk.md")

    public = offers.contact(Audience.PUBLIC, {"desk-paper": paper})
    all_seeing = offers.contact(Audience.CONFIDENTIAL, {})

    assert public is not None
    assert (public.id, public.url, public.kind) == ("desk", "file:///desk.md#page=1", "contact")
    assert all_seeing is not None
    assert all_seeing.id == "chair"
    assert Offers([SURVEY]).contact(Audience.CONFIDENTIAL, {}) is None
