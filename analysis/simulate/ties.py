"""Simulated ego networks: who is named, what each tie is like, and who knows whom, with a known truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

from analysis.simulate import answers
from analysis.simulate.answers import Column, Vector
from analysis.simulate.two_supports import THRESHOLDS
from analysis.simulate.waves import CLOSENESS
from survey.dataset.columns import item_columns
from survey.dataset.sampling import draw
from survey.dataset.ties import (
    INTERPRETED,
    LEVEL,
    NO_TIES,
    PROBABILITY,
    TIE,
    TIE_A,
    TIE_B,
    TieTables,
    with_kinds,
    with_weights,
)
from survey.instrument.labels import labels_in
from survey.instrument.model import Instrument, MultiChoice, Network

SIZE = (1.55, {"INS": 0.12, "PSY": 0.10, "NET": 0.15})
"""One more than a Poisson count: constant and coefficients of the logarithm of its mean."""
MOST = 10
CONTEXTS = {"my_department": 0.30, "other_department": 0.25, "same_industry": 0.15, "not_work": 0.30}
TRUTH: Mapping[str, Mapping[str, float]] = {
    "psychosocial": {"constant": -0.8, "closeness": 1.2, "PSY": 0.45, "not_work": 0.6, "sd_respondent": 0.5},
    "instrumental": {"constant": 0.2, "closeness": -0.3, "INS": 0.5, "other_unit": 0.4, "sd_respondent": 0.5},
    "given": {"constant": -1.0, "received": 0.9},
    "online": {"constant": -0.5, "closeness": -0.4},
    "similar_family": {"constant": -0.8, "closeness": 0.5},
    "other_phase": {"constant": -1.5, "closeness": 0.9, "not_work": 0.8},
    "tied": {"constant": -1.6, "closeness_sum": 0.5, "same_context": 1.5},
    "novelty": {"constant": 3.0, "closeness": -0.3, "outside_department": 0.3},
    "private_worry": {"constant": 3.0, "closeness": 0.8, "similar_family": 0.3, "other_phase": 0.3},
    "log_years": {"constant": 1.0, "closeness": 0.4, "residual_sd": 0.4},
}
"""Logits but for the last three; closeness is the standard normal value behind its five steps."""

Drawn = Mapping[str, Vector]
"""What is drawn of each tie before its answers."""


def truth(*, null: bool) -> dict[str, Any]:
    """What is true of simulated ties, for ``truth.json``; in the null world constants and spreads stay alone."""
    stays = ("constant", "sd_respondent", "residual_sd")

    def zeroed(numbers: Mapping[str, float]) -> dict[str, float]:
        return {name: value if not null or name in stays else 0.0 for name, value in numbers.items()}

    constant, coefficients = SIZE
    size = zeroed({"constant": constant, **coefficients})
    equations = {name: zeroed(numbers) for name, numbers in TRUTH.items()}
    return {"size": {"log_mean_less_one": size, "most": MOST}, "contexts": dict(CONTEXTS), **equations}


def over_waves(
    instrument: Instrument,
    ids: Sequence[pd.Index],
    rng: np.random.Generator,
    *,
    latents: Sequence[Mapping[str, Vector] | None],
    null: bool,
    at_random: float,
) -> list[TieTables]:
    """The tables of the same people's ties in each wave: a tie keeps its id, its context and who named it.

    ids, latents: of everybody, wave by wave; latents are those of ``two-supports`` (None for any other instrument,
    whose ties have plain answers that nothing is related to). at_random: the share of interpreters' cells that are
    left out. Closeness follows ``waves.CLOSENESS``; support is drawn anew.
    """
    if len(instrument.networks) != 1:
        return [NO_TIES] * len(ids)  # several networks, or none: there is no model of these
    (network,) = instrument.networks.values()
    owner = _owners(len(ids[0]), network, rng, latents[0], null=null)
    drawn = _draw(owner, rng, latents[0], null=null)
    named = _named(network, owner, drawn, rng)
    kept = named.any(axis=1)
    owner, named = owner[kept], named[kept]
    drawn = {key: values[kept] for key, values in drawn.items()}
    number = 1 + np.arange(len(owner)) - np.searchsorted(owner, owner)
    asked, chance = _asked(network, owner, number, named, rng)
    made: list[TieTables] = []
    for wave, (index, known) in enumerate(zip(ids, latents, strict=True)):
        columns: dict[str, Column] = {}
        if wave:
            drawn = {**drawn, **_support(owner, drawn["c"], drawn["context"], rng, known, null=null)}
        for item in network.interpreters:
            columns |= answers.plain(item, instrument.format_of(item), len(owner), rng)
        if known is not None:
            columns |= {key: values for key, values in _answers(drawn, rng, null=null).items() if key in columns}
            columns |= _roles(instrument, drawn, columns)
        frames = _tables(instrument, network, index, owner, number, named, asked, chance, columns, rng, at_random)
        between, missing = _between(network, index, owner, number, asked, drawn, rng, null=null, at_random=at_random)
        made.append(TieTables(*frames, between, missing))
        if known is not None and wave + 1 < len(ids):
            drawn = {**drawn, "c": _next_closeness(drawn["c"], columns, rng, null=null)}
    return made


def _next_closeness(c: Vector, columns: Mapping[str, Column], rng: np.random.Generator, *, null: bool) -> Vector:
    """Closeness in the next wave, with what keeps its variance at 1."""
    w = 0.0 if null else 1.0
    both = np.ones(len(c))
    for side in ("given", "received"):
        kinds = [columns[name] for name in (f"{side}_ins", f"{side}_psy") if name in columns]
        both *= np.any([np.asarray(kind, dtype=np.float64) > 0 for kind in kinds], axis=0) if kinds else 0.0
    carried, exchange = CLOSENESS
    noise = np.sqrt(1 - (w * carried) ** 2) * rng.standard_normal(len(c))
    return np.asarray(w * (carried * c + exchange * both) + noise)


def _tables(
    instrument: Instrument,
    network: Network,
    ids: pd.Index,
    owner: npt.NDArray[np.int64],
    number: npt.NDArray[np.int64],
    named: npt.NDArray[np.bool_],
    asked: npt.NDArray[np.bool_],
    chance: Vector,
    columns: Mapping[str, Column],
    rng: np.random.Generator,
    at_random: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table of ties, and of the types of what is missing in it."""
    whose = {"id": pd.array(ids.to_numpy()[owner], dtype="str"), TIE: pd.array([f"T{i}" for i in number], dtype="str")}
    values: dict[str, Any] = dict(whose)
    values |= {generator: named[:, i].astype(np.float64) for i, generator in enumerate(network.generators)}
    values |= {INTERPRETED: asked.astype(np.float64), PROBABILITY: chance}
    types: dict[str, Any] = dict(whose)
    for item in network.interpreters:
        left_out = asked & (rng.random(len(owner)) < at_random)
        for column in item_columns(instrument, item):
            cells = columns[column.name].astype(object)
            cells[left_out | ~asked] = None
            text = column.kind == "text"
            values[column.name] = pd.array(cells, dtype="str") if text else cells.astype(np.float64)
            types[column.name] = pd.array(np.where(left_out, "skipped", np.where(asked, "", "not_shown")), dtype="str")
    return with_kinds(instrument, with_weights(pd.DataFrame(values))), pd.DataFrame(types)


