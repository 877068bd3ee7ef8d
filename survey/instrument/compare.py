"""What a new version of an instrument changes, told by what it does to answers that were given to the old one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from survey.instrument.labels import codes, labels
from survey.instrument.merge import span, together
from survey.instrument.model import Instrument, Scale

Kind = Literal["added", "removed", "recoded", "rescored", "reworded", "changed"]

EFFECTS: Mapping[Kind, str] = {
    "added": "Who has finished is not asked; exports say 'not shown' for them.",
    "removed": "Nobody is asked any more; what was answered stays in exports.",
    "recoded": "The same answer means something else: old and new answers are exported in columns of their own.",
    "rescored": "The score is another one: each respondent is scored by the key of their own version.",
    "reworded": "Old and new answers stay in one column.",
    "changed": "No answer is touched.",
}
"""What each kind of change does to answers already given."""


@dataclass(frozen=True)
class Change:
    """One difference between two versions.

    kind: what it does to data, see ``EFFECTS``. part: 'item', 'choice', 'scale', 'page', …; name: its id.
    detail: what was and what is, in words ('' where the kind says it all). item and code: the answers that it touches,
    '' where it touches none.
    """

    kind: Kind
    part: str
    name: str
    detail: str = ""
    item: str = ""
    code: str = ""


def compare(before: Instrument, after: Instrument) -> tuple[Change, ...]:
    """Every difference, items first; () where the two ask and score the same in the same words."""
    return (*_items(before, after), *_scales(before, after), *_pages(before, after), *_others(before, after))


def recoded(before: Instrument, after: Instrument) -> frozenset[str]:
    """Items of both versions whose answers do not mean the same in both."""
    return frozenset(change.item for change in compare(before, after) if change.kind == "recoded")


def reversed_items(*instruments: Instrument) -> frozenset[str]:
    """Items that any scale of any of these instruments reverses."""
    keys = (key for instrument in instruments for scale in instrument.scales.values() for key in scale.items)
    return frozenset(key[1:] for key in keys if key.startswith("-"))


def _items(before: Instrument, after: Instrument) -> Iterator[Change]:
    turned = reversed_items(before, after)
    for name in before.items:
        if name not in after.items:
            yield Change("removed", "item", name, item=name)
    for name, item in after.items.items():
        if name not in before.items:
            yield Change("added", "item", name)
            continue
        old, new = before.format_of(name), after.format_of(name)
        if together(old, new, reversed_=name in turned) is None:
            kinds = f"{old.type} ({span(old)}) before, {new.type} ({span(new)}) now"
            yield Change("recoded", "item", name, kinds, item=name)
        else:
            yield from _same_item(name, old, new)
        if differing := _texts(before.items[name].text, item.text):
            yield Change("reworded", "item", name, differing, item=name)


def _same_item(name: str, old: Any, new: Any) -> Iterator[Change]:
    """Differences of a format that leave what an answer means."""
    gone = [code for code in codes(old) if code not in codes(new)]
    come = [code for code in codes(new) if code not in codes(old)]
    yield from (Change("removed", "choice", f"{name}.{code}", item=name, code=str(code)) for code in gone)
    yield from (Change("added", "choice", f"{name}.{code}") for code in come)
    languages = sorted({*_languages(old), *_languages(new)}) or ["en"]
    relabelled = [
        language
        for language in languages
        if {c: t for c, t in labels(old, language).items() if c not in gone}
        != {c: t for c, t in labels(new, language).items() if c not in come}
    ]
    if relabelled:
        yield Change("reworded", "labels", name, f"labels in {', '.join(relabelled)}", item=name)
    elif old != new and not gone and not come:
        yield Change("changed", "format", name, f"{span(old)} before, {span(new)} now")


def _languages(fmt: Any) -> set[str]:
    found: set[str] = set()
    said = [getattr(fmt, "labels", None), *(choice.label for choice in getattr(fmt, "choices", {}).values())]
    for text in said:
        found |= set(text) if isinstance(text, Mapping) else set()
    return found


def _texts(old: Any, new: Any) -> str:
    """In which languages two texts differ; '' where they do not."""
    if old == new:
        return ""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        differing = [lang for lang in dict.fromkeys([*old, *new]) if old.get(lang) != new.get(lang)]
        come = [lang for lang in differing if lang not in old]
        return f"translation added: {', '.join(come)}" if come == differing else f"in {', '.join(differing)}"
    return "its words"


def key_of(scale: Scale) -> tuple[object, ...]:
    """What a score depends on."""
    return (scale.items, scale.score, scale.min_answered, scale.formative)


def _scales(before: Instrument, after: Instrument) -> Iterator[Change]:
    for name in before.scales:
        if name not in after.scales:
            yield Change("removed", "scale", name, "it can still be scored from its items")
    for name, scale in after.scales.items():
        old = before.scales.get(name)
        if old is None:
            yield Change("added", "scale", name, "it is scored wherever its items were answered")
        elif key_of(old) != key_of(scale):
            yield Change("rescored", "scale", name, _rescored(old, scale))
        elif old.label != scale.label:
            yield Change("reworded", "scale", name, _texts(old.label, scale.label))


def _rescored(old: Scale, new: Scale) -> str:
    out = [key for key in old.items if key not in new.items]
    into = [key for key in new.items if key not in old.items]
    parts = [f"without {', '.join(out)}"] if out else []
    parts += [f"with {', '.join(into)}"] if into else []
    parts += [f"{old.score} before, {new.score} now"] if old.score != new.score else []
    if old.min_answered != new.min_answered:
        parts.append(f"at least {old.min_answered:.0%} of the items before, {new.min_answered:.0%} now")
    return "; ".join(parts) or "its items in another order"


def _pages(before: Instrument, after: Instrument) -> Iterator[Change]:
    old = {page.id: page for page in before.pages}
    new = {page.id: page for page in after.pages}
    yield from (Change("removed", "page", page) for page in old if page not in new)
    for name, page in new.items():
        if name not in old:
            yield Change("added", "page", name)
            continue
        was, now = old[name].model_dump(), page.model_dump()
        differing = [key for key in now if was[key] != now[key]]
        if differing:
            yield Change("changed", "page", name, ", ".join(differing))
    shared = [page for page in old if page in new]
    if shared != [page for page in new if page in old]:
        yield Change("changed", "page", ", ".join(page for page in new if page in old), "in another order")


_TOLD = {"format", "id", "version", "formats", "items", "scales", "pages"}


def _others(before: Instrument, after: Instrument) -> Iterator[Change]:
    was, now = before.model_dump(), after.model_dump()
    for part in now:
        if part in _TOLD or was[part] == now[part]:
            continue
        if not isinstance(was[part], Mapping) or not isinstance(now[part], Mapping):
            yield Change("changed", "instrument", part)
            continue
        for name in dict.fromkeys([*was[part], *now[part]]):
            if name not in now[part]:
                yield Change("removed", part, str(name))
            elif name not in was[part]:
                yield Change("added", part, str(name))
            elif was[part][name] != now[part][name]:
                yield Change("changed", part, str(name))
