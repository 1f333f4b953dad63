"""A `rich_text` block → HTML."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from localslack.page.emoji import draw_emoji
from localslack.page.moments import fill, moment
from localslack.page.mrkdwn import broadcast, link, mention_group, mention_user
from localslack.page.scene import Block, Scene, block_in, blocks_in, escaped, number_in, text_in

_STYLES = (
    ("code", Markup("<code>{}</code>")),
    ("strike", Markup("<s>{}</s>")),
    ("italic", Markup("<i>{}</i>")),
    ("bold", Markup("<b>{}</b>")),
    ("underline", Markup("<u>{}</u>")),
)


def rich_text(block: Block, scene: Scene) -> Markup:
    """All elements of a rich_text block, one below the other."""
    return Markup().join(_element(element, scene) for element in blocks_in(block, "elements"))


def _element(element: Block, scene: Scene) -> Markup:
    kind = text_in(element, "type")
    if kind == "rich_text_list":
        return _list(element, scene)
    inside = Markup().join(_part(part, scene) for part in blocks_in(element, "elements"))
    if kind == "rich_text_quote":
        return Markup("<blockquote>{}</blockquote>").format(inside)
    if kind == "rich_text_preformatted":
        return Markup('<pre class="code">{}</pre>').format(inside)
    return Markup('<div class="line">{}</div>').format(inside)


def _list(element: Block, scene: Scene) -> Markup:
    items = Markup().join(
        Markup("<li>{}</li>").format(Markup().join(_part(part, scene) for part in blocks_in(item, "elements")))
        for item in blocks_in(element, "elements")
    )
    indent = min(number_in(element, "indent"), 8)
    if text_in(element, "style") == "ordered":
        start = number_in(element, "offset") + 1
        return Markup('<ol class="indent{}" start="{}">{}</ol>').format(indent, start, items)
    return Markup('<ul class="indent{}">{}</ul>').format(indent, items)


def _part(part: Block, scene: Scene) -> Markup:
    draw = _PARTS.get(text_in(part, "type"))
    drawn = draw(part, scene) if draw else escaped(text_in(part, "text"))
    style = block_in(part, "style")
    for name, around in _STYLES:
        if style.get(name) is True:
            drawn = around.format(drawn)
    return drawn


def _link(part: Block, _: Scene) -> Markup:
    url = text_in(part, "url")
    return link(url, escaped(text_in(part, "text") or url))


def _channel(part: Block, scene: Scene) -> Markup:
    name = scene.directory.channels.get(text_in(part, "channel_id"), "private channel")
    return Markup('<span class="mention">#{}</span>').format(name)


def _date(part: Block, scene: Scene) -> Markup:
    when = moment(number_in(part, "timestamp"), scene.tz)
    pattern = text_in(part, "format") or "{date_short}"
    shown = fill(pattern, when, scene.now.astimezone(scene.tz)) if when else text_in(part, "fallback")
    return link(url, escaped(shown)) if (url := text_in(part, "url")) else escaped(shown)


_PARTS: dict[str, Callable[[Block, Scene], Markup]] = {
    "link": _link,
    "emoji": lambda part, _: draw_emoji(text_in(part, "name")),
    "user": lambda part, scene: mention_user(text_in(part, "user_id"), scene),
    "usergroup": lambda part, scene: mention_group(text_in(part, "usergroup_id"), scene),
    "channel": _channel,
    "broadcast": lambda part, _: broadcast(text_in(part, "range")),
    "date": _date,
    "color": lambda part, _: escaped(text_in(part, "value")),
}
