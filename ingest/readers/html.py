"""A web page → blocks: what it says, without the menus, banners and footers that stand around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import TypeAlias

from lxml import etree
from lxml import html as lxml_html

from corpus.errors import DocumentHasNoText
from corpus.when import When
from ingest.blocks import BlockKind, Reading
from ingest.readers.dates import find_published
from ingest.readers.encoding import decode
from ingest.readers.layout import (
    BULLET,
    Cell,
    Writer,
    join_lines,
    list_number,
    sensible_title,
    squeeze,
    table_rows,
    words,
)

Element: TypeAlias = etree._Element

_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.I)
_DROPPED = words(
    "script style noscript template iframe object embed applet canvas svg audio video map head title link meta "
    "button input select option optgroup textarea datalist progress meter dialog nav aside frame frameset"
)
_ROLES = words("navigation banner contentinfo complementary search menu menubar toolbar tablist dialog alertdialog")
_CONTAINERS = words("div section ul ol p span a form table header footer details dl figure")
# Words of class names that furniture is known by; matched between the hyphens of one class.
_FURNITURE = re.compile(
    r"(?:.*[-_])?(?:breadcrumbs?|cookies?|skip[-_]?(?:link|nav|to[-_]?content|to[-_]?main)s?|menu|navbar|nav|navigation|"
    r"share|sharing|social|related|sidebar|pagination|pager|advert|headerlink|feedback|toc|sr-only|"
    r"visually[-_]?hidden|screen-reader-text|d-none|noprint)(?:[-_].*)?", re.I)  # fmt: skip
_FURNITURE_IDS = words(
    "breadcrumb breadcrumbs cookie-banner cookie-message cookies nav navigation menu sidebar header footer skip-link "
    "skiplink related toc"
)
_UNSHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_SCRIPTS = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.I | re.S)
_TAG = re.compile(r"<[^<>]*>")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = words(
    "p div section article main header footer blockquote figure figcaption details summary address form fieldset "
    "legend center hgroup body html dd dt dl ul ol li table caption thead tbody tfoot tr td th hr noframes"
)
_LIST_TYPES = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_DATES = (
    "article:published_time", "dcterms.issued", "dc.date.issued", "dcterms.created", "date", "dc.date",
    "publication_date", "datepublished", "article:modified_time", "dcterms.modified", "dc.date.modified",
    "og:updated_time", "last-modified", "govuk:first-published-at", "govuk:public-updated-at",
)  # fmt: skip
# Deeper nesting than any page has is read flat: the walk below is recursive.
_DEEPEST = 80


def read_html(data: bytes) -> Reading:
    """Read a web page, or a part of one.

    Raises: DocumentHasNoText where there is no element at all.
    """
    root = _tree(data)
    published = _published(root)
    page_title = _page_title(root)
    _drop_unseen(root)
    body = _body(root)
    main = _main(body)
    writer = Writer()
    _Walk(writer).block(main if main is not None else body)
    first = next((b.text for b in writer.blocks if b.kind is BlockKind.HEADING and b.level == 1), None)
    heading = first or next((text for h1 in root.iter("h1") if (text := squeeze(_all_text(h1)))), None)
    lines = [block.text for block in writer.blocks]
    return Reading(
        format="html",
        blocks=writer.blocks,
        title=heading or page_title,
        published=published or find_published("\n".join([*lines[:40], *lines[-5:]])),
    )


def write_fragment(markup: str, writer: Writer) -> None:
    """Write the text of a piece of HTML, as it stands in Markdown, into blocks."""
    try:
        root = _tree(markup.encode())
    except DocumentHasNoText:
        return
    _drop_unseen(root)
    _Walk(writer).block(root)


def _tree(data: bytes) -> Element:
    found = _DECLARED.search(data[:4096])
    text = decode(data, found.group(1).decode("ascii", "ignore") if found else None)
    # huge_tree: old pages that never close a tag nest deeper than the 256 levels that are read without it.
    parser = lxml_html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise DocumentHasNoText("no text was found in it") from error
    if any("depth" in entry.message for entry in parser.error_log):  # what nests deeper still has been cut off
        return _flattened(text)
    return root


def _flattened(text: str) -> Element:
    """A page that nests beyond reason, without its tags."""
    body = lxml_html.Element("body")
    body.text = unescape(_TAG.sub(" ", _SCRIPTS.sub(" ", text)))
    return body


def _name(element: Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _attribute(element: Element, name: str) -> str:
    return str(element.get(name) or "")


def _all_text(element: Element) -> str:
    return "".join(str(text) for text in element.itertext())


def _letters(element: Element) -> int:
    """How much text stands in an element, white space apart."""
    return len("".join(_all_text(element).split()))


def _body(root: Element) -> Element:
    body = root.find("body")
    return root if body is None else body


def _published(root: Element) -> When | None:
    """The date in the page's metadata, then that of a `<time>` near the top."""
    given: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (_attribute(meta, "property") or _attribute(meta, "name") or _attribute(meta, "itemprop")).lower()
        given.setdefault(name, _attribute(meta, "content"))
    times = [_attribute(time, "datetime") for time in list(root.iter("time"))[:2]]
    for text in [*(given[name] for name in _DATES if name in given), *times]:
        try:
            return When.parse(text.strip()[:10])
        except ValueError:
            continue
    return None


