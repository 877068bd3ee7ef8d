"""Rich text for tables and sentences: runs of one look each, and no markup of any file format."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

Script = Literal["", "sub", "super"]


@dataclass(frozen=True)
class Run:
    """A stretch of characters that look alike."""

    text: str
    italic: bool = False
    bold: bool = False
    script: Script = ""


Rich = tuple[Run, ...]
"""A text: runs in reading order. The empty tuple is the empty text."""

_TOKEN = re.compile(r"\*\*(?P<bold>.+?)\*\*|\*(?P<italic>.+?)\*|\^(?P<super>.+?)\^|~(?P<sub>.+?)~|\{(?P<value>\w+)\}")
_ESCAPED = {"\\*": "\ue000", "\\^": "\ue001", "\\~": "\ue002"}
_RAISED = str.maketrans("0123456789+-−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")
_LOWERED = str.maketrans("0123456789+-−", "₀₁₂₃₄₅₆₇₈₉₊₋₋")


_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff\ue000-\ue002]")
"""What no XML file can hold (and our own three placeholders)."""


def said(text: str) -> Rich:
    """A text as it stands, less what cannot be printed (for everything from data, a file or a person)."""
    text = _UNPRINTABLE.sub("", text)
    return (Run(text),) if text else ()


def marked(markup: str, **values: str | Rich) -> Rich:
    """A text of ours with ``*italic*``, ``**bold**``, ``^raised^``, ``~lowered~`` and ``{name}`` for values.

    Values are put in as they are and never read as markup, so a label may hold any character. ``\\*`` is a star.

    >>> [run.text for run in marked("*R*^2^ = {x}", x=".42")]
    ['R', '2', ' = .42']
    """
    for written, held in _ESCAPED.items():
        markup = markup.replace(written, held)
    return merged(_parse(markup, Run(""), values))


def _parse(markup: str, style: Run, values: dict[str, str | Rich]) -> list[Run]:
    runs: list[Run] = []
    at = 0
    for found in _TOKEN.finditer(markup):
        runs.append(replace(style, text=_unescape(markup[at : found.start()])))
        at = found.end()
        kind = found.lastgroup or ""
        inner = found.group(kind)
        if kind == "value":
            value = values[inner]
            given = said(value) if isinstance(value, str) else value
            runs += [
                Run(run.text, run.italic or style.italic, run.bold or style.bold, run.script or style.script)
                for run in given
            ]
        elif kind == "bold":
            runs += _parse(inner, replace(style, bold=True), values)
        elif kind == "italic":
            runs += _parse(inner, replace(style, italic=True), values)
        else:
            runs += _parse(inner, replace(style, script="super" if kind == "super" else "sub"), values)
    runs.append(replace(style, text=_unescape(markup[at:])))
    return runs


def _unescape(text: str) -> str:
    for written, held in _ESCAPED.items():
        text = text.replace(held, written[1:])
    return text


def merged(runs: list[Run]) -> Rich:
    """The runs with neighbours of one look made one, and empty ones left out."""
    out: list[Run] = []
    for run in runs:
        if not run.text:
            continue
        if out and replace(out[-1], text="") == replace(run, text=""):
            out[-1] = replace(run, text=out[-1].text + run.text)
        else:
            out.append(run)
    return tuple(out)


def joined(parts: list[Rich], between: str = " ") -> Rich:
    """Several texts as one, with ``between`` set between those that are not empty."""
    runs: list[Run] = []
    for part in (part for part in parts if part):
        runs += [Run(between)] if runs else []
        runs += part
    return merged(runs)


_NO_INTERVAL = re.compile(r",? (?:[\d.]+% CI )?(?:—|\[—, —\])(?=[,;.)]| \(|$)")
_NO_NUMBER = re.compile(r" = —")


def without_dashes(rich: Rich) -> Rich:
    """A sentence without the dashes that stand in tables for numbers that do not exist.

    >>> plain(without_dashes(marked("*b* = 0.20, 95% CI —, *p* = —.")))
    'b = 0.20, p not known.'
    """
    texts = [_NO_INTERVAL.sub("", _NO_NUMBER.sub(" not known", run.text)) for run in rich]
    return tuple(replace(run, text=text) for run, text in zip(rich, texts, strict=True))


def italic(rich: Rich) -> Rich:
    """The same text in italics."""
    return tuple(replace(run, italic=True) for run in rich)


def plain(rich: Rich) -> str:
    """The characters alone; raised and lowered figures as Unicode's own.

    >>> plain(marked("*R*^2^"))
    'R²'
    """
    tables = {"super": _RAISED, "sub": _LOWERED}
    return "".join(run.text.translate(tables[run.script]) if run.script else run.text for run in rich)
