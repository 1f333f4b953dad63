"""Who else comes in: colleagues without Slack, by links of their own, and the LMC, where it is shared with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from assess.desk import Assessing
from assess.model import LMC, May, Member, Who
from corpus.errors import AssessmentRefused
from scoring.instrument import Kind
from web.door import Door, Visit, html, see
from web.draw import Notice
from web.filling import GO
from web.layout import draw
from web.passes import Passes

LONGEST_NAME = 80
_BANNERS = {"share": "It is shared with the officers of your LMC.", "unshare": "It is no longer shared with the LMC."}


def routes(
    desk: Assessing, passes: Passes, now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
) -> list[BaseRoute]:
    """`people` and `sharing` of an assessment."""
    door = Door(desk, passes, now)
    people = People(door)
    sharing = Sharing(door)
    return [
        Route("/assessment/{token}/people", door(people.show), methods=["GET"]),
        Route("/assessment/{token}/people", door(people.change), methods=["POST"]),
        Route("/assessment/{token}/sharing", door(sharing.show), methods=["GET"]),
        Route("/assessment/{token}/sharing", door(sharing.change), methods=["POST"]),
    ]


@dataclass(frozen=True, slots=True)
class GuestLine:
    member: str
    name: str
    is_you: bool


@dataclass(frozen=True, slots=True)
class GuestLink:
    """A link for a colleague, shown once; the next one is as good."""

    name: str
    address: str
    until: dt.date


@dataclass(frozen=True, slots=True)
class People:
    """The people of a practice. Guests work on what the practice works on together; partner skills stay in Slack and on
    paper, as whoever makes a link can also open it."""

    door: Door

    def show(self, visit: Visit) -> Response:
        return self._draw(visit) if self._may(visit) else see(visit.to("start"))

    def change(self, visit: Visit) -> Response:
        if not self._may(visit):
            return see(visit.to("start"))
        match visit.form.get(GO):
            case "link":
                return self._link(visit, self._guest(visit))
            case "remove":
                return self._remove(visit, self._guest(visit))
            case _:
                return self._invite(visit)

    def _may(self, visit: Visit) -> bool:
        return visit.may(May.SHARE) and visit.opened.instrument.kind is not Kind.SKILLS

    def _invite(self, visit: Visit) -> Response:
        name = " ".join(visit.form.get("name", "").split())
        if not name:
            return self._draw(visit, name=name, problem="Enter the name of your colleague", status=422)
        if len(name) > LONGEST_NAME:
            return self._draw(
                visit, name=name, problem=f"Shorten the name to {LONGEST_NAME} characters or fewer", status=422
            )
        return self._link(visit, self.door.desk.invite(visit.who, visit.opened.practice.id, name))

    def _link(self, visit: Visit, guest: Member) -> Response:
        now = self.door.now()
        address = self.door.passes.address(visit.who.team, guest.member, visit.id, now)
        until = (now + dt.timedelta(days=self.door.passes.valid_days)).date()
        return self._draw(visit, link=GuestLink(guest.name, address, until))

    def _remove(self, visit: Visit, guest: Member) -> Response:
        self.door.desk.remove_member(visit.who, visit.opened.practice.id, guest.member)
        if guest.member == visit.who.member:
            left = Notice("You have left the practice", ("Your link does not open its questionnaires any more.",))
            return self.door.notice(left, 200)
        return see(visit.to("people"))

    def _guest(self, visit: Visit) -> Member:
        """Raises: AssessmentRefused for anybody who is no guest of this practice."""
        wanted = visit.form.get("guest", "")
        for member in self._members(visit):
            if member.member == wanted and Who(visit.who.team, wanted).is_guest:
                return member
        raise AssessmentRefused("This colleague is not one of your practice any more.")

    def _members(self, visit: Visit) -> list[Member]:
        return list(self.door.desk.members(visit.who, visit.opened.practice.id))

    def _draw(
        self, visit: Visit, *, link: GuestLink | None = None, name: str = "", problem: str = "", status: int = 200
    ) -> Response:
        members = self._members(visit)
        guests = [
            GuestLine(one.member, one.name, one.member == visit.who.member)
            for one in members
            if Who(visit.who.team, one.member).is_guest
        ]
        return html(draw(
            "people.html", visit.prefix, visit=visit, title=visit.opened.instrument.title, guests=guests, link=link,
            name=name, name_problem={"text": problem} if problem else "",
            slack_words=_slack_words(len(members) - len(guests)),
            problems=[{"text": problem, "href": "#name"}] if problem else [],
        ), status)  # fmt: skip


def _slack_words(count: int) -> str:
    if count == 0:
        return "Nobody of your practice uses Slack."
    return "1 person uses Slack." if count == 1 else f"{count} people use Slack."


@dataclass(frozen=True, slots=True)
class Sharing:
    """What a practice lets the LMC read."""

    door: Door

    def show(self, visit: Visit) -> Response:
        if not visit.may(May.SHARE):
            return see(visit.to("start"))
        shares = self.door.desk.shares(visit.who, visit.id)
        with_lmc = next((one.at.date() for one in shares if one.reader == LMC), None)
        return html(draw(
            "sharing.html", visit.prefix, visit=visit, title=visit.opened.instrument.title, with_lmc=with_lmc,
            others=_others_words(sum(one.reader != LMC for one in shares)),
            banner=_BANNERS.get(visit.query.get("done", ""), ""),
        ))  # fmt: skip

    def change(self, visit: Visit) -> Response:
        if visit.form.get(GO) == "unshare":
            self.door.desk.unshare(visit.who, visit.id, LMC)
            return see(visit.to("sharing?done=unshare"))
        self.door.desk.share(visit.who, visit.id, LMC)
        return see(visit.to("sharing?done=share"))


def _others_words(count: int) -> str:
    if count == 0:
        return ""
    people = "1 more person" if count == 1 else f"{count} more people"
    return f"It is also shared with {people}. You can change that in the assistant's Home in Slack."
