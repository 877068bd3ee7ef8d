"""The order in which a respondent meets items and choices: their own, and the same on every visit and machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from survey.instrument.formats import ChoiceFormat, Format, MultiChoice, Rank
from survey.instrument.model import Instrument, Page
from survey.instrument.once import once


def shuffled(names: Iterable[str], seed: int, where: str) -> tuple[str, ...]:
    """Names in the order that belongs to a respondent's seed; ``where`` keeps apart what is shuffled by itself."""
    return tuple(sorted(names, key=lambda name: hashlib.sha256(f"{seed}/{where}/{name}".encode()).digest()))


def items_in_order(page: Page, seed: int) -> tuple[str, ...]:
    """The items of a page as this respondent meets them."""
    return shuffled(page.items, seed, page.id) if page.order == "random" else tuple(page.items)


def choices_in_order(fmt: Format, item: str, seed: int) -> tuple[str, ...]:
    """The codes of an item's choices as this respondent meets them; () where the format has none.

    'Other' and 'none of these' keep the place that the author gave them, which is where people look for them.
    """
    if not isinstance(fmt, ChoiceFormat | MultiChoice | Rank):
        return ()
    codes = tuple(fmt.choices)
    if fmt.order == "fixed":
        return codes
    kept = {code for code, choice in fmt.choices.items() if choice.specify or choice.exclusive}
    mixed = iter(shuffled((code for code in codes if code not in kept), seed, f"choices of {item}"))
    return tuple(code if code in kept else next(mixed) for code in codes)


def page_order(instrument: Instrument, seed: int) -> tuple[str, ...]:
    """The ids of the pages as this respondent meets them: those of a block of ``shuffle`` in their own order."""
    order = [page.id for page in instrument.pages]
    for block in instrument.shuffle:
        places = sorted(order.index(page) for page in block if page in order)
        mixed = shuffled((order[place] for place in places), seed, "pages")
        for place, page in zip(places, mixed, strict=True):
            order[place] = page
    return tuple(order)


def arranged(instrument: Instrument, seed: int) -> Instrument:
    """The instrument with its pages in a respondent's own order; the same one where nothing is shuffled."""
    if not instrument.shuffle:
        return instrument
    known, order = _arrangements(instrument), page_order(instrument, seed)
    if order not in known:
        if len(known) >= _MOST_KNOWN:
            known.clear()
        pages = {page.id: page for page in instrument.pages}
        known[order] = instrument.model_copy(update={"pages": tuple(pages[name] for name in order)})
    return known[order]


@once
def _arrangements(instrument: Instrument) -> dict[tuple[str, ...], Instrument]:
    """The instrument by the order of its pages: what is worked out once for an instrument is so for each order."""
    return {}


_MOST_KNOWN = 500


def order_shown(instrument: Instrument, page: Page, seed: int) -> tuple[str, ...]:
    """What the log keeps of the order on a page: its items, each with its choices where these are in random order.

    Such as ('age', 'colour[red,blue,green]').
    """
    shown = []
    for item in items_in_order(page, seed):
        fmt = instrument.format_of(item)
        mixed = isinstance(fmt, ChoiceFormat | MultiChoice | Rank) and fmt.order == "random"
        shown.append(f"{item}[{','.join(choices_in_order(fmt, item, seed))}]" if mixed else item)
    return tuple(shown)
