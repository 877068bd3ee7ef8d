"""Tables as LaTeX (booktabs and threeparttable), every character of the text escaped."""

from __future__ import annotations

from collections.abc import Sequence

from reports.numbers import DASH, MINUS
from reports.table import Cell, Row, Table, Words, mark, shown
from reports.text import Rich

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\ensuremath{<}",
    ">": r"\ensuremath{>}",
    "[": "{[}",
    "]": "{]}",
    MINUS: r"\ensuremath{-}",
    DASH: "---",
    "–": "--",
    "×": r"\ensuremath{\times}",
    "≤": r"\ensuremath{\leq}",
    "≥": r"\ensuremath{\geq}",
    "±": r"\ensuremath{\pm}",
    "∞": r"\ensuremath{\infty}",
    "→": r"\ensuremath{\rightarrow}",
    **{raised: rf"\textsuperscript{{{plain}}}" for raised, plain in zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True)},
    "⁻": r"\textsuperscript{\ensuremath{-}}",
    "′": r"\ensuremath{'}",
    "·": r"\ensuremath{\cdot}",
    "√": r"\ensuremath{\surd}",
    "…": r"\ldots{}",
    "α": r"\ensuremath{\alpha}",
    "β": r"\ensuremath{\beta}",
    "λ": r"\ensuremath{\lambda}",
    "ω": r"\ensuremath{\omega}",
    "η": r"\ensuremath{\eta}",
    "χ": r"\ensuremath{\chi}",
    "θ": r"\ensuremath{\theta}",
    "μ": r"\ensuremath{\mu}",
    "ρ": r"\ensuremath{\rho}",
    "σ": r"\ensuremath{\sigma}",
    "τ": r"\ensuremath{\tau}",
    "Δ": r"\ensuremath{\Delta}",
    "\u00a0": "~",
    "\n": " ",
    **{lowered: rf"\textsubscript{{{place}}}" for place, lowered in enumerate("₀₁₂₃₄₅₆₇₈₉")},
}
PREAMBLE = "% \\usepackage{array,booktabs,threeparttable,caption}   (and a UTF-8 input encoding)\n"
_LONG = 34
"""Letters of a text beyond which its column wraps."""


def escaped(text: str) -> str:
    """A text that LaTeX prints as it stands."""
    return "".join(_ESCAPES.get(character, character) for character in text)


def rich(text: Rich) -> str:
    """Runs as LaTeX."""
    out = []
    for run in text:
        part = escaped(run.text)
        part = rf"\textit{{{part}}}" if run.italic else part
        part = rf"\textbf{{{part}}}" if run.bold else part
        part = rf"\text{run.script}script{{{part}}}" if run.script == "sub" else part
        part = rf"\textsuperscript{{{part}}}" if run.script == "super" else part
        out.append(part)
    return "".join(out)


def _cell(cell: Cell) -> str:
    text = rich(cell.text) if isinstance(cell, Words) else escaped(shown(cell))
    after = escaped(mark(cell))
    return text + (rf"\rlap{{\textsuperscript{{{after}}}}}" if after else "")


def _align(table: Table, place: int) -> str:
    """A column's letter; texts that are long wrap in a column of the width of ``_LONG`` letters."""
    column = table.columns[place]
    longest = max((len(shown(row.cells[place])) for row in table.rows if row.kind == "data"), default=0)
    if column.align == "left" and longest > _LONG:
        return rf">{{\raggedright\arraybackslash}}p{{{0.45 if place == 0 else 0.25:g}\linewidth}}"
    return {"left": "l", "centre": "c", "decimal": "r"}[column.align]


def _row(row: Row, width: int) -> str:
    first = (rf"\hspace{{{row.indent}em}}" if row.indent else "") + _cell(row.cells[0])
    if row.kind == "section":
        return rf"\multicolumn{{{width}}}{{l}}{{{first}}} \\"
    if row.kind == "message":
        wrapped = r">{\raggedright\arraybackslash}p{0.6\linewidth}"
        align = wrapped if len(shown(row.cells[1])) > _LONG else "l"
        return rf"{first} & \multicolumn{{{width - 1}}}{{{align}}}{{{_cell(row.cells[1])}}} \\"
    return " & ".join([first, *(_cell(cell) for cell in row.cells[1:])]) + r" \\"


def _head(table: Table) -> list[str]:
    lines = []
    if table.spanners:
        cells, rules, at = [], [], 1
        for text, across in table.spanners:
            cells.append(rf"\multicolumn{{{across}}}{{c}}{{{rich(text)}}}" if text else "")
            rules += [rf"\cmidrule(lr){{{at}-{at + across - 1}}}"] if text else []
            at += across
        lines += [" & ".join(cells) + r" \\", " ".join(rules)]
    heads = [rf"\multicolumn{{1}}{{{'l' if c.align == 'left' else 'c'}}}{{{rich(c.head)}}}" for c in table.columns]
    return [*lines, " & ".join(heads) + r" \\"]


def _one(table: Table) -> str:
    number = [rf"\setcounter{{table}}{{{table.number - 1}}}"] if table.number else []
    notes = [rf"\item {rich(note)}" for note in table.notes]
    return "\n".join(
        [
            r"\begin{table}[htbp]",
            *number,
            r"\captionsetup{labelfont=bf,textfont=it,labelsep=newline,justification=raggedright,singlelinecheck=false}",
            r"\begin{threeparttable}",
            rf"\caption{{{rich(table.title)}}}",
            rf"\begin{{tabular}}{{{''.join(_align(table, place) for place in range(len(table.columns)))}}}",
            r"\toprule",
            *_head(table),
            r"\midrule",
            *(_row(row, len(table.columns)) for row in table.rows),
            r"\bottomrule",
            r"\end{tabular}",
            *([r"\begin{tablenotes}[flushleft]", r"\small", *notes, r"\end{tablenotes}"] if notes else []),
            r"\end{threeparttable}",
            r"\end{table}",
            "",
        ]
    )


def write(tables: Sequence[Table]) -> str:
    """The tables as LaTeX floats, after one comment that names the packages they need."""
    return PREAMBLE + "\n".join(_one(table) for table in tables)