def _page_title(root: Element) -> str | None:
    """`<title>` without the name of the site after it."""
    title = squeeze(" ".join(_all_text(e) for e in list(root.iter("title"))[:1]))
    parts = re.split(r"\s+(?:[|·»:]|::|-|–|—)\s+", f" {title} ")
    return sensible_title(parts[0])


def _drop_unseen(root: Element) -> None:
    """Take out what is not shown, and what is shown on every page of a site."""
    total = max(_letters(_body(root)), 1)
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or _name(element) in ("html", "body", "main"):
            continue
        if _is_unseen(element) or (_is_furniture(element) and _letters(element) <= total / 2):
            _drop(element)


def _is_unseen(element: Element) -> bool:
    name = _name(element)
    if name in _DROPPED and name not in ("nav", "aside"):
        return True
    if name in ("sup", "a") and _is_footnote_mark(element, name):
        return True
    hidden = element.get("hidden") is not None or _attribute(element, "aria-hidden").lower() == "true"
    return hidden or _UNSHOWN.search(_attribute(element, "style")) is not None


def _is_footnote_mark(element: Element, name: str) -> bool:
    """A raised number that leads to a footnote, which would run into the word before it; or the way back from one."""
    if name == "a":
        return _all_text(element).strip(" \ufe0e") in ("↩", "↑", "¶")
    return (
        len(element) == 1
        and _name(element[0]) == "a"
        and re.fullmatch(r"\W*\w{1,3}\W*", _all_text(element)) is not None
    )


def _is_furniture(element: Element) -> bool:
    name = _name(element)
    if name in ("nav", "aside") or _attribute(element, "role").lower() in _ROLES:
        return True
    if name in ("header", "footer") and not _within_content(element):
        return next(element.iter("h1"), None) is None
    if name not in _CONTAINERS:
        return False
    named = any(_FURNITURE.fullmatch(each) for each in _attribute(element, "class").split())
    furniture = named or _attribute(element, "id").lower() in _FURNITURE_IDS
    return furniture and next(element.iter("h1", "main"), None) is None


def _within_content(element: Element) -> bool:
    return any(_name(each) in ("main", "article", "section", "blockquote") for each in element.iterancestors())


def _drop(element: Element) -> None:
    """Remove an element but not the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    tail = f" {element.tail}" if element.tail else ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _main(body: Element) -> Element | None:
    """The element with the page's own text, where the page marks one that holds most of it."""
    total = _letters(body)
    marked = [e for e in body.iter("main", "div", "section") if _name(e) == "main" or _attribute(e, "role") == "main"]
    articles = list(body.iter("article"))
    for candidates, share in ((marked, 0.4), (articles, 0.5)):
        best = max(candidates, key=_letters, default=None)
        if best is not None and _letters(best) >= max(share * total, 1):
            return best
    _drop_link_lists(body)
    return None


def _drop_link_lists(body: Element) -> None:
    """On a page that marks no main part, lists of nothing but short links are menus."""
    for element in list(body.iter("ul", "ol", "div", "p")):
        links = list(element.iter("a"))
        inside = sum(_letters(link) for link in links)
        total = _letters(element)
        if len(links) >= 4 and inside > 0.85 * total and inside < 25 * len(links) and total < _letters(body) / 2:
            _drop(element)


@dataclass(slots=True)
class _List:
    """The counter of an `ol`; `style` is empty for a `ul`."""

    style: str
    count: int = 0
    step: int = 1

    def marker(self, item: Element) -> str:
        own = _attribute(item, "value")
        self.count = int(own) if re.fullmatch(r"-?\d{1,6}", own) else self.count + self.step
        return f"{list_number(self.count, self.style)}." if self.style else BULLET


