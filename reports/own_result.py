"""A respondent's own result to keep: its drawings as SVG, and all of it as a PDF file.

Everything comes as the plain data that the page shows (``views.respondent.result``), so that the file says the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from reports.write import typ

Data = Mapping[str, Any]
Colours = Mapping[str, str]
"""Hexadecimal colours by name: ink, paper, line, quiet, teal, plum."""
WIDE = 300
"""Points: the width of drawings in the file."""


def drawing_svg(drawing: Data, style: str = "") -> str:
    """The people as SVG, with classes for its parts; style: CSS to go into it, where no page gives any."""
    width, height = drawing["width"], drawing["height"]
    parts = [f'<ellipse class="oval {oval["tone"]}" {_at(oval, "cx", "cy", "rx", "ry")}/>' for oval in drawing["ovals"]]
    for line in drawing["lines"]:
        look = "tie" if line["strong"] else "tie some"
        parts.append(f'<path class="{look}" d="{line["d"]}"/>')
    me = drawing["me"]
    parts.append(f'<circle class="me" cx="{me["x"]}" cy="{me["y"]}" r="20"/>')
    parts.append(
        f'<text class="me-name" x="{me["x"]}" y="{me["y"] + 4}" text-anchor="middle">{escape(me["label"])}</text>'
    )
    parts += [_node(node, drawing["radius"]) for node in drawing["nodes"]]
    sized = f' width="{width}" height="{height}"' if style else ""
    css = f"<style>{style}</style>" if style else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="people" viewBox="0 0 {width} {height}"{sized} role="img" '
        f'aria-label="{escape(drawing["alt"])}">{css}{"".join(parts)}</svg>'
    )


def _at(part: Data, *names: str) -> str:
    return " ".join(f'{name}="{part[name]}"' for name in names)


def _node(node: Data, radius: float) -> str:
    x, y, r = node["x"], node["y"], radius
    drawn = f'<circle class="node {node["tone"]}" cx="{x}" cy="{y}" r="{r}"/>'
    if node["tone"] == "both":
        halves = (("one", 0), ("two", 1))
        drawn = "".join(
            f'<path class="node {name}" d="M{x} {y - r:g}A{r:g} {r:g} 0 0 {turn} {x} {y + r:g}z"/>'
            for name, turn in halves
        )
    text = f'<text class="name" x="{x}" y="{y + r + 14:g}" text-anchor="middle">{escape(node["label"])}</text>'
    return f"{drawn}{text}"


def gauge_svg(line: Data, tone: str, style: str = "", width: int = 0) -> str:
    """A line from the lowest score to the highest with one's own place on it, and the middle half of others' shaded.

    width: in points, where no page stretches it. What it says stands beside it in words.
    """

    def place(share: float) -> str:
        return f"{8 + share / 100 * (width - 16):.1f}" if width else f"{share:g}%"  # nothing is drawn outside of a file

    band = ""
    if line["band"] is not None:
        low, high = line["band"]
        wide = max(high - low, 0.5)
        across = f"{wide / 100 * (width - 16):.1f}" if width else f"{wide:.1f}%"
        band = f'<rect class="band" x="{place(low)}" y="2" width="{across}" height="16" rx="3"/>'
    sized = f' width="{width}" height="20"' if width else ' height="20"'
    css = f"<style>{style}</style>" if style else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="gauge {tone}"{sized} aria-hidden="true">{css}{band}'
        f'<rect class="track" x="0" y="8" width="100%" height="4" rx="2"/>'
        f'<circle class="dot" cx="{place(line["at"])}" cy="10" r="8"/></svg>'
    )


def _style(colours: Colours) -> str:
    """What a page's style sheet says, for a file: SVG in Typst knows neither variables nor mixing."""
    one, two = colours["teal"], colours["plum"]
    return (
        f".oval{{fill-opacity:.1;stroke-width:1.2}}.oval.one,.node.one{{fill:{one};stroke:{one}}}"
        f".oval.two,.node.two{{fill:{two};stroke:{two}}}.node{{stroke-width:1}}"
        f".node.none{{fill:{colours['paper']};stroke:{colours['quiet']};stroke-width:2}}"
        f".tie{{fill:none;stroke:{colours['quiet']};stroke-width:2}}.some{{stroke-dasharray:5 4}}"
        f".me{{fill:{colours['ink']}}}text{{font-family:'Libertinus Serif';font-size:13px;fill:{colours['ink']};"
        f"stroke:{colours['paper']};stroke-width:3px;paint-order:stroke}}"
        f".me-name{{fill:{colours['paper']};stroke:none;font-size:12px}}"
        f".track{{fill:{colours['line']}}}.band{{fill:{colours['quiet']};fill-opacity:.25}}"
        f".one .dot{{fill:{one}}}.two .dot{{fill:{two}}}"
    )