def _owners(
    n: int, network: Network, rng: np.random.Generator, latents: Mapping[str, Vector] | None, *, null: bool
) -> npt.NDArray[np.int64]:
    """Whose each tie is, in the order of the respondents."""
    constant, coefficients = SIZE
    log_mean = np.full(n, constant)
    if latents is not None and not null:
        for name, b in coefficients.items():
            log_mean += b * latents[name]
    most = min(MOST, sum(generator.max for generator in network.generators.values()))
    sizes = np.minimum(1 + rng.poisson(np.exp(log_mean)), most)
    return np.repeat(np.arange(n), sizes)


def _draw(
    owner: npt.NDArray[np.int64], rng: np.random.Generator, latents: Mapping[str, Vector] | None, *, null: bool
) -> dict[str, Vector]:
    """Closeness, context, and which support each tie gives."""
    count = len(owner)
    c = rng.standard_normal(count)
    context = rng.choice(len(CONTEXTS), count, p=list(CONTEXTS.values())).astype(np.float64)
    return {"c": c, "context": context, **_support(owner, c, context, rng, latents, null=null)}


def _support(
    owner: npt.NDArray[np.int64],
    c: Vector,
    context: Vector,
    rng: np.random.Generator,
    latents: Mapping[str, Vector] | None,
    *,
    null: bool,
) -> dict[str, Vector]:
    """Which support each tie gives."""
    count, people = len(owner), int(owner.max()) + 1 if len(owner) else 0
    w = 0.0 if null or latents is None else 1.0
    u, v = 0.5 * rng.standard_normal((2, people))
    not_work, other_unit = context == 3, (context == 1) | (context == 2)
    own = {name: latents[name][owner] if latents is not None else np.zeros(count) for name in ("INS", "PSY")}
    p = TRUTH["psychosocial"]
    i = TRUTH["instrumental"]
    psy = p["constant"] + w * (p["closeness"] * c + p["PSY"] * own["PSY"] + p["not_work"] * not_work) + u[owner]
    ins = i["constant"] + w * (i["closeness"] * c + i["INS"] * own["INS"] + i["other_unit"] * other_unit) + v[owner]
    return {
        "psy": (rng.random(count) < expit(psy)).astype(np.float64),
        "ins": (rng.random(count) < expit(ins)).astype(np.float64),
    }


