"""Admins look after the library in Slack: files, descriptions, approval, buttons of App Home; nobody else can."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from sqlalchemy import func, select

from bot import actions, changes
from bot.listeners import library
from bot.listeners.clicks import click_of
from bot.model import TryLater
from bot.render import library as screens
from bot.serve import Service
from corpus.model import Audience, Status
from ingest.shelf import Facts
from localslack.people import Person
from localslack.world import Message, View
from records import schema
from records.inbox import Item
from records.uploads import DESCRIBED, DONE, FAILED, REJECTED, WAITING_APPROVAL, Upload
from tests.bot.anytown import shown
from tests.bot.looking import at_rest
from tests.bot.town import Town
from tests.fakes import ReadHere

pytestmark = [pytest.mark.slow, pytest.mark.model]

PAPER = b"# Dispensing in Anytown\n\nA dispensing practice tells the LMC of a change of premises 56 days before it.\n"
QUESTION = "How long before a change of premises does a dispensing practice tell the LMC?"
PATIENCE_S = 40.0
T = TypeVar("T")


@pytest.fixture
def processes() -> None:
    """For a test in which files are read by processes of their own, as in service."""


@pytest.fixture(autouse=True)
def read_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "processes" not in request.fixturenames:
        monkeypatch.setattr("ingest.describe.ReaderPool", ReadHere)


def until(slack: Town, found: Callable[[], T]) -> T:
    return slack.wait_for(found, timeout_s=PATIENCE_S)


def sent(slack: Town, who: Person, name: str = "dispensing.md", data: bytes = PAPER) -> Message:
    """A file in the direct message, and the bot's reply to it."""
    asked = who.uploads(name, data)
    until(slack, lambda: slack.replies(asked))
    return slack.replies(asked)[0]


def upload_of(slack: Town, bot: Service, message: Message) -> Upload:
    """The upload that a message of the bot is about."""
    found = until(slack, lambda: [one for one in all_uploads(bot) if one.progress_ts == message.ts])
    return found[0]


def items_taken(bot: Service) -> int:
    """How many items the inbox was ever given; done ones stay for a while."""
    with bot.parts.records.inbox._database.read() as connection:
        return connection.scalar(select(func.count()).select_from(schema.inbox)) or 0


def all_uploads(bot: Service) -> list[Upload]:
    uploads = bot.parts.records.uploads
    return uploads._find(True)  # type: ignore[arg-type]


def described(slack: Town, who: Person, reply: Message, **said: str) -> None:
    """Press "Describe and add", fill in the modal, and submit it."""
    who.clicks(reply, actions.LIBRARY_DESCRIBE)
    until(slack, lambda: who.modal)
    who.submits(values={screens.TITLE: "Dispensing in Anytown", screens.AUDIENCE: "public", **said})


def ended(slack: Town, reply: Message) -> str:
    """The text of the one message of a change, once it has come to its end."""
    until(slack, lambda: "done." in reply.text or "nothing was changed" in reply.text)
    return reply.text


def audited(bot: Service) -> list[tuple[str, str]]:
    return [(entry.actor, entry.action) for entry in reversed(bot.parts.records.audit.recent(50))]


def keys(bot: Service) -> set[str]:
    return {stored.document.key for stored in bot.parts.desk.documents()}


# --- adding --------------------------------------------------------------------------------------------------------


def test_file_is_understood_described_and_added_and_then_answers(slack: Town, bot: Service, processes: None) -> None:
    olu = slack.person("olu")
    reply = sent(slack, olu)
    assert "Dispensing in Anytown" in shown(reply.blocks)
    assert "1 passage" in reply.text
    assert keys(bot) == {f"anytown/{name}" for name in ("levy", "merger", "rota", "negotiation", "hearing")}

    described(slack, olu, reply, published="2026-11", review_due="2027", contact="Olu")

    assert "1 added" in ended(slack, reply)
    document = bot.parts.desk.document("dispensing-in-anytown").document
    assert (document.audience, document.contact) == (Audience.PUBLIC, "Olu")
    assert document.published is not None
    assert document.published.iso() == "2026-11"
    asked = slack.person("mo").says(QUESTION)
    assert "56 days" in slack.wait_for_reply(asked).text
    assert (olu.id, "library.add") in audited(bot)


