"""Slack's mrkdwn → HTML, as Slack reads it; whatever is not its mark-up is text, and stays text.

Source: docs.slack.dev, "Formatting message text"; slack.md §1.7 for what is live inside `<…>`.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from markupsafe import Markup

from localslack.page.emoji import NAME, character, draw_emoji, draw_named
from localslack.page.moments import fill, moment
from localslack.page.scene import Scene, clean

_FENCE = re.compile(r"```(.+?)```", re.S)
_PIECE = re.compile(rf"`[^`\n]+`|<[^<>\n]+>|{NAME}|https?://[^\s<>|]+|[*_~]")
_TOKEN = re.compile(r"<([^<>\n]+)>")
_QUOTED = re.compile(r"(?:>|&gt;) ?")
_QUOTED_REST = re.compile(r"(?:>|&gt;){3} ?")
_STYLES = {
    "*": (Markup("<b>"), Markup("</b>")),
    "_": (Markup("<i>"), Markup("</i>")),
    "~": (Markup("<s>"), Markup("</s>")),
}
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_BROADCASTS = frozenset({"here", "channel", "everyone", "group"})


def mrkdwn(text: str, scene: Scene) -> Markup:
    """Text with Slack's mark-up as HTML: line breaks are kept as they are, the style sheet shows them."""
    drawn = Markup()
    for at, piece in enumerate(_FENCE.split(clean(text))):
        if at % 2:
            drawn += Markup('<pre class="code">{}</pre>').format(_verbatim(piece.strip("\n"), scene))
        else:
            drawn += _lines(piece.removeprefix("\n") if at else piece, scene)
    return drawn


def plain(text: str, *, named_emoji: bool = True) -> Markup:
    """A plain_text object: no mark-up but, where it asks for them, emoji by name."""
    return draw_named(clean(text)) if named_emoji else Markup("{}").format(clean(text))


def decode(text: str) -> str:
    """Text without Slack's three entities."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def words(text: str, scene: Scene) -> str:
    """What a screen reader or a notification says of mrkdwn: its text without mark-up."""
    drawn = str(mrkdwn(text, scene))
    for tag in ("<blockquote>", "</blockquote>", "<pre", "</pre>"):
        drawn = drawn.replace(tag, f" {tag}")
    return str(Markup(drawn).striptags())  # noqa: S704 - it was Markup before the blanks were put in


def link(url: str, label: Markup | str) -> Markup:
    """A link to another site, or only its text where the address is none that a browser may follow."""
    if not safe(url):
        return Markup("{}").format(label)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(clean(url), label)


def without_trailing(address: str) -> str:
    """A bare address without what more likely ends the sentence or its emphasis."""
    while (shorter := address.rstrip(".,;:!?)'\"*_~").removesuffix("&gt;").removesuffix("&quot;")) != address:
        address = shorter
    return address


def safe(url: str) -> bool:
    """Whether `url` has a scheme that a link may have."""
    try:
        return urlsplit(clean(url)).scheme.lower() in _SCHEMES
    except ValueError:
        return False


def token(inner: str, scene: Scene) -> Markup:
    """What stands between `<` and `>`: a mention, a date or a link."""
    target, _, label = inner.partition("|")
    if inner[0] == "@":
        return mention_user(target[1:], scene, decode(label))
    if inner[0] == "#":
        name = scene.directory.channels.get(target[1:]) or decode(label) or "private channel"
        return Markup('<span class="mention">#{}</span>').format(name)
    if inner[0] == "!":
        return _special(target[1:], decode(label), scene)
    url = decode(target)
    if not safe(url):
        return Markup("{}").format(f"<{decode(inner)}>")
    return link(url, draw_named(decode(label)) if label else url.removeprefix("mailto:"))


def mention_user(user: str, scene: Scene, label: str = "") -> Markup:
    """A mention of a person; the viewer's own stands out."""
    name = scene.directory.users.get(user) or label or user
    mine = " me" if user == scene.viewer else ""
    return Markup('<span class="mention{}">@{}</span>').format(mine, name)


def mention_group(group: str, scene: Scene, label: str = "") -> Markup:
    """A mention of a user group."""
    name = scene.directory.groups.get(group) or label.removeprefix("@") or group
    mine = " me" if group in scene.viewer_groups else ""
    return Markup('<span class="mention{}">@{}</span>').format(mine, name)


