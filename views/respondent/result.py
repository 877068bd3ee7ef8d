"""The respondent's own result: their people drawn, their scores, a checklist, and what they might do about a gap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.own import Among, OwnScores, limits, own_scores
from survey.answers import Answers
from survey.instrument.labels import label, labels_in, range_of
from survey.instrument.model import Instrument, Kind, Network, Result, Text, say
from survey.network.people import people
from survey.network.screens import pairs_of
from survey.store import Session
from views.respondent.circle import Somebody, circle, tone
from views.respondent.network import Names
from views.respondent.network import labels_in as called_in
from views.words import direction, speak, spoken
from views.words.shown import spell

Data = dict[str, Any]
MUCH_TIED = 0.5
"""From this share of pairs on, the people named are said to know each other for the greater part."""
EVEN = 0.125
"""Two scores that differ by less, as a share of their range, are said to be alike: half a point from 1 to 5."""


def scales_of(result: Result) -> tuple[str, ...]:
    """The scales that a result shows."""
    return tuple(dict.fromkeys(kind.scale for kind in result.kinds if kind.scale is not None))


def later_view(session: Session) -> Data:
    """Where the result is held back: when it will be there."""
    return {**_frame(session.language), "intro": speak(session.language, "result_later")}


def _frame(language: str) -> Data:
    return {
        "heading": speak(language, "result_heading"),
        "intro": "",
        "parts": [],
        "note": "",
        "keep": None,
        "lang": language,
        "dir": direction(language),
        "spoken": spoken(language),
        "spoken_dir": direction(spoken(language)),
    }


def result_view(session: Session, result: Result, names: Names, others: Mapping[str, Among]) -> Data:
    """All that is shown of a respondent's own answers, in their language.

    names: what they call the people in their networks. others: by scale, the middle half of others' scores.
    """
    instrument, language = session.study.instrument, session.language
    answers = session.way.kept
    wanted = [entry.item for kind in result.kinds for entry in kind.checklist]
    own = own_scores(instrument, answers, session.submitted, scales_of(result), wanted)
    help_ = _said(result.help, session)
    parts: list[Data] = []
    if result.network is not None:
        parts.append(_people(session, result, result.network, answers, names))
    if scales_of(result):
        parts.append(_support(session, result, own, others))
    if wanted:
        parts.append(_checklist(session, result, own, answers))
    if help_:
        text = [" ".join(p.split()) for p in help_.split("\n\n")]
        parts.append({"kind": "help", "heading": speak(language, "help_heading"), "text": text})
    said = {"intro": speak(language, "result_intro"), "note": speak(language, "result_note")}
    return {**_frame(language), **said, "parts": parts}


def _said(text: Text | None, session: Session) -> str:
    return say(text, session.language, session.study.instrument.languages)


def _called(kind: Kind, session: Session) -> str:
    return _said(kind.label, session)


def _people(session: Session, result: Result, name: str, answers: Answers, names: Names) -> Data:
    """The drawing, and beside it the same as a list."""
    language, network = session.language, session.study.instrument.networks[name]
    called = called_in(session, name, names.get(name, {}))
    everybody: list[Somebody] = []
    for person in people(name, network, answers):
        given = {network.generators[generator].support for generator in person.generators} - {None}
        kinds = tuple(at for at, kind in enumerate(result.kinds) if kind.support in given)
        everybody.append(Somebody(person.tie, called[person.tie], kinds))
    part: Data = {"kind": "people", "heading": speak(language, "result_people"), "drawing": None, "groups": []}
    if not everybody:
        return part | {"text": [speak(language, "result_nobody")]}
    told, tied = _tied(network, name, [somebody.tie for somebody in everybody], answers)
    labels = [_called(kind, session) for kind in result.kinds]
    heads = {"both": speak(language, "result_both"), "none": speak(language, "result_neither")}
    heads |= dict(zip(("one", "two"), labels, strict=False))
    for look in ("one", "both", "two", "none"):
        here = [somebody.name for somebody in everybody if tone(somebody.kinds) == look]
        if here or look in ("one", "two")[: len(labels)]:
            ours = look in ("both", "none")
            part["groups"].append({"label": heads[look], "tone": look, "names": here, "ours": ours})
    drawing = circle(everybody, tied, len(labels), speak(language, "result_me"))
    drawing["alt"] = speak(language, "result_drawing", count=len(everybody))
    counted = [sum(at in somebody.kinds for somebody in everybody) for at in range(len(labels))]
    text = [speak(language, "result_left", count=drawing["left"])] if drawing["left"] else []
    for at, count in enumerate(counted):
        if result.kinds[at].support is not None and count == 0:
            text.append(speak(language, "result_none_gives", kind=labels[at]))
    if told:
        text.append(speak(language, "result_tied", tied=len(tied), pairs=told))
        if told > 2:
            much = len(tied) / told >= MUCH_TIED
            text[-1] += " " + speak(language, "result_tied_much" if much else "result_tied_little")
    return part | {"text": text, "drawing": drawing, "nobody": speak(language, "result_nobody_here")}


def _tied(network: Network, name: str, ties: list[str], answers: Answers) -> tuple[int, list[tuple[str, str, float]]]:
    """How many pairs were told of, and those who know each other, with how well: 1 is the strongest level."""
    if network.between is None:
        return 0, []
    strongest = len(labels_in(network.between.levels, "")) - 1
    known = [(a, b, answers.get(f"{name}.between.{a}.{b}")) for a, b in pairs_of(ties)]
    told = [(a, b, level) for a, b, level in known if isinstance(level, float)]
    return len(told), [(a, b, level / strongest) for a, b, level in told if level >= network.between.tied_from]


def _support(session: Session, result: Result, own: OwnScores, others: Mapping[str, Among]) -> Data:
    """How much of each kind: a line from the lowest score to the highest, with one's own and the others' place."""
    language, instrument = session.language, session.study.instrument
    rows: list[Data] = []
    shares: list[tuple[float, str]] = []
    for at, kind in enumerate(result.kinds):
        if kind.scale is None:
            continue
        ends, score = limits(instrument, kind.scale), own.scales[kind.scale]
        row: Data = {"label": _called(kind, session), "about": _said(kind.text, session), "tone": ("one", "two")[at]}
        if ends is None or score is None:
            rows.append(row | {"line": None, "said": speak(language, "result_no_score"), "among": ""})
            continue
        share = (score - ends[0]) / (ends[1] - ends[0])
        shares.append((share, row["label"]))
        level = "low" if share < 1 / 3 else "middle" if share < 2 / 3 else "high"
        score_text = spell(language, round(score, 1))
        low, high = (spell(language, end) for end in ends)
        row["said"] = speak(language, f"result_{level}", score=score_text, low=low, high=high)
        row["line"] = {"at": round(100 * share, 1), "low": low, "high": high, "score": score_text, "band": None}
        row["among"] = ""
        place = others.get(kind.scale) if result.compare else None
        if place is not None:
            band = [round(100 * (end - ends[0]) / (ends[1] - ends[0]), 1) for end in (place.low, place.high)]
            row["line"]["band"] = band
            words = {"low": spell(language, round(place.low, 1)), "high": spell(language, round(place.high, 1))}
            where = "below" if score < place.low else "above" if score > place.high else "within"
            row["among"] = speak(language, "result_among", count=place.n, **words)
            row["among"] += " " + speak(language, f"result_among_{where}")
        rows.append(row)
    text = []
    if len(shares) == 2:
        (less, thin), (more, full) = sorted(shares)
        alike = more - less < EVEN
        text.append(speak(language, "result_even" if alike else "result_uneven", full=full, thin=thin))
    return {"kind": "support", "heading": speak(language, "result_support"), "rows": rows, "text": text}


def _checklist(session: Session, result: Result, own: OwnScores, answers: Answers) -> Data:
    """Whom they have of each kind, and what they might do about whom they lack."""
    language, instrument = session.language, session.study.instrument
    lists: list[Data] = []
    for at, kind in enumerate(result.kinds):
        entries: list[Data] = []
        for entry in kind.checklist:
            state = _state(instrument, entry.item, own.items[entry.item])
            if state == "lack":
                answer = label(instrument.format_of(entry.item), _code(answers[entry.item]), language)
                said = speak(language, "result_answered", answer=answer)
            else:
                said = speak(language, f"result_{state}")
            advice = _said(entry.advice, session) if state == "lack" else ""
            text = _said(instrument.items[entry.item].text, session) or entry.item
            entries.append({"text": text, "state": state, "said": said, "advice": advice})
        if not entries:
            continue
        have = sum(entry["state"] == "have" for entry in entries)
        counted = speak(language, "result_have_of", have=have, count=len(entries))
        every = speak(language, "result_all") if have == len(entries) else ""
        one: Data = {"label": _called(kind, session), "tone": ("one", "two")[at], "entries": entries}
        lists.append(one | {"said": counted, "all": every})
    part = {"kind": "checklist", "heading": speak(language, "result_checklist"), "lists": lists, "text": []}
    return part | {"might": speak(language, "result_might")}


def _state(instrument: Instrument, item: str, score: float | None) -> str:
    ends = range_of(instrument.format_of(item))
    if score is None or ends is None:
        return "open"
    return "have" if score >= ends[1] else "lack"


def _code(answer: object) -> float | str:
    return answer if isinstance(answer, float | str) else ""