def test_a_change_is_told_in_one_message(slack: Town, bot: Service) -> None:
    olu = slack.person("olu")
    before = len(slack.posts())
    reply = sent(slack, olu)

    described(slack, olu, reply)
    ended(slack, reply)

    assert len(slack.posts()) == before + 1


def test_new_document_is_closed_until_somebody_opens_it(slack: Town, bot: Service) -> None:
    olu = slack.person("olu")
    reply = sent(slack, olu)
    olu.clicks(reply, actions.LIBRARY_DESCRIBE)
    until(slack, lambda: olu.modal)

    olu.submits()

    ended(slack, reply)
    assert bot.parts.desk.document("dispensing-in-anytown").document.audience is Audience.OFFICER


def test_new_version_marks_the_old_one_as_replaced(slack: Town, bot: Service) -> None:
    olu = slack.person("olu")
    reply = sent(
        slack, olu, "guide-to-mergers-2027.md", b"# Guide to mergers\n\nTalk to the commissioner 50 weeks before.\n"
    )
    assert "Seems to be a new version" in shown(reply.blocks)

    described(slack, olu, reply, title="Guide to mergers")

    ended(slack, reply)
    old = bot.parts.desk.document("anytown/merger").document
    assert (old.status, old.superseded_by) == (Status.SUPERSEDED, "guide-to-mergers")
    assert bot.parts.desk.document("guide-to-mergers").document.contact == "the merger lead"


@pytest.mark.parametrize(
    ("said", "block"),
    [
        ({"published": "yesterday"}, screens.PUBLISHED),
        ({"source_url": "lmc.example"}, screens.SOURCE_URL),
        ({"published": "2026-05", "review_due": "2025"}, screens.REVIEW_DUE),
        ({"title": "Notes on NHS 943 476 5919"}, screens.TITLE),
    ],
)
def test_what_is_wrong_stands_at_its_field(said: dict[str, str], block: str, slack: Town, bot: Service) -> None:
    olu = slack.person("olu")
    reply = sent(slack, olu)

    described(slack, olu, reply, **said)

    assert olu.modal is not None
    assert block in olu.modal.errors
    assert len(keys(bot)) == 5


def test_file_is_discarded(slack: Town, bot: Service) -> None:
    olu = slack.person("olu")
    reply = sent(slack, olu)
    upload = upload_of(slack, bot, reply)

    olu.clicks(reply, actions.LIBRARY_DISCARD)

    until(slack, lambda: "discarded" in reply.text)
    until(slack, lambda: not bot.parts.desk.inbound(upload.id).exists())
    assert (olu.id, "upload.discarded") in audited(bot)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("tool.exe", b"MZ", "cannot read files of this kind"),
        ("broken.pdf", b"%PDF-1.4 and then nothing", "was not taken"),
        ("empty.md", b" \n", "was not taken"),
        ("large.md", b"x" * 1_100_000, "larger than 1 MB"),
    ],
)
def test_file_that_cannot_be_taken_is_refused_with_its_reason(
    name: str, data: bytes, says: str, slack: Town, start_bot: Callable[..., Service]
) -> None:
    bot = start_bot(upload_mb=1)

    reply = sent(slack, slack.person("olu"), name, data)

    assert says in reply.text
    upload = upload_of(slack, bot, reply)
    assert upload.state == FAILED
    assert not bot.parts.desk.inbound(upload.id).exists()


def test_file_named_after_a_patient_is_not_opened(slack: Town, bot: Service) -> None:
    reply = sent(slack, slack.person("olu"), "Referral 943 476 5919.md")

    assert "patient" in reply.text
    assert all_uploads(bot) == []


def test_several_files_have_a_message_each(slack: Town, bot: Service) -> None:
    slack.allow("two-answers")
    olu = slack.person("olu")

    asked = olu.says("", files=[("one.md", b"# One paper\n\nText."), ("two.md", b"# Two papers\n\nText.")])

    until(slack, lambda: len(slack.replies(asked)) == 2)
    assert {one.state for one in all_uploads(bot)} == {DESCRIBED}