def broadcast(name: str) -> Markup:
    """A mention of everybody."""
    return Markup('<span class="mention me">@{}</span>').format(name)


def _special(target: str, label: str, scene: Scene) -> Markup:
    kind, *parts = target.split("^")
    if kind in _BROADCASTS:
        return broadcast(kind)
    if kind == "subteam" and parts:
        return mention_group(parts[0], scene, label)
    if kind == "date" and len(parts) >= 2:
        return _date(parts, label, scene)
    return Markup("{}").format(label or f"<!{target}>")


def _date(parts: list[str], fallback: str, scene: Scene) -> Markup:
    when = moment(parts[0], scene.tz)
    shown = fill(decode(parts[1]), when, scene.now.astimezone(scene.tz)) if when else fallback
    drawn = (
        Markup('<time datetime="{}">{}</time>').format(when.isoformat(), shown) if when else Markup("{}").format(shown)
    )
    return link(decode(parts[2]), drawn) if len(parts) > 2 else drawn


def _lines(text: str, scene: Scene) -> Markup:
    """Lines of text, those that are quoted together in one quotation."""
    drawn, quoted, after_quote = Markup(), list[str](), False
    lines = text.split("\n") if text else []
    for at, line in enumerate(lines):
        if rest := _QUOTED_REST.match(line):
            quoted += [line[rest.end() :], *lines[at + 1 :]]
            break
        if quote := _QUOTED.match(line):
            quoted.append(line[quote.end() :])
            continue
        if quoted:
            drawn, quoted, after_quote = drawn + _quote(quoted, scene), [], True
        drawn += ("" if at == 0 or after_quote else "\n") + _inline(line, scene)
        after_quote = False
    return drawn + (_quote(quoted, scene) if quoted else "")


def _quote(lines: list[str], scene: Scene) -> Markup:
    return Markup("<blockquote>{}</blockquote>").format(Markup("\n").join(_inline(line, scene) for line in lines))


def _verbatim(text: str, scene: Scene) -> Markup:
    """Code: without styles, but what stands in `<…>` is read there too, as Slack does."""
    drawn, at = Markup(), 0
    for match in _TOKEN.finditer(text):
        drawn += Markup("{}{}").format(decode(text[at : match.start()]), token(match[1], scene))
        at = match.end()
    return drawn + Markup("{}").format(decode(text[at:]))


def _inline(line: str, scene: Scene) -> Markup:
    """One line, in one pass: a style that is not closed stays the character that it is."""
    drawn: list[Markup | str] = []
    opened: list[tuple[str, int]] = []
    at = 0
    while match := _PIECE.search(line, at):
        drawn.append(Markup("{}").format(decode(line[at : match.start()])))
        piece = match[0]
        at = match.end()
        if piece in _STYLES:
            _style(piece, line, match.start(), drawn, opened)
        elif piece.startswith("http"):
            address = without_trailing(piece)
            at = match.start() + len(address)
            drawn.append(link(decode(address), decode(address)))
        else:
            drawn.append(_piece(piece, scene))
    drawn.append(Markup("{}").format(decode(line[at:])))
    return Markup().join(drawn)


def _piece(piece: str, scene: Scene) -> Markup:
    if piece[0] == "`":
        return Markup("<code>{}</code>").format(_verbatim(piece[1:-1], scene))
    if piece[0] == "<":
        return token(piece[1:-1], scene)
    name = piece.strip(":")
    return draw_emoji(name) if character(name) else Markup("{}").format(piece)


def _style(mark: str, line: str, at: int, drawn: list[Markup | str], opened: list[tuple[str, int]]) -> None:
    before, after = line[at - 1 : at], line[at + 1 : at + 2]
    closes = bool(before.strip()) and before != mark and not after.isalnum()
    if closes and any(waiting == mark for waiting, _ in opened):
        while (top := opened.pop())[0] != mark:
            pass  # what was opened inside and not closed stays text
        drawn[top[1]] = _STYLES[mark][0]
        drawn.append(_STYLES[mark][1])
        return
    if after.strip() and after != mark and not before.isalnum():
        opened[:] = [one for one in opened if one[0] != mark]  # the later opening is the one that counts
        opened.append((mark, len(drawn)))
    drawn.append(Markup("{}").format(mark))
