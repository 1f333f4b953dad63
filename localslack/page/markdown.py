"""The text of a `markdown` block → HTML.

Slack reads Markdown there and, in the same text, what stands in `<…>`: mentions and links are as live as in mrkdwn
(measured: PostHog#95054), so the page shows them live too. HTML is text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from localslack.page.emoji import draw_named
from localslack.page.mrkdwn import link, safe, token, without_trailing
from localslack.page.scene import Scene, clean

_LIVE = re.compile(r"<([@#!][^<>\n]+|[a-z]+:[^<>\n|]+\|[^<>\n]+)>")
_BARE = re.compile(r"https?://[^\s<>|]+")


def markdown(text: str, scene: Scene) -> Markup:
    """Markdown as Slack shows it: headings are bold lines, images are links."""
    # markdown-it escapes every text and attribute; HTML in the source is off, so it is text as well.
    return Markup(_parser().render(clean(text), {"scene": scene}))  # noqa: S704


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}, renderer_cls=_Renderer)
    parser.enable(["table", "strikethrough"])
    parser.inline.ruler.before("autolink", "slack", _live)
    parser.validateLink = safe  # type: ignore[method-assign]
    return parser


def _live(state: StateInline, silent: bool) -> bool:
    """The inline rule for Slack's own `<…>`."""
    match = _LIVE.match(state.src, state.pos)
    if match is None or match.end() > state.posMax:
        return False
    if not silent:
        state.push("slack", "", 0).content = match[1]
    state.pos = match.end()
    return True


class _Renderer(RendererHTML):
    """Where Slack draws something else than HTML would have it."""

    def slack(self, tokens: Sequence[Token], idx: int, _: OptionsDict, env: EnvType) -> str:
        return str(token(tokens[idx].content, env["scene"]))

    def text(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        inside_link = any(one.type == "link_open" for one in tokens[max(0, idx - 2) : idx])
        content = tokens[idx].content
        return str(draw_named(content) if inside_link else _with_links(content))

    def image(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        image = tokens[idx]
        address = str(image.attrGet("src") or "")
        return str(link(address, image.content or address))

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        tokens[idx].attrSet("target", "_blank")
        tokens[idx].attrSet("rel", "noopener noreferrer")
        return self.renderToken(tokens, idx, options, env)

    def heading_open(self, *_: object) -> str:
        return '<p class="heading">'

    def heading_close(self, *_: object) -> str:
        return "</p>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        return _cell("th", tokens[idx])

    def td_open(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        return _cell("td", tokens[idx])

    def table_open(self, *_: object) -> str:
        return '<div class="table"><table>\n'

    def table_close(self, *_: object) -> str:
        return "</table></div>\n"


def _cell(tag: str, cell: Token) -> str:
    """Its alignment as a class: the page's security policy lets no style stand in a tag."""
    align = str(cell.attrGet("style") or "").removeprefix("text-align:")
    return f'<{tag} class="{align}">' if align in ("center", "right") else f"<{tag}>"


def _with_links(text: str) -> Markup:
    """Text with its bare addresses as links."""
    drawn, at = Markup(), 0
    for match in _BARE.finditer(text):
        address = without_trailing(match[0])
        drawn += draw_named(text[at : match.start()]) + link(address, address)
        at = match.start() + len(address)
    return drawn + draw_named(text[at:])