# --- nobody else ---------------------------------------------------------------------------------------------------


def test_file_of_somebody_who_is_no_admin_gets_one_polite_reply(slack: Town, bot: Service) -> None:
    mo = slack.person("mo")

    asked = mo.uploads("dispensing.md", PAPER)

    assert "Please send it to" in slack.wait_for_reply(asked).text
    slack.settle()
    assert len(slack.replies(asked)) == 1
    assert all_uploads(bot) == []
    assert (mo.id, "upload.refused") in audited(bot)


def click_body(who: Person, action_id: str, value: str) -> dict[str, Any]:
    """A click that Slack's own client would not let that person make."""
    return {
        "team": {"id": "T0ANYTOWN"}, "user": {"id": who.id}, "trigger_id": f"trigger-{who.id}-{action_id}",
        "actions": [{"action_id": action_id, "value": value}],
    }  # fmt: skip


def form_body(who: Person, metadata: str, values: dict[str, Any]) -> dict[str, Any]:
    state = {"values": {name: {name: entered} for name, entered in values.items()}}
    view = {"id": f"V-{who.id}", "private_metadata": metadata, "state": state}
    return {"team": {"id": "T0ANYTOWN"}, "user": {"id": who.id}, "view": view}


@pytest.mark.parametrize("name", ["alice", "mo", "pat", "gus", "ext"])
def test_no_click_and_no_form_of_somebody_else_does_anything(name: str, slack: Town, bot: Service) -> None:
    """Officers who are no admins, managers, members, guests and strangers; with the ids of a real upload."""
    reply = sent(slack, slack.person("olu"))
    upload, who, acks = upload_of(slack, bot, reply), slack.person(name), []
    at_rest(slack, bot)
    taken_before = items_taken(bot)

    named = actions.value(a=upload.id)
    for action_id in (
        actions.LIBRARY_DESCRIBE,
        actions.LIBRARY_DISCARD,
        actions.LIBRARY_APPROVE,
        actions.LIBRARY_REJECT,
    ):
        assert library._admin(click_of(click_body(who, action_id, named)), bot.parts) is None
    facts = {screens.TITLE: {"value": "Mine"}, screens.AUDIENCE: {"selected_option": {"value": "public"}}}
    library._described(lambda **said: acks.append(said), form_body(who, named, facts), bot.parts)  # type: ignore[arg-type]
    reason = {screens.DOCUMENT: {"selected_option": {"value": "anytown/levy"}}, screens.REASON: {"value": "x"}}
    library._withdrawn(lambda **said: acks.append(said), form_body(who, "", reason), bot.parts)  # type: ignore[arg-type]
    at_rest(slack, bot)

    assert acks == [{}, {}]
    assert items_taken(bot) == taken_before
    assert bot.parts.records.uploads.get(upload.id) == upload
    assert library._suggested({**click_body(who, "x", ""), "value": ""}, bot.parts) == []
    assert (who.id, "library.refused") in audited(bot)


@pytest.mark.parametrize(
    "errand",
    [
        {"do": "withdraw", "document": "anytown/levy", "reason": "x"},
        {"do": "restore", "document": "anytown/levy"},
        {"do": "reindex"},
        {"do": "rollback", "generation": "1", "live": "2"},
        {"do": "verify"},
    ],
)
def test_worker_does_nothing_for_somebody_who_is_no_admin(errand: dict[str, str], slack: Town, bot: Service) -> None:
    alice, live = slack.person("alice"), bot.parts.desk.state().live
    payload = {"team": "T0ANYTOWN", "user": alice.id, **errand}

    library.work_change(an_item(bot, payload), bot.parts)

    assert bot.parts.desk.state().live == live
    assert bot.parts.desk.state().hidden == {}
    assert all_uploads(bot) == []


def an_item(bot: Service, payload: dict[str, str], attempts: int = 1, name: str = "item-1") -> Item:
    return Item(name, changes.CHANGE, payload, attempts, bot.parts.records.database.now())


