"""views.* and blocks.validate."""

from __future__ import annotations

from localslack import screens
from localslack.errors import SlackError
from localslack.interact import saw_view
from localslack.methods import find
from localslack.payloads import view_payload
from localslack.registry import Call, method
from localslack.tiers import TIER_4
from localslack.validate import validate_blocks, validate_view
from localslack.world import Payload, View


@method("views.open", tier=TIER_4)
def open_view(call: Call) -> Payload:
    body = screens.check_view(call.args.thing("view"), "modal")
    trigger = screens.use_trigger(call.world, call.args.required("trigger_id"))
    return _shown(call, screens.open_modal(call.world, trigger.user, body))


@method("views.push", tier=TIER_4)
def push_view(call: Call) -> Payload:
    body = screens.check_view(call.args.thing("view"), "modal")
    trigger = screens.use_trigger(call.world, call.args.required("trigger_id"))
    return _shown(call, screens.push_modal(call.world, trigger.user, body))


@method("views.update", tier=TIER_4)
def update_view(call: Call) -> Payload:
    body = call.args.thing("view")
    view = _named(call)
    screens.check_hash(view, call.args.text("hash"))
    return _shown(call, screens.replace_view(call.world, view, screens.check_view(body, view.kind)))


@method("views.publish", tier=TIER_4)
def publish_view(call: Call) -> Payload:
    body = screens.check_view(call.args.thing("view"), "home")
    user = find.user(call, "user_id")
    return _shown(call, screens.publish_home(call.world, user.id, body, call.args.text("hash")))


@method("blocks.validate", tier=TIER_4)
def validate(call: Call) -> Payload:
    """Check blocks, a message or a view without showing them to anybody."""
    if "view" in call.args:
        validate_view(call.args.thing("view"))
    elif "message" in call.args:
        validate_blocks(call.args.thing("message").get("blocks") or [], "message")
    else:
        validate_blocks(call.args.items("blocks"), "message")
    return {}


def _named(call: Call) -> View:
    """The view of `view_id` or `external_id`, while it is open."""
    external = call.args.text("external_id")
    if external:
        views = (view for view in call.world.views.values() if view.body.get("external_id") == external)
        found = next(views, None)
    else:
        found = call.world.views.get(call.args.required("view_id"))
    if found is None or not found.is_open:
        raise SlackError("not_found")
    return found


def _shown(call: Call, view: View) -> Payload:
    saw_view(call.slack, view)
    return {"view": view_payload(call.world, view)}