def pdf(result: Data, title: str, colours: Colours) -> bytes:
    """The result as the bytes of a PDF file, tagged for screen readers; the same result gives the same bytes.

    title: the study's.
    """
    files: dict[str, bytes] = {}
    body = [
        f"#text(size: 20pt)[#title[{typ.literal(result['heading'])}]]",
        f"#emph[{typ.literal(title)}]",
        typ.literal(result["intro"]),
    ]
    style = _style(colours)
    for part in result["parts"]:
        body.append(f"#heading(level: 1)[{typ.literal(part['heading'])}]")
        body += _PARTS[part["kind"]](part, files, style)
    if result["note"]:
        body.append(f"#block(above: 1.6em, inset: (left: 10pt), stroke: (left: 2pt))[{typ.literal(result['note'])}]")
    return typ.compiled(typ.document(result["heading"], result["spoken"], "\n\n".join(body)), files)


def _picture(name: str, svg: str, alt: str, width: int, files: dict[str, bytes]) -> str:
    files[name] = svg.encode("utf-8")
    return f'#align(center)[#image("{name}", width: {width}pt, alt: {typ.literal(alt)[1:]})]'


def _people(part: Data, files: dict[str, bytes], style: str) -> list[str]:
    out = []
    if part["drawing"] is not None:
        drawing = part["drawing"]
        out.append(_picture("people.svg", drawing_svg(drawing, style), drawing["alt"], WIDE, files))
    groups = [
        f"[#strong[{typ.literal(group['label'])}] ({len(group['names'])}): "
        f"{typ.literal(', '.join(group['names']) or part['nobody'])}]"
        for group in part["groups"]
    ]
    return [*out, *([f"#list({', '.join(groups)})"] if groups else []), *map(typ.literal, part["text"])]


def _support(part: Data, files: dict[str, bytes], style: str) -> list[str]:
    out = []
    for number, row in enumerate(part["rows"]):
        lines = [f"#strong[{typ.literal(row['label'])}]", *([typ.literal(row["about"])] if row["about"] else [])]
        if row["line"] is not None:
            svg = gauge_svg(row["line"], row["tone"], style, WIDE)
            lines.append(_picture(f"gauge-{number}.svg", svg, row["said"], WIDE, files))
        lines += [typ.literal(text) for text in (row["said"], row["among"]) if text]
        out.append("#block(breakable: false)[" + "\n\n".join(lines) + "]")
    return [*out, *map(typ.literal, part["text"])]


def _checklist(part: Data, files: dict[str, bytes], style: str) -> list[str]:
    out = []
    for found in part["lists"]:
        out.append(f"#heading(level: 2)[{typ.literal(found['label'])}]")
        out.append(typ.literal(found["said"]))
        entries = []
        for entry in found["entries"]:
            text = f"#strong[{typ.literal(entry['text'])}] {typ.literal(entry['said'])}"
            if entry["advice"]:
                text += f"\n\n#emph[{typ.literal(part['might'])}] {typ.literal(entry['advice'])}"
            entries.append(f"[{text}]")
        out.append(f"#list({', '.join(entries)})")
        out += [typ.literal(found["all"])] if found["all"] else []
    return out


def _help(part: Data, files: dict[str, bytes], style: str) -> list[str]:
    return [typ.literal(text) for text in part["text"]]


_PARTS = {"people": _people, "support": _support, "checklist": _checklist, "help": _help}