def test_admin_who_lost_the_role_in_between_changes_nothing(slack: Town, bot: Service) -> None:
    olu = slack.person("olu")
    reply = sent(slack, olu)
    olu.clicks(reply, actions.LIBRARY_DESCRIBE)
    until(slack, lambda: olu.modal)
    modal = olu.modal

    slack.set_group("S0ADMINS", [slack.person("bea")])
    olu.submits(modal, {screens.TITLE: "Dispensing"})
    slack.settle()

    assert upload_of(slack, bot, reply).state == DESCRIBED
    assert len(keys(bot)) == 5


def test_another_admin_cannot_describe_somebody_elses_upload(slack: Town, bot: Service) -> None:
    reply = sent(slack, slack.person("olu"))
    at_rest(slack, bot)
    upload = upload_of(slack, bot, reply)
    bea = slack.person("bea")
    acks: list[Any] = []

    facts = {screens.TITLE: {"value": "Mine"}, screens.AUDIENCE: {"selected_option": {"value": "public"}}}
    body = form_body(bea, actions.value(a=upload.id), facts)
    library._described(lambda **said: acks.append(said), body, bot.parts)  # type: ignore[arg-type]

    assert acks == [{}]
    assert bot.parts.records.uploads.get(upload.id) == upload


def test_admin_is_shown_nothing_of_documents_that_are_not_theirs(slack: Town, bot: Service) -> None:
    """Bea is an admin and an officer, and no reader of what is confidential."""
    bea = slack.person("bea")
    reply = sent(slack, bea, "confidential-hearing.md", b"# Zephyr hearing\n\nOther words.\n")
    assert "Seems to be a new version" not in shown(reply.blocks)

    bea.clicks(reply, actions.LIBRARY_DESCRIBE)
    until(slack, lambda: bea.modal)

    options = slack.screen(bea)
    assert "The LMC levy" in options
    assert "anytown/hearing" not in options
    body = form_body(bea, "", {screens.DOCUMENT: {"selected_option": {"value": "anytown/hearing"}},
                               screens.REASON: {"value": "x"}})  # fmt: skip
    said: list[Any] = []
    library._withdrawn(lambda **told: said.append(told), body, bot.parts)  # type: ignore[arg-type]
    assert screens.DOCUMENT in said[0]["errors"]


def test_long_list_is_searched_by_admins_among_what_they_may_read(slack: Town, bot: Service) -> None:
    def offered(name: str, action_id: str) -> list[str]:
        body = {**click_body(slack.person(name), action_id, ""), "action_id": action_id, "value": "levy"}
        return [option["value"] for option in library._suggested(body, bot.parts)]

    assert offered("olu", screens.DOCUMENT) == ["anytown/levy"]
    assert offered("olu", screens.REPLACES) == [screens.NO_DOCUMENT, "anytown/levy"]
    assert offered("mo", screens.DOCUMENT) == []


# --- approval ------------------------------------------------------------------------------------------------------


@pytest.fixture
def careful(start_bot: Callable[..., Service]) -> Service:
    return start_bot(second_approval=True)


def request_in(slack: Town, channel: str = "#officers") -> Message:
    until(slack, lambda: slack.posts(channel))
    return slack.posts(channel)[-1]


def test_another_admin_approves_before_anything_is_added(slack: Town, careful: Service) -> None:
    olu, bea = slack.person("olu"), slack.person("bea")
    reply = sent(slack, olu)
    described(slack, olu, reply)
    request = request_in(slack)
    until(slack, lambda: "waits for another admin" in reply.text)
    assert len(keys(careful)) == 5

    olu.clicks(request, actions.LIBRARY_APPROVE)
    until(slack, lambda: olu.whispers)
    assert "Another admin has to approve" in olu.whispers[-1].text
    slack.person("alice").clicks(request, actions.LIBRARY_APPROVE)
    until(slack, lambda: slack.person("alice").whispers)
    assert "Only admins" in slack.person("alice").whispers[-1].text
    assert upload_of(slack, careful, reply).state == WAITING_APPROVAL

    bea.clicks(request, actions.LIBRARY_APPROVE)

    assert "1 added" in ended(slack, reply)
    assert "approved" in request.text
    assert "anytown/dispensing-in-anytown" in keys(careful)
    assert upload_of(slack, careful, reply).approver == bea.id
    assert {(bea.id, "upload.approve"), (olu.id, "library.add")} <= set(audited(careful))