def _named(
    network: Network, owner: npt.NDArray[np.int64], drawn: Drawn, rng: np.random.Generator
) -> npt.NDArray[np.bool_]:
    """Which question names whom, at most as many as it takes: by its kind of support, else those known slightly."""
    wants: list[npt.NDArray[np.bool_]] = []
    for generator in network.generators.values():
        support = {"instrumental": "ins", "psychosocial": "psy"}.get(generator.support or "")
        if support is not None:
            wants.append(drawn[support] == 1)
        else:
            others = np.zeros(len(owner), dtype=bool) if not wants else np.any(wants, axis=0)
            wants.append((drawn["c"] < THRESHOLDS[1]) | ~others)
    named = np.column_stack(wants)
    for at, generator in enumerate(network.generators.values()):
        before: npt.NDArray[np.int64] = np.cumsum(named[:, at]) - named[:, at]
        first: npt.NDArray[np.int64] = before[np.searchsorted(owner, owner)]
        named[:, at] &= before - first < generator.max
    return named


def _asked(
    network: Network,
    owner: npt.NDArray[np.int64],
    number: npt.NDArray[np.int64],
    named: npt.NDArray[np.bool_],
    rng: np.random.Generator,
) -> tuple[npt.NDArray[np.bool_], Vector]:
    """Who is asked about, and with what probability: as in the survey."""
    asked, chance = np.ones(len(owner), dtype=bool), np.ones(len(owner))
    stratum = named.argmax(axis=1)
    starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]]) if len(owner) else np.array([], dtype=np.int64)
    seeds = rng.integers(0, 2**48, len(starts))
    for start, end, seed in zip(starts, np.r_[starts[1:], len(owner)], seeds, strict=True):
        if end - start > network.interpret_at_most:
            strata = {f"T{number[row]}": str(stratum[row]) for row in range(start, end)}
            drawn, chances = draw(strata, network.interpret_at_most, int(seed), "ties")
            asked[start:end] = [tie in drawn for tie in strata]
            chance[start:end] = list(chances.values())
    return asked, chance


