"""One instrument for the answers to several versions of it, and where each version's answers stand in its columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from survey.instrument.canonical import sha256
from survey.instrument.compare import key_of, reversed_items
from survey.instrument.merge import together
from survey.instrument.model import FieldOf, Format, Instrument, Scale

VERSION = "instrument_version"
"""The column that says which version a respondent answered; there only where there are several."""


@dataclass(frozen=True)
class Harmonised:
    """The instrument of all versions together.

    instrument: the current one, with what only earlier ones asked. columns: for each version (by its hash) its items'
    names there. names: what each version is called. notes: what a reader should know.
    """

    instrument: Instrument
    columns: Mapping[str, Mapping[str, str]]
    names: Mapping[str, str]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Variant:
    """An item or a scale as some of the versions have it."""

    name: str
    content: Any
    versions: tuple[str, ...]


def harmonise(versions: Sequence[Instrument]) -> Harmonised:
    """Put versions of one instrument together, the oldest first and the current one last.

    An item that means the same in several versions is one column, with all choices that it ever had. One that was
    recoded keeps its name for the current meaning; earlier ones get the version behind theirs (``hours_v1_0_0``). A
    scale whose key changed is there once a key, each scored for the versions that have it (``Scale.versions``).

    Nothing is changed where there is one version only.
    """
    current = versions[-1]
    hashes = [sha256(version) for version in versions]
    names = _called(versions, hashes)
    if len(set(hashes)) == 1:
        return Harmonised(current, {hashes[-1]: {item: item for item in current.items}}, names)
    newest_first = list(zip(hashes, versions, strict=True))[::-1]
    turned = reversed_items(*versions)
    taken = {*_ids(versions)}
    items: dict[str, Any] = {}
    formats: dict[str, Format] = dict(current.formats)
    columns: dict[str, dict[str, str]] = {key: {} for key in hashes}
    notes: list[str] = []
    for name in _in_order(current.items, [version.items for _, version in newest_first[1:]]):
        variants = _variants(name, newest_first, names, taken, reversed_=name in turned)
        for variant in variants:
            fmt, item = variant.content
            items[variant.name] = item.model_copy(update={"format": _format_name(fmt, item.format, formats)})
            for key in variant.versions:
                columns[key][name] = variant.name
        if len(variants) > 1:
            called = ", ".join(variant.name for variant in variants[1:])
            notes.append(f"{name} was recoded between versions: {called} holds the answers to earlier ones.")
    scales, more = _scales(newest_first, columns, names, taken)
    fields = {**current.fields}
    for _, version in newest_first[1:]:
        fields = {**{n: f for n, f in version.fields.items() if n not in items}, **fields}
    fields[VERSION] = FieldOf.model_validate({"type": "category", "label": "Version of the instrument"})
    checks = {n: check for _, v in reversed(newest_first) for n, check in v.checks.items() if check.item in items}
    pages = tuple(
        page.model_copy(update={"layout": "list"}) if len({items[name].format for name in page.items}) > 1 else page
        for page in current.pages
    )
    parts = {"items": items, "formats": formats, "scales": scales, "fields": fields, "checks": checks, "pages": pages}
    parts["networks"] = _networks(newest_first, columns)
    whole = current.model_copy(update=parts)
    told = ", ".join(names[key] for key in dict.fromkeys(hashes))
    first = f"Respondents answered several versions of the instrument ({told}); '{VERSION}' says which."
    return Harmonised(
        Instrument.model_validate(whole.model_dump(by_alias=True)), columns, names, (first, *notes, *more)
    )


def _networks(newest_first: Sequence[tuple[str, Instrument]], columns: Mapping[str, Mapping[str, str]]) -> Any:
    """The current networks, with every question about people that was asked in one of their name."""
    made = {}
    for name, network in newest_first[0][1].networks.items():
        asked = [(key, version.networks[name]) for key, version in newest_first if name in version.networks]
        items = dict.fromkeys(columns[key][item] for key, own in asked for item in own.interpreters)
        made[name] = network.model_copy(update={"interpreters": tuple(items)})
    return made


def _ids(versions: Sequence[Instrument]) -> set[str]:
    return {
        name
        for version in versions
        for part in (version.items, version.scales, version.fields, version.formats, version.networks, version.checks)
        for name in part
    }


def _called(versions: Sequence[Instrument], hashes: Sequence[str]) -> dict[str, str]:
    """What each version is called: its number, with some of its hash where two share one."""
    by_number: dict[str, set[str]] = {}
    for version, key in zip(versions, hashes, strict=True):
        by_number.setdefault(version.version, set()).add(key)
    return {
        key: version.version if len(by_number[version.version]) == 1 else f"{version.version}+{key[:8]}"
        for version, key in zip(versions, hashes, strict=True)
    }


def _in_order(current: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]) -> list[str]:
    """All names: the current ones in their order, then those that only earlier versions have."""
    return list(dict.fromkeys([*current, *(name for one in earlier for name in one)]))


def _suffixed(name: str, version: str, taken: set[str]) -> str:
    """``hours_v1_0_0``: a name that nothing else has."""
    made = f"{name}_v{re.sub(r'[^A-Za-z0-9]+', '_', version)}"[:64]
    while made in taken:
        made = f"{made[:60]}_x" if len(made) > 60 else f"{made}_x"
    taken.add(made)
    return made


def _variants(
    name: str,
    newest_first: Sequence[tuple[str, Instrument]],
    names: Mapping[str, str],
    taken: set[str],
    *,
    reversed_: bool,
) -> list[_Variant]:
    """The meanings that an item has had, the newest first under its own name."""
    found: list[_Variant] = []
    for key, version in newest_first:
        if name not in version.items:
            continue
        item, fmt = version.items[name], version.format_of(name)
        for i, variant in enumerate(found):
            kept, first = variant.content
            both = together(fmt, kept, reversed_=reversed_)
            if both is not None:
                found[i] = replace(variant, content=(both, first), versions=(*variant.versions, key))
                break
        else:
            called = _suffixed(name, names[key], taken) if found else name
            found.append(_Variant(called, (fmt, item), (key,)))
    return found


def _format_name(fmt: Format, wanted: str, formats: dict[str, Format]) -> str:
    """The name of this format among ``formats``, where it is put if it is not there."""
    if formats.get(wanted) == fmt:
        return wanted
    known = next((name for name, other in formats.items() if other == fmt), None)
    if known is not None:
        return known
    made, count = wanted, 2
    while made in formats:
        made, count = f"{wanted[:58]}_{count}", count + 1
    formats[made] = fmt
    return made


def _scales(
    newest_first: Sequence[tuple[str, Instrument]],
    columns: Mapping[str, Mapping[str, str]],
    names: Mapping[str, str],
    taken: set[str],
) -> tuple[dict[str, Scale], list[str]]:
    """Each scale once a key, with the versions that it is scored for where there are several keys."""
    scales: dict[str, Scale] = {}
    notes: list[str] = []
    current = newest_first[0][1].scales
    for name in _in_order(current, [version.scales for _, version in newest_first[1:]]):
        found: list[_Variant] = []
        for key, version in newest_first:
            if name not in version.scales:
                continue
            scale = version.scales[name]
            moved = scale.model_copy(update={"items": tuple(_moved(k, columns[key]) for k in scale.items)})
            for i, variant in enumerate(found):
                if key_of(variant.content) == key_of(moved):
                    found[i] = replace(variant, versions=(*variant.versions, key))
                    break
            else:
                found.append(_Variant(_suffixed(name, names[key], taken) if found else name, moved, (key,)))
        for variant in found:
            only = tuple(sorted(names[key] for key in variant.versions)) if len(found) > 1 else ()
            scales[variant.name] = variant.content.model_copy(update={"versions": only})
        if len(found) > 1:
            called = ", ".join(variant.name for variant in found[1:])
            notes.append(f"{name} was scored by another key in earlier versions: {called} holds those scores.")
    return scales, notes


def _moved(key: str, columns: Mapping[str, str]) -> str:
    minus, item = ("-", key[1:]) if key.startswith("-") else ("", key)
    return minus + columns.get(item, item)
