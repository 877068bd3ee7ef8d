"""A report before any file format: headings, paragraphs, facts, tables and figures in reading order."""

from __future__ import annotations

from dataclasses import dataclass

from reports.figure import FigureSpec
from reports.table import Table
from reports.text import Rich


@dataclass(frozen=True)
class Heading:
    """A heading; ``level`` 1 begins a section of the table of contents."""

    level: int
    text: str
    id: str


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: Rich


@dataclass(frozen=True)
class Notice:
    """A text that must not be overlooked."""

    text: Rich


@dataclass(frozen=True)
class Bullets:
    """A list without an order."""

    items: tuple[Rich, ...]


@dataclass(frozen=True)
class Facts:
    """Names with their values."""

    rows: tuple[tuple[str, Rich], ...]


@dataclass(frozen=True)
class Exhibit:
    """A table in its place."""

    table: Table


@dataclass(frozen=True)
class Picture:
    """A figure in its place."""

    figure: FigureSpec
    number: int

    @property
    def label(self) -> str:
        """'Figure 2'."""
        return f"Figure {self.number}"


Block = Heading | Paragraph | Notice | Bullets | Facts | Exhibit | Picture


@dataclass(frozen=True)
class Document:
    """A whole report."""

    title: str
    subtitle: str
    language: str
    blocks: tuple[Block, ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table, in order."""
        return tuple(block.table for block in self.blocks if isinstance(block, Exhibit))

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Every figure, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Picture))

    @property
    def contents(self) -> tuple[Heading, ...]:
        """The headings of the first two levels, for the table of contents."""
        return tuple(block for block in self.blocks if isinstance(block, Heading) and block.level <= 2)