def _answers(drawn: Drawn, rng: np.random.Generator, *, null: bool) -> dict[str, Column]:
    """Answers to the interpreters of ``two-supports`` that have an equation."""
    c, context, n = drawn["c"], drawn["context"], len(drawn["c"])
    w = 0.0 if null else 1.0
    not_work, outside = (context == 3).astype(np.float64), (context != 0).astype(np.float64)

    def linear(name: str, **of: Vector) -> Vector:
        numbers = TRUTH[name]
        return np.asarray(numbers["constant"] + w * sum(numbers[key] * values for key, values in of.items()))

    def yes(name: str, **of: Vector) -> npt.NDArray[np.bool_]:
        return np.asarray(rng.random(n) < expit(linear(name, **of)))

    def graded(name: str, **of: Vector) -> Vector:
        return np.clip(np.rint(linear(name, **of) + rng.standard_normal(n)), 1.0, 5.0)

    def amount(there: npt.NDArray[np.bool_]) -> Vector:
        return np.where(there, 1.0 + rng.binomial(2, 0.5, n), 0.0)

    family = yes("similar_family", closeness=c)
    phase = yes("other_phase", closeness=c, not_work=not_work)
    contact = -0.6 * c + 0.8 * rng.standard_normal(n)
    online, both = yes("online", closeness=c), rng.random(n) < 0.4
    kinds = np.array(list(CONTEXTS), dtype=object)
    log_years = linear("log_years", closeness=c) + TRUTH["log_years"]["residual_sd"] * rng.standard_normal(n)

    def yes_no(there: npt.NDArray[np.bool_]) -> Column:
        return np.where(there, "yes", "no").astype(object)

    return {
        "closeness": 1.0 + np.searchsorted(THRESHOLDS, c),
        "contact": 1.0 + np.searchsorted(answers.even_thresholds(6), contact),
        "mode": np.where(online, "online", np.where(both, "both", "in_person")).astype(object),
        "years": np.minimum(np.exp(log_years).round(1), 80.0),
        "context": kinds[context.astype(np.int64)],
        "other_phase": yes_no(phase),
        "similar_family": yes_no(family),
        "novelty": graded("novelty", closeness=c, outside_department=outside),
        "private_worry": graded(
            "private_worry", closeness=c, similar_family=family.astype(np.float64), other_phase=phase.astype(np.float64)
        ),
        "received_ins": amount(drawn["ins"] == 1),
        "received_psy": amount(drawn["psy"] == 1),
        "given_ins": amount(yes("given", received=drawn["ins"])),
        "given_psy": amount(yes("given", received=drawn["psy"])),
        "met_outside": yes_no(rng.random(n) < np.where(not_work == 1, 0.7, 0.15)),
    }


def _roles(instrument: Instrument, drawn: Drawn, columns: Mapping[str, Column]) -> dict[str, Column]:
    """What a person is to the respondent: not family or a friend only at work, and nobody's manager outside of it."""
    if "role" not in instrument.items or not isinstance(instrument.format_of("role"), MultiChoice):
        return {}
    at_work = drawn["context"] != 3
    wrong = {"role.manager": ~at_work, "role.peer": ~at_work, "role.family": at_work, "role.protege": ~at_work}
    return {name: np.where(gone, 0.0, columns[name]) for name, gone in wrong.items() if name in columns}


def _between(
    network: Network,
    ids: pd.Index,
    owner: npt.NDArray[np.int64],
    number: npt.NDArray[np.int64],
    asked: npt.NDArray[np.bool_],
    drawn: Drawn,
    rng: np.random.Generator,
    *,
    null: bool,
    at_random: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every pair of people asked about, and how well they know each other."""
    if network.between is None:
        return pd.DataFrame(), pd.DataFrame()
    rows = np.flatnonzero(asked)
    own = owner[rows]
    ends = np.searchsorted(own, own, side="right")
    later = ends - np.arange(len(rows)) - 1
    first = np.repeat(np.arange(len(rows)), later)
    second = np.concatenate([np.arange(i + 1, end) for i, end in enumerate(ends)] or [np.array([], dtype=np.int64)])
    a, b = rows[first], rows[second.astype(np.int64)]
    numbers, w = TRUTH["tied"], 0.0 if null else 1.0
    same = drawn["context"][a] == drawn["context"][b]
    logit = numbers["constant"] + w * (
        numbers["closeness_sum"] * (drawn["c"][a] + drawn["c"][b]) + numbers["same_context"] * same
    )
    most = len(labels_in(network.between.levels, "")) - 1
    tied = rng.random(len(a)) < expit(logit)
    low = network.between.tied_from
    level = np.where(tied, rng.integers(low, most + 1, len(a)), rng.integers(0, max(1, low), len(a))).astype(np.float64)
    left_out = rng.random(len(a)) < at_random
    whose = {
        "id": pd.array(ids.to_numpy()[owner[a]], dtype="str"),
        TIE_A: pd.array([f"T{i}" for i in number[a]], dtype="str"),
        TIE_B: pd.array([f"T{i}" for i in number[b]], dtype="str"),
    }
    kinds = pd.array(np.where(left_out, "skipped", ""), dtype="str")
    return (
        pd.DataFrame({**whose, LEVEL: np.where(left_out, np.nan, level)}),
        pd.DataFrame({**whose, LEVEL: kinds}),
    )