def test_rejected_document_is_not_added(slack: Town, careful: Service) -> None:
    reply = sent(slack, slack.person("olu"))
    described(slack, slack.person("olu"), reply)

    slack.person("bea").clicks(request_in(slack), actions.LIBRARY_REJECT)

    until(slack, lambda: "was not approved" in reply.text)
    assert upload_of(slack, careful, reply).state == REJECTED
    assert len(keys(careful)) == 5


def test_confidential_document_is_not_named_where_officers_read(slack: Town, careful: Service) -> None:
    """Olu alone may read it, and nobody approves their own."""
    reply = sent(slack, slack.person("olu"))

    described(slack, slack.person("olu"), reply, title="The Quartz case", audience="confidential")

    until(slack, lambda: "nobody to approve" in reply.text)
    assert "Quartz" not in shown([message.blocks for message in slack.posts("#officers")])
    assert upload_of(slack, careful, reply).state == DESCRIBED


# --- from App Home -------------------------------------------------------------------------------------------------


def home_with(slack: Town, who: Person, action_id: str) -> View:
    """The person's App Home, once it has that button."""

    def found() -> View | None:
        return who.home if who.home and f'"{action_id}"' in json.dumps(who.home.blocks) else None

    who.opens_home()
    home = until(slack, found)
    assert home is not None
    return home


def told(slack: Town, who: Person, count: int) -> str:
    """The result of the person's change number `count`, in their direct message."""
    until(slack, lambda: len(slack.posts(who.dm)) == count)
    return ended(slack, slack.posts(who.dm)[-1])


def test_document_is_withdrawn_at_once_and_restored(slack: Town, bot: Service) -> None:
    olu = slack.person("olu")
    olu.clicks(home_with(slack, olu, actions.LIBRARY_WITHDRAW), actions.LIBRARY_WITHDRAW)
    until(slack, lambda: olu.modal)

    olu.submits(values={screens.DOCUMENT: "anytown/levy", screens.REASON: "It is wrong"})

    assert "1 taken out" in told(slack, olu, 1)
    assert bot.parts.desk.state().hidden == {"anytown/levy": "It is wrong"}
    restore = actions.nth(actions.LIBRARY_RESTORE, 1)
    olu.clicks(home_with(slack, olu, restore), restore)
    assert "1 added" in told(slack, olu, 2)
    assert bot.parts.desk.state().hidden == {}
    assert [action for _, action in audited(bot)][-2:] == ["library.withdraw", "library.restore"]


def test_everything_is_read_again_and_one_goes_back(slack: Town, bot: Service) -> None:
    olu, first = slack.person("olu"), bot.parts.desk.state().live

    olu.clicks(home_with(slack, olu, actions.LIBRARY_REINDEX), actions.LIBRARY_REINDEX)
    told(slack, olu, 1)
    second = bot.parts.desk.state().live
    olu.clicks(home_with(slack, olu, actions.LIBRARY_ROLLBACK), actions.LIBRARY_ROLLBACK)
    told(slack, olu, 2)

    assert second != first
    assert bot.parts.desk.state().live == first


def test_index_is_verified(slack: Town, bot: Service) -> None:
    olu = slack.person("olu")

    olu.clicks(home_with(slack, olu, actions.LIBRARY_VERIFY), actions.LIBRARY_VERIFY)

    told(slack, olu, 1)
    assert "Every file of the index is as it was written" in shown(slack.posts(olu.dm)[-1].blocks)


# --- done again after a crash ----------------------------------------------------------------------------------------


