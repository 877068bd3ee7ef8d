"""A report as a PDF file: headings, text, APA tables, figures, tagged for screen readers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from reports.document import Block, Bullets, Document, Exhibit, Facts, Heading, Notice, Paragraph
from reports.draw_matplotlib import TALLEST, WIDTH, draw
from reports.text import marked, said
from reports.write import typ
from reports.write.layout import layout


def write(report: Document) -> bytes:
    """The report as the bytes of a .pdf; the same report gives the same bytes."""
    files: dict[str, bytes] = {}
    head = f"#text(size: 20pt)[#title[{typ.literal(report.title)}]]\n\n#emph[{typ.literal(report.subtitle)}]\n"
    body = "\n\n".join(_set(_levelled(report.blocks), files))
    return typ.compiled(typ.document(report.title, report.language, f"{head}\n{body}"), files)


def _levelled(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks with no level of heading left out, for readers' programs find their way by them."""
    level = 0
    for block in blocks:
        if isinstance(block, Heading):
            level = min(block.level, level + 1, 3)
            yield replace(block, level=level)
        else:
            yield block


def _set(blocks: Iterable[Block], files: dict[str, bytes]) -> Iterator[str]:
    """Each block set; wide tables that follow one another share pages that lie on their side."""
    for turned, group in groupby(blocks, lambda block: isinstance(block, Exhibit) and layout(block.table).landscape):
        made = [_block(block, files) for block in group]
        yield from [typ.on_its_side(made)] if turned else made


def _block(block: Block, files: dict[str, bytes]) -> str:
    if isinstance(block, Heading):
        return f"#heading(level: {block.level})[{typ.literal(block.text)}]"
    if isinstance(block, Paragraph):
        return typ.rich(block.text)
    if isinstance(block, Notice):
        return f"#block(inset: (left: 10pt), stroke: (left: 2pt))[#strong[Please note.] {typ.rich(block.text)}]"
    if isinstance(block, Bullets):
        return "#list(" + ", ".join(f"[{typ.rich(item)}]" for item in block.items) + ")"
    if isinstance(block, Facts):
        return "\n\n".join(f"#strong[{typ.literal(name)}.] {typ.rich(value)}" for name, value in block.rows)
    if isinstance(block, Exhibit):
        return typ.table(block.table)
    name = f"figure-{block.number}.svg"
    drawn = draw(block.figure, "svg")
    files[name] = drawn.encode("utf-8") if isinstance(drawn, str) else drawn
    note = marked("*Note.* {note}", note=block.figure.note) if block.figure.note else ()
    width = min(WIDTH * 72, 451, TALLEST / _upright(files[name]))
    return (
        "#block(breakable: false, above: 1.4em, below: 1.6em)[\n"
        f"#block(below: 0.5em)[#strong[{typ.literal(block.label)}]]\n"
        f"#block(below: 0.6em)[#emph[{typ.rich(said(block.figure.title))}]]\n"
        f'#image("{name}", width: {width:g}pt, alt: {typ.literal(block.figure.alt)[1:]})\n\n'
        f"#text(size: 9.5pt)[{typ.rich(note)}]\n]"
    )


def _upright(svg: bytes) -> float:
    """A drawing's height over its width."""
    found = re.search(rb'viewBox="0 0 ([0-9.]+) ([0-9.]+)"', svg)
    return float(found[2]) / float(found[1]) if found else 1.0
