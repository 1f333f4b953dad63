"""users.* and usergroups.*."""

from __future__ import annotations

from localslack.errors import SlackError
from localslack.methods import find
from localslack.payloads import group_payload, user_payload
from localslack.registry import Call, method
from localslack.tiers import TIER_2, TIER_3, TIER_4
from localslack.world import Payload, User


@method("users.info", "users:read", tier=TIER_4)
def info(call: Call) -> Payload:
    return {"user": _payload(call, find.user(call))}


@method("users.list", "users:read", tier=TIER_2)
def list_users(call: Call) -> Payload:
    """Everybody of this workspace, deactivated people too; not those met in shared channels."""
    own = [user for user in call.world.users.values() if not user.is_stranger]
    found, more = find.page(call, own, limit=len(own) or 1)
    return {"members": [_payload(call, user) for user in found], "cache_ts": int(call.world.clock.now()), **more}


@method("users.lookupByEmail", "users:read.email", tier=TIER_3)
def lookup_by_email(call: Call) -> Payload:
    email = call.args.required("email").lower()
    for user in call.world.users.values():
        if user.email.lower() == email and not user.deleted and not user.is_stranger:
            return {"user": _payload(call, user)}
    raise SlackError("users_not_found")


@method("usergroups.list", "usergroups:read", tier=TIER_2)
def list_groups(call: Call) -> Payload:
    with_users, team = call.args.flag("include_users"), call.world.team.id
    return {"usergroups": [group_payload(group, team, users=with_users) for group in call.world.groups.values()]}


@method("usergroups.users.list", "usergroups:read", tier=TIER_2)
def list_group_users(call: Call) -> Payload:
    group = call.world.groups.get(call.args.required("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}


def _payload(call: Call, user: User) -> Payload:
    email = "users:read.email" in call.token.scopes
    return user_payload(user, email=email, locale=call.args.flag("include_locale"))