def test_change_that_is_done_twice_happens_once(slack: Town, bot: Service) -> None:
    """As after a kill -9: the same item is claimed again, whatever had been done."""
    olu = slack.person("olu")
    reply = sent(slack, olu)
    facts = json.dumps({"title": "Dispensing", "audience": "public", "status": "current"})
    upload = upload_of(slack, bot, reply)
    payload = {"team": "T0ANYTOWN", "user": olu.id, "do": "submit", "upload": upload.id, "facts": facts}

    for attempt in (1, 2):
        library.work_change(an_item(bot, payload, attempt), bot.parts)
    done = bot.parts.records.uploads.get(upload.id)
    assert done is not None
    assert done.state == DONE
    bot.parts.records.uploads.move(upload.id, {DONE}, "running", path=upload.path)
    library.work_change(an_item(bot, payload, 3), bot.parts)

    assert sorted(keys(bot) - {"anytown/dispensing"}) == sorted(f"anytown/{n}" for n in NAMES)
    assert [action for _, action in audited(bot)].count("library.add") == 1
    assert len(slack.posts(olu.dm)) == 1


NAMES = ("levy", "merger", "rota", "negotiation", "hearing")


def test_going_back_twice_goes_back_once(slack: Town, bot: Service) -> None:
    desk, olu = bot.parts.desk, slack.person("olu")
    first = desk.state().live
    for _ in range(2):
        desk.reindex()
    second, third = desk.state().generations[-2:]
    payload = {"team": "T0ANYTOWN", "user": olu.id, "do": "rollback", "generation": second, "live": third}

    for attempt in (1, 2):
        library.work_change(replace(an_item(bot, payload, attempt), id="same"), bot.parts)
    library.work_change(an_item(bot, {**payload, "generation": str(first), "live": third}, name="late"), bot.parts)

    assert desk.state().live == second
    assert "has changed since the button was drawn" in slack.posts(olu.dm)[-1].text


def test_busy_library_is_waited_for_and_then_told(slack: Town, bot: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    olu = slack.person("olu")
    store = bot.parts.desk._change()
    payload = {"team": "T0ANYTOWN", "user": olu.id, "do": "reindex"}

    with store:
        with pytest.raises(TryLater):
            library.work_change(an_item(bot, payload), bot.parts)
        monkeypatch.setattr(changes, "MOST_BUSY_S", -1.0)
        library.work_change(an_item(bot, payload, 2), bot.parts)

    assert "Somebody is changing the library" in slack.posts(olu.dm)[-1].text


def test_what_going_back_takes_out_is_named_to_those_who_may_read_it(slack: Town, bot: Service) -> None:
    desk, bea = bot.parts.desk, slack.person("bea")
    first = desk.state().live
    for title, audience in (("Open paper", Audience.PUBLIC), ("Quartz case", Audience.CONFIDENTIAL)):
        file = desk.inbound(title) / "paper.md"
        file.parent.mkdir(parents=True)
        file.write_text(f"# {title}\n\nText of the {title}.\n", "utf-8")
        desk.add(file, Facts(title, audience))
    live = str(desk.state().live)
    payload = {"team": "T0ANYTOWN", "user": bea.id, "do": "rollback", "generation": str(first), "live": live}

    library.work_change(an_item(bot, payload), bot.parts)

    result = slack.posts(bea.dm)[-1]
    assert "Open paper" in shown(result.blocks)
    assert "Quartz" not in shown(result.blocks) + result.text
    assert "you may not read them: 1 document" in shown(result.blocks)


@pytest.mark.parametrize(("days", "state"), [(6, DESCRIBED), (8, FAILED)])
def test_upload_that_nobody_describes_is_forgotten_after_a_week(days: int, state: str, bot: Service) -> None:
    file = bot.parts.desk.inbound("u1") / "paper.md"
    file.parent.mkdir(parents=True)
    file.write_bytes(PAPER)
    created = bot.parts.records.database.now() - dt.timedelta(days=days)
    upload = Upload(id="u1", team="T0ANYTOWN", user="U0OLU", state=DESCRIBED, created=created, path=str(file))
    bot.parts.records.uploads.keep(upload)

    changes.sweep(bot.parts)

    kept = bot.parts.records.uploads.get("u1")
    assert kept is not None
    assert (kept.state, file.exists()) == (state, state == DESCRIBED)