class _Walk:
    """Writes an element's text: inline text is gathered until a block begins or ends."""

    def __init__(self, writer: Writer, depth: int = 0) -> None:
        self._writer = writer
        self._parts: list[str] = []
        self._depth = depth

    def block(self, element: Element) -> None:
        self._flush()
        self._children(element)
        self._flush()

    def _flush(self) -> None:
        text = squeeze("".join(self._parts))
        self._parts.clear()
        if text:
            self._writer.text(text)

    def _children(self, element: Element) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            self._parts.append(_all_text(element))
        else:
            self._parts.append(element.text or "")
            for each in element:
                self._element(each)
                self._parts.append(each.tail or "")
        self._depth -= 1

    def _element(self, element: Element) -> None:
        name = _name(element)
        if name in _HEADINGS:
            self._heading(element, _HEADINGS[name])
        elif name in ("ul", "ol", "menu", "dir"):
            self._list(element, name)
        elif name == "table":
            self._table(element)
        elif name in ("pre", "xmp", "listing"):
            self._preformatted(element)
        elif name == "dl":
            self._definitions(element)
        elif name == "br":
            self._break(element)
        elif name == "q":
            self._parts.append("“")
            self._children(element)
            self._parts.append("”")
        elif name in _BLOCKS:
            self.block(element)
        elif name:
            self._children(element)

    def _heading(self, element: Element, level: int) -> None:
        """A heading; blocks that an unclosed tag put inside it are read after it."""
        self._flush()
        swallowed = [each for each in element if _name(each) in _BLOCKS - {"div"}]
        for each in swallowed:
            element.remove(each)
        text = squeeze(_all_text(element))
        if self._writer.depth:
            self._writer.text(text)
        else:
            self._writer.heading(level, text)
        for each in swallowed:
            self.block(each)

    def _break(self, element: Element) -> None:
        """One line break goes on with the sentence; two end the paragraph, as old pages write them."""
        following = element.getnext()
        doubled = following is not None and _name(following) == "br" and not (element.tail or "").strip()
        if doubled and not self._writer.depth:
            self._flush()
        self._parts.append(" ")

    def _list(self, element: Element, name: str) -> None:
        self._flush()
        items = [each for each in element if _name(each) == "li"]
        counter = _counter(element, len(items)) if name == "ol" else _List("")
        for each in element:
            if _name(each) == "li":
                self._writer.open_item(counter.marker(each))
                self.block(each)
                self._writer.close_item()
            else:  # a list put straight into a list is one level deeper
                inside = _name(each) in ("ul", "ol")
                self._nested(each) if inside else self._element(each)
            self._parts.append(each.tail or "")
        self._flush()

    def _nested(self, element: Element) -> None:
        self._writer.open_item("")
        self._element(element)
        self._writer.close_item()

    def _preformatted(self, element: Element) -> None:
        self._flush()
        self._writer.text(_all_text(element).strip("\n").rstrip())

    def _definitions(self, element: Element) -> None:
        """Each term with its first description: `Term: description`."""
        self._flush()
        term = ""
        for each in _terms(element):
            text = self._flat(each)
            if _name(each) == "dt":
                term = f"{term}, {text}" if term else text
            elif text:
                self._writer.text(f"{term.rstrip(':')}: {text}" if term else text)
                term = ""
        self._writer.text(term)

    def _table(self, table: Element) -> None:
        self._flush()
        rows = [[cell for cell in row if _name(cell) in ("td", "th")] for row in _rows(table)]
        rows = [row for row in rows if row]
        for caption in table.findall("caption"):
            self.block(caption)
        if _is_layout(table, rows):
            for row in rows:
                for cell in row:
                    self.block(cell)
            return
        heads = _header_rows(rows)
        self._writer.rows(table_rows([[self._cell(cell) for cell in row] for row in rows], heads))

    def _cell(self, cell: Element) -> Cell:
        spans = [_attribute(cell, name) for name in ("colspan", "rowspan")]
        across, down = (int(text) if re.fullmatch(r"\d{1,4}", text) else 1 for text in spans)
        return Cell(self._flat(cell), across, down)

    def _flat(self, element: Element) -> str:
        """All that stands in an element as one line, its blocks parted."""
        writer = Writer()
        _Walk(writer, self._depth + 1).block(element)
        return join_lines(squeeze(block.text) for block in writer.blocks)


def _terms(element: Element) -> Iterator[Element]:
    """The terms and descriptions of a list, also where they stand in groups; not those of a list inside."""
    for each in element:
        if _name(each) in ("dt", "dd"):
            yield each
        elif _name(each) == "div":
            yield from (inner for inner in each if _name(inner) in ("dt", "dd"))


def _counter(element: Element, items: int) -> _List:
    start = _attribute(element, "start")
    reverse = element.get("reversed") is not None
    first = int(start) if re.fullmatch(r"-?\d{1,6}", start) else items if reverse else 1
    step = -1 if reverse else 1
    return _List(_LIST_TYPES.get(_attribute(element, "type"), "decimal"), first - step, step)


def _rows(table: Element) -> Iterator[Element]:
    """A table's own rows, not those of tables inside it."""
    for each in table:
        if _name(each) == "tr":
            yield each
        elif _name(each) in ("thead", "tbody", "tfoot"):
            yield from _rows(each)


def _is_layout(table: Element, rows: list[list[Element]]) -> bool:
    """Whether a table only sets things side by side: one column, or whole parts of the page in its cells."""
    if _attribute(table, "role") in ("presentation", "none") or max((len(row) for row in rows), default=0) <= 1:
        return True
    if any(_name(cell) == "th" for row in rows for cell in row):
        return False
    return any(inner is not table for inner in table.iter("h1", "h2", "h3", "table"))


def _header_rows(rows: list[list[Element]]) -> int:
    count = 0
    for row in rows[: len(rows) - 1]:
        parent = row[0].getparent()
        section = parent.getparent() if parent is not None else None
        in_head = section is not None and _name(section) == "thead"
        if not in_head and not all(_name(cell) == "th" for cell in row):
            break
        count += 1
    return count
