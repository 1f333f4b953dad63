"""Blocks → HTML that holds no mark-up but ours, whatever a bot, a document or a person put into them."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from localslack.page.elements import Place, control_id, element, image, is_group, said, text_object
from localslack.page.markdown import markdown
from localslack.page.mrkdwn import link
from localslack.page.rich import rich_text
from localslack.page.scene import Block, Scene, block_in, blocks_in, clean, escaped, only_blocks, text_in

_DEEPEST = 3  # a container or carousel holds blocks, and those may hold one more level


def draw_blocks(blocks: object, scene: Scene) -> Markup:
    """All blocks of a message or view, in their order. Never fails: a block of no known shape is named in words."""
    # What a bot sends reaches attributes and names too; nothing of it is to be unseen anywhere.
    return Markup(clean(_draw(blocks, scene, 0)))  # noqa: S704


def _draw(blocks: object, scene: Scene, depth: int) -> Markup:
    return Markup("\n").join(_block(block, scene, depth, at) for at, block in enumerate(only_blocks(blocks)))


def _block(block: Block, scene: Scene, depth: int, at: int) -> Markup:
    kind = text_in(block, "type")
    inner = _NESTING.get(kind)
    if inner is not None and depth < _DEEPEST:
        return inner(block, scene.of(f"{scene.key}.{at}") if scene.key else scene, depth + 1)
    draw = _BLOCKS.get(kind)
    if draw is None:
        return Markup('<p class="b unknown">(this page cannot draw a “{}” block)</p>').format(kind)
    return draw(block, scene)


def _place(block: Block, scene: Scene, label: str = "") -> Place:
    return Place(text_in(block, "block_id"), scene, label)


# --- text


def _section(block: Block, scene: Scene) -> Markup:
    text = block_in(block, "text")
    body = Markup('<div class="text" dir="auto">{}</div>').format(text_object(text, scene)) if text else Markup()
    if fields := blocks_in(block, "fields"):
        drawn = (Markup('<div class="field" dir="auto">{}</div>').format(text_object(one, scene)) for one in fields)
        body += Markup('<div class="fields">{}</div>').format(Markup().join(drawn))
    beside = Markup()
    if accessory := block_in(block, "accessory"):
        label = said(block_in(accessory, "placeholder"), scene) or said(text, scene)[:80]
        drawn_beside = element(accessory, _place(block, scene, label))
        beside = Markup('<div class="accessory">{}</div>').format(drawn_beside)
    return Markup('<div class="b section"><div class="body">{}</div>{}</div>').format(body, beside)


def _header(block: Block, scene: Scene) -> Markup:
    return Markup('<h3 class="b header" dir="auto">{}</h3>').format(text_object(block.get("text"), scene))


def _divider(_block: Block, _scene: Scene) -> Markup:
    return Markup('<hr class="b">')


def _context(block: Block, scene: Scene) -> Markup:
    drawn = Markup().join(
        image(one, "tiny")
        if text_in(one, "type") == "image"
        else Markup('<span class="text" dir="auto">{}</span>').format(text_object(one, scene))
        for one in blocks_in(block, "elements")
    )
    return Markup('<div class="b context">{}</div>').format(drawn)


def _markdown(block: Block, scene: Scene) -> Markup:
    return Markup('<div class="b markdown" dir="auto">{}</div>').format(markdown(text_in(block, "text"), scene))


def _rich_text(block: Block, scene: Scene) -> Markup:
    return Markup('<div class="b rich" dir="auto">{}</div>').format(rich_text(block, scene))


def _alert(block: Block, scene: Scene) -> Markup:
    level = text_in(block, "level")
    word = {"info": "Note", "warning": "Warning", "error": "Error", "success": "Done"}.get(level, "Note")
    css = level if level in ("info", "warning", "error", "success") else "default"
    return Markup('<div class="b alert {}" role="note"><b>{}:</b> <span dir="auto">{}</span></div>').format(
        css, word, text_object(block.get("text"), scene)
    )


# --- pictures, files, places elsewhere


def _image(block: Block, scene: Scene) -> Markup:
    title = text_object(block.get("title"), scene)
    caption = Markup("<figcaption>{}</figcaption>").format(title) if title else ""
    return Markup('<figure class="b image">{}{}</figure>').format(image(block, "picture"), caption)


def _elsewhere(block: Block, scene: Scene) -> Markup:
    """A video, file or call: its title, linked to where it is."""
    title = text_object(block.get("title"), scene) or escaped(text_in(block, "external_id"))
    url = text_in(block, "title_url") or text_in(block, "video_url") or text_in(block, "join_url")
    return Markup('<p class="b elsewhere">{}</p>').format(link(url, title))


# --- things to press and fill in


def _actions(block: Block, scene: Scene) -> Markup:
    drawn = Markup().join(_action(one, block, scene) for one in blocks_in(block, "elements"))
    return Markup('<div class="b actions">{}</div>').format(drawn)


def _action(one: Block, block: Block, scene: Scene) -> Markup:
    if text_in(one, "type") in ("button", "feedback_buttons", "icon_button", "overflow", "workflow_button"):
        return element(one, _place(block, scene))
    label = said(block_in(one, "placeholder"), scene) or text_in(one, "action_id").replace("_", " ") or "Choose"
    return Markup('<div class="control">{}</div>').format(element(one, _place(block, scene, label)))


def _context_actions(block: Block, scene: Scene) -> Markup:
    drawn = Markup().join(element(one, _place(block, scene)) for one in blocks_in(block, "elements"))
    return Markup('<div class="b actions context-actions">{}</div>').format(drawn)


def _input(block: Block, scene: Scene) -> Markup:
    control, block_id = block_in(block, "element"), text_in(block, "block_id")
    hint_id, error_id = scene.dom_id(block_id, "", "hint"), scene.dom_id(block_id, "", "error")
    hint, error = text_object(block.get("hint"), scene), scene.errors.get(block_id, "")
    place = Place(
        block_id, scene, required=block.get("optional") is not True, tells=block.get("dispatch_action") is True,
        described_by=" ".join(one for one, there in ((hint_id, hint), (error_id, error)) if there),
    )  # fmt: skip
    optional = Markup(' <span class="optional">(optional)</span>') if not place.required else ""
    label = text_object(block.get("label"), scene) + optional
    drawn = element(control, place)
    if hint:
        drawn += Markup('<p class="hint" id="{}">{}</p>').format(hint_id, hint)
    if error:
        drawn += Markup('<p class="error" id="{}">{}</p>').format(error_id, escaped(error))
    css = "b input wrong" if error else "b input"
    if is_group(control):
        return Markup('<fieldset class="{}"><legend>{}</legend>{}</fieldset>').format(css, label, drawn)
    named = Markup('<label for="{}">{}</label>').format(control_id(control, place), label)
    return Markup('<div class="{}">{}{}</div>').format(css, named, drawn)


# --- tables


def _table(block: Block, scene: Scene) -> Markup:
    found = block.get("rows")
    rows = [row for row in found if isinstance(row, list)] if isinstance(found, list) else []
    settings = [text_in(one, "align") for one in only_blocks(block.get("column_settings"))]
    drawn = Markup().join(_row(row, at, settings, scene) for at, row in enumerate(rows))
    caption = Markup("<caption>{}</caption>").format(escaped(told)) if (told := text_in(block, "caption")) else ""
    return Markup(
        '<div class="b table" role="region" aria-label="Table" tabindex="0"><table>{}{}</table></div>'
    ).format(caption, drawn)


def _row(cells: list[object], at: int, aligned: list[str], scene: Scene) -> Markup:
    drawn = Markup()
    for column, cell in enumerate(cells):
        tag = Markup('th scope="col"') if at == 0 else Markup("td")
        align = aligned[column] if column < len(aligned) else ""
        css = Markup(' class="{}"').format(align) if align in ("center", "right") else ""
        drawn += Markup("<{}{}>{}</{}>").format(tag, css, _cell(cell, scene), "th" if at == 0 else "td")
    return Markup("<tr>{}</tr>").format(drawn)


def _cell(cell: object, scene: Scene) -> Markup:
    if not isinstance(cell, dict):
        return Markup()
    if text_in(cell, "type") == "rich_text":
        return rich_text(cell, scene)
    number = cell.get("value")
    return escaped(text_in(cell, "text") or (str(number) if isinstance(number, int | float) else ""))


# --- blocks in blocks


def _container(block: Block, scene: Scene, depth: int) -> Markup:
    rich_title = block_in(block, "rich_text_title")
    title = rich_text(rich_title, scene) if rich_title else text_object(block.get("title"), scene)
    subtitle = text_object(block.get("subtitle"), scene)
    head = Markup('<span class="title">{}</span>').format(title)
    if subtitle:
        head += Markup(' <span class="subtitle">{}</span>').format(subtitle)
    inside = _draw(block.get("child_blocks"), scene, depth)
    if block.get("is_collapsible") is not True:
        return Markup('<div class="b container"><div class="head">{}</div>{}</div>').format(head, inside)
    key = scene.dom_id(text_in(block, "block_id"), "container")
    is_open = "" if block.get("default_collapsed") is True else Markup(" open")
    return Markup(
        '<details class="b container" id="{}"{}>'
        '<summary class="head">{}</summary><div class="inside">{}</div></details>'
    ).format(key, is_open, head, inside)


def _card(block: Block, scene: Scene) -> Markup:
    hero, icon = block_in(block, "hero_image"), block_in(block, "icon")
    parts = [image(hero, "hero") if hero else "", image(icon, "tiny") if icon else ""]
    for name in ("title", "subtitle", "body"):
        if drawn := text_object(block.get(name), scene):
            parts.append(Markup('<div class="{}" dir="auto">{}</div>').format(name, drawn))
    if buttons := blocks_in(block, "actions"):
        drawn = Markup().join(element(one, _place(block, scene)) for one in buttons)
        parts.append(Markup('<div class="actions">{}</div>').format(drawn))
    return Markup('<div class="b card">{}</div>').format(Markup().join(parts))


def _carousel(block: Block, scene: Scene, depth: int) -> Markup:
    inside = _draw(blocks_in(block, "elements"), scene, depth)
    return Markup('<div class="b carousel" role="region" aria-label="Cards" tabindex="0">{}</div>').format(inside)


_STATES = {"pending": "waiting", "in_progress": "working", "complete": "done", "error": "failed"}


def _task_card(block: Block, scene: Scene) -> Markup:
    state = _STATES.get(text_in(block, "status"), "waiting")
    more = Markup().join(
        Markup('<div class="details">{}</div>').format(rich_text(part, scene) or escaped(text_in(block, name)))
        for name in ("details", "output")
        if (part := block_in(block, name)) or text_in(block, name)
    )
    sources = Markup(" ").join(
        link(text_in(one, "url"), escaped(text_in(one, "text") or text_in(one, "url")))
        for one in blocks_in(block, "sources")
    )
    title = text_object(block.get("title"), scene)
    return Markup('<div class="b task {}"><span class="state">{}</span> <b>{}</b>{}{}</div>').format(
        state, state.capitalize(), title, more, sources
    )


def _plan(block: Block, scene: Scene, depth: int) -> Markup:
    tasks = [{"type": "task_card", **task} for task in blocks_in(block, "tasks")]
    title = text_object(block.get("title"), scene)
    return Markup('<div class="b plan"><div class="head">{}</div>{}</div>').format(title, _draw(tasks, scene, depth))


_BLOCKS: dict[str, Callable[[Block, Scene], Markup]] = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "context": _context,
    "markdown": _markdown,
    "rich_text": _rich_text,
    "alert": _alert,
    "image": _image,
    "video": _elsewhere,
    "file": _elsewhere,
    "call": _elsewhere,
    "actions": _actions,
    "context_actions": _context_actions,
    "input": _input,
    "table": _table,
    "data_table": _table,
    "card": _card,
    "task_card": _task_card,
}
_NESTING: dict[str, Callable[[Block, Scene, int], Markup]] = {
    "container": _container,
    "carousel": _carousel,
    "plan": _plan,
}
