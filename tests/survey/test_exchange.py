"""Instruments to and from other platforms: whatever can be mapped comes back the same, and the rest is named."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from survey.exchange.convert import convert, read, write
from survey.exchange.redcap import COLUMNS
from survey.exchange.report import ExchangeProblems, UnreadableError
from survey.instrument.canonical import to_yaml, yaml_of
from survey.instrument.expressions import parse
from survey.instrument.labels import labels_in
from survey.instrument.load import load, shipped, shipped_text
from survey.instrument.model import ChoiceFormat, FreeText, Instrument, Likert, MultiChoice, Number, Rank, Slider, say
from tests.support.terminal import twofold

XLSFORM, REDCAP, LIMESURVEY = Path("x.xlsx"), Path("x.csv"), Path("x.tsv")
EVERY = (Path(__file__).parent.parent / "support" / "every_key.yaml").read_text(encoding="utf-8")

# --- instruments of every kind --------------------------------------------------------------------------------------

SIGNS = st.text(st.sampled_from("aé{} ß,;:'\"-=+#|&%?.(ñ中"), min_size=1, max_size=12)
WORD = SIGNS.map(lambda signs: "W" + signs.replace("{", "{{").replace("}", "}}") + "z")
LANGUAGES = ("en", "fr")


def texts(draw: st.DrawFn) -> dict[str, str]:
    return {code: draw(WORD) for code in LANGUAGES}


@st.composite
def formats(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["likert", "choice", "multichoice", "number", "slider", "date", "text", "rank"]))
    if kind == "likert":
        count = draw(st.integers(2, 7))
        labels = {code: [draw(WORD) for _ in range(count)] for code in LANGUAGES}
        return {"type": kind, "from": draw(st.integers(0, 2)), "labels": labels}
    if kind in ("choice", "multichoice", "rank"):
        codes = draw(
            st.lists(st.sampled_from(["a", "b", "Cd", "x1", "7", "12", "no"]), min_size=1, max_size=5, unique=True)
        )
        return {"type": kind, "choices": {code: {"label": texts(draw)} for code in codes}}
    if kind in ("number", "slider"):
        low = draw(st.sampled_from([0, -5, 0.5, 1]))
        data: dict[str, Any] = {"type": kind, "min": low, "max": low + draw(st.sampled_from([1, 10, 99.5]))}
        if draw(st.booleans()):
            data["unit"] = texts(draw)
        return {**data, "integer": True} if kind == "number" and low != 0.5 and draw(st.booleans()) else data
    if kind == "date":
        return {
            "type": kind,
            **draw(st.sampled_from([{}, {"min": "2020-01-31"}, {"min": "2020-01-01", "max": "2029-12-31"}])),
        }
    return {"type": "text", **draw(st.sampled_from([{}, {"max_length": 7}, {"lines": 4}]))}


@st.composite
def conditions(draw: st.DrawFn, known: Mapping[str, dict[str, Any]], depth: int = 0) -> str:
    if depth < 2 and draw(st.booleans()):
        parts = [draw(conditions(known, depth + 1)) for _ in range(draw(st.integers(1, 2)))]
        if len(parts) == 1:
            return f"not ({parts[0]})"
        return draw(st.sampled_from([" and ", " or "])).join(f"({part})" for part in parts)
    name = draw(st.sampled_from(sorted(known)))
    fmt = known[name]
    match fmt["type"]:
        case "choice":
            code = draw(st.sampled_from(sorted(fmt["choices"])))
            return draw(
                st.sampled_from([f"{name} == '{code}'", f"{name} != '{code}'", f"{name} in ('{code}', '{code}')"])
            )
        case "multichoice":
            return f"'{draw(st.sampled_from(sorted(fmt['choices'])))}' in {name}"
        case "likert" | "number" | "slider":
            low = fmt.get("from", fmt.get("min"))
            sign = draw(st.sampled_from(["==", "!=", "<", "<=", ">", ">="]))
            return draw(
                st.sampled_from([f"{name} {sign} {low}", f"{low} <= {name} * 2 < 9", f"{name} not in ({low}, {low})"])
            )
    return f"answered({name})"


@st.composite
def instruments(draw: st.DrawFn) -> Instrument:
    """Pages of every type, items of every format, conditions, and names that some platforms do not allow."""
    made = {f"f{i}": draw(formats()) for i in range(draw(st.integers(1, 4)))}
    items: dict[str, Any] = {}
    pages: list[dict[str, Any]] = [
        {"id": "start", "type": "consent", "text": texts(draw), "required": draw(st.booleans())}
    ]
    stems = draw(st.permutations(["q", "Item_", "long_name_of_an_item_that_goes_on_", "z9x"]))
    for number in range(draw(st.integers(1, 4))):
        page: dict[str, Any] = {"id": draw(st.sampled_from(["p", "Page_", "q"])) + str(number + 1)}
        known = {name: made[item["format"]] for name, item in items.items()}
        usable = {name: fmt for name, fmt in known.items() if fmt["type"] not in ("rank", "date", "text")}
        if usable and draw(st.booleans()):
            page["show_if"] = draw(conditions(usable))
        if draw(st.booleans()):
            page["title"] = texts(draw)
        if draw(st.integers(0, 5)) == 0:
            pages.append({**page, "type": "text", "text": texts(draw)})
            continue
        if draw(st.booleans()):
            page["intro"] = texts(draw)
        tables = [name for name, fmt in made.items() if fmt["type"] in ("likert", "choice")]
        one = draw(st.sampled_from(tables)) if tables and draw(st.booleans()) else None
        asked = [f"{stems[number % 4]}{number}_{i}" for i in range(draw(st.integers(1, 3)))]
        for name in asked:
            items[name] = {"text": texts(draw), "format": one or draw(st.sampled_from(sorted(made)))}
        page |= {"items": asked, "require": draw(st.sampled_from(["none", "hard"]))}
        pages.append({**page, "layout": "matrix"} if one else page)
    if draw(st.booleans()):
        pages.append({"id": "end", "type": "feedback", "text": texts(draw)})
    if not items:
        items["only"] = {"text": texts(draw), "format": "f0"}
        pages.insert(1, {"id": "one", "items": ["only"]})
    data = {"format": "twofold/1", "id": "made", "version": "1.0.0", "title": texts(draw), "languages": list(LANGUAGES)}
    return load(yaml_of({**data, "formats": made, "items": items, "scales": {}, "pages": pages}), "made")


# --- what is compared -----------------------------------------------------------------------------------------------


def words(text: Any, languages: tuple[str, ...]) -> Any:
    return None if text is None else {code: " ".join(say(text, code, languages).split()) for code in languages}


def answers(instrument: Instrument, item: str, languages: tuple[str, ...], *, lines: bool, most: bool) -> Any:
    """An item's format as a respondent meets it; how a platform writes its codes is left aside."""
    fmt = instrument.format_of(item)
    if isinstance(fmt, Likert):
        labels = {code: tuple(" ".join(x.split()) for x in labels_in(fmt.labels, code)) for code in languages}
        return "likert", fmt.from_, labels
    if isinstance(fmt, ChoiceFormat | MultiChoice | Rank):
        return fmt.type, [words(choice.label, languages) for choice in fmt.choices.values()]
    if isinstance(fmt, Number | Slider):
        return fmt.type, fmt.min, fmt.max, words(fmt.unit, languages), getattr(fmt, "integer", False)
    if isinstance(fmt, FreeText):
        return "text", fmt.lines if lines else fmt.lines > 1, fmt.max_length if most else None
    return fmt.type, fmt.min, fmt.max


def codes_of(instrument: Instrument, item: str) -> list[str]:
    return list(getattr(instrument.format_of(item), "choices", {}))


def asked(instrument: Instrument) -> list[str]:
    return [item for page in instrument.pages for item in page.items]


def same_conditions(first: Instrument, second: Instrument, pairs: list[tuple[str | None, str | None]]) -> None:
    """Conditions agree for every combination of answers that they tell apart, no answer among them."""
    there = dict(zip(asked(first), asked(second), strict=True))
    for one, other in pairs:
        assert (one is None) == (other is None), (one, other)
        if one is None or other is None:
            continue
        left, right = parse(one), parse(other)
        names = sorted({*left.names} | {mine for mine, theirs in there.items() if theirs in right.names})
        for picked in itertools.islice(itertools.product(*(values_of(first, name) for name in names)), 400):
            mine = dict(zip(names, picked, strict=True))
            theirs = {there[name]: translated(first, second, name, there[name], value) for name, value in mine.items()}
            assert left.holds(mine) == right.holds(theirs), (one, other, mine)


def values_of(instrument: Instrument, item: str) -> list[Any]:
    fmt = instrument.format_of(item)
    if isinstance(fmt, ChoiceFormat):
        return [None, *fmt.choices]
    if isinstance(fmt, MultiChoice):
        return [frozenset(), *(frozenset([code]) for code in fmt.choices), frozenset(fmt.choices)]
    if isinstance(fmt, Likert):
        return [None, *map(float, range(fmt.from_, fmt.from_ + 4))]
    return [None, 0.0, float(getattr(fmt, "min", 0) or 0), 3.0, 4.5]


def translated(first: Instrument, second: Instrument, mine: str, theirs: str, value: Any) -> Any:
    code = dict(zip(codes_of(first, mine), codes_of(second, theirs), strict=True))
    if isinstance(value, frozenset):
        return frozenset(code[one] for one in value)
    return code.get(value, value) if isinstance(value, str) else value


def same(first: Instrument, second: Instrument, kind: Path) -> None:
    """What respondents read and answer is the same, page by page; names may be theirs."""
    languages = second.languages
    wanted = [page for page in first.pages if page.type != "feedback" or kind != LIMESURVEY]
    found = [page for page in second.pages if page.type != "feedback" or kind != LIMESURVEY]
    assert [page.type for page in first.pages] == [page.type for page in second.pages]
    assert len(asked(first)) == len(asked(second))
    for one, other in zip(wanted, found, strict=True):
        title = words(one.title, languages)
        if kind == LIMESURVEY and title is None:
            title = dict.fromkeys(languages, one.id)
        assert words(other.title, languages) == title
        assert words(other.text, languages) == words(one.text, languages)
        assert words(other.intro, languages) == words(one.intro, languages)
        assert (other.layout, other.require, other.required) == (one.layout, one.require, one.required)
        for mine, theirs in zip(one.items, other.items, strict=True):
            assert words(second.items[theirs].text, languages) == words(first.items[mine].text, languages)
            exact = {"lines": kind != REDCAP, "most": kind != REDCAP}
            assert answers(second, theirs, languages, **exact) == answers(first, mine, languages, **exact)
    same_conditions(first, second, [(a.show_if, b.show_if) for a, b in zip(wanted, found, strict=True)])


MANY = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


@MANY
@given(instruments())
def test_any_instrument_comes_back_from_xlsform_which_pyxform_accepts(instrument: Instrument) -> None:
    content, report = write(instrument, XLSFORM)
    assert not report.refused
    accept(content)
    back, found = read(content, XLSFORM)
    assert not found.refused
    same(instrument, back, XLSFORM)
    assert list(back.items) == asked(instrument)
    assert [codes_of(back, item) for item in back.items] == [codes_of(instrument, item) for item in back.items]


def accept(content: bytes) -> str:
    """What the reference implementation of XLSForm makes of a workbook; it raises where the form is not valid."""
    from pyxform.xls2xform import convert as to_xform

    result = to_xform(io.BytesIO(content), validate=False, file_type=".xlsx")
    assert not result.warnings
    return str(result.xform)


@MANY
@given(instruments(), st.sampled_from(LANGUAGES))
def test_the_mappable_part_of_any_instrument_comes_back_from_redcap(instrument: Instrument, language: str) -> None:
    content, report = write(instrument, REDCAP, language)
    lines = list(csv.reader(io.StringIO(content.decode("utf-8"))))
    assert {len(line) for line in lines} == {18}
    assert all(name == name.lower() and len(name) <= 100 for name, *_ in lines[1:])
    assert len({name for name, *_ in lines[1:]}) == len(lines) - 1
    ranked = [item for item in asked(instrument) if isinstance(instrument.format_of(item), Rank)]
    bars = {where.where for where in report.refused if "'|'" in where.why}
    assert {r.where for r in report.refused} - bars == {f"item '{item}'" for item in ranked}
    back, found = read(content, REDCAP, language)
    assert not found.refused
    if not ranked and not bars:
        same(instrument, back, REDCAP)


@MANY
@given(instruments())
def test_any_instrument_comes_back_from_limesurvey(instrument: Instrument) -> None:
    content, report = write(instrument, LIMESURVEY)
    braces = [refusal for refusal in report.refused if "which LimeSurvey would compute" in refusal.why]
    assert len(braces) == len(report.refused)
    back, found = read(content, LIMESURVEY)
    assert not found.refused
    if braces:
        return
    same(instrument, back, LIMESURVEY)
    assert len(set(back.items)) == len(asked(instrument))


@MANY
@given(instruments())
def test_any_instrument_comes_back_from_yaml(instrument: Instrument) -> None:
    assert load(to_yaml(instrument), "again") == instrument


# --- what is refused, told and renamed --------------------------------------------------------------------------------


@pytest.mark.parametrize("target", [XLSFORM, REDCAP, LIMESURVEY], ids=["XLSForm", "REDCap", "LimeSurvey"])
def test_the_shipped_instrument_is_refused_for_its_network_and_converted_without_it(target: Path) -> None:
    content = shipped_text("two-supports").encode()
    with pytest.raises(ExchangeProblems) as refused:
        convert(content, Path("two-supports.yaml"), target, language="fr")
    said = str(refused.value)
    assert "page 'people': network 'ties'" in said
    assert "--partial" in said.splitlines()[-1]
    done = convert(content, Path("two-supports.yaml"), target, language="fr", partial=True)
    told = " ".join(done.report.left_behind)
    for part in ("scales and their scoring", "scores of choices", "checks of attention", "random order"):
        assert part in told
    back, found = read(done.content, target, "fr")
    assert not found.refused
    assert len(asked(back)) == len(asked(shipped("two-supports")))
    mentored = [page for page in back.pages if page.show_if and "mentor" in page.show_if]
    assert len(mentored) == 2


def test_every_kind_of_answer_and_every_key_is_mapped_or_named() -> None:
    """The words along a slider have no place in XLSForm, and what puts things in order none in REDCap."""
    instrument = load(EVERY, "every_key.yaml")
    everywhere = {
        "page 'people'",
        "page 'own'",
        "page 'other'",
        "page 'rest'",
        "page 'job'",
        "item 'kind'",
        "format 'ways', choice 'none'",
        "format 'sort', choice 'b'",
        "the instrument",
    }
    for target, wanted in (
        (XLSFORM, {"item 'mood'"}),
        (REDCAP, {"item 'ranks'", "languages"}),
        (LIMESURVEY, set()),
    ):
        _, report = write(instrument, target)
        assert {refusal.where for refusal in report.refused} - everywhere == wanted, target
        assert everywhere <= {refusal.where for refusal in report.refused}


def test_a_key_that_this_exchange_does_not_know_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The grammar grows: what was added and is not mapped yet must not vanish."""
    from survey.exchange import outline

    monkeypatch.setitem(outline._FORMAT_KEYS, "number", {"type", "min"})
    _, report = write(load(EVERY, "every_key.yaml"), XLSFORM)
    assert "format 'count': 'unit' has no counterpart." in [str(refusal) for refusal in report.refused]


def test_names_that_redcap_forbids_are_mapped_by_rule_and_told() -> None:
    text = EVERY.replace("calm", "Calm").replace("tense", "calm").replace("reach", "How_Reached__")
    content, report = write(load(text, "t"), REDCAP, "en")
    assert report.renamed["item 'Calm'"] == "'calm2'"
    assert report.renamed["item 'How_Reached__'"] == "'how_reached'"
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert tuple(rows[0]) == COLUMNS
    (rest,) = {row[COLUMNS[11]] for row in rows if row[COLUMNS[1]] == "rest"}
    assert rest == "[works] = 'yes' and [how_reached(mail)] = '1'"
    first = next(row for row in rows if row[COLUMNS[0]] == "calm2")
    assert (first[COLUMNS[3]], first[COLUMNS[5]]) == ("radio", "1, Disagree | 2, Neither | 3, Agree")
    assert first[COLUMNS[15]] == "feelings_grid"


def test_codes_that_limesurvey_forbids_are_mapped_in_conditions_too() -> None:
    content, report = write(load(EVERY.replace("mail", "by_mail"), "t"), LIMESURVEY)
    assert report.renamed["code of format 'ways': 'by_mail'"] == "'bymai'"
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter="\t"))
    assert {row["class"] for row in rows} == {"S", "SL", "G", "Q", "SQ", "A"}
    groups = {(row["language"], row["name"]): row["relevance"] for row in rows if row["class"] == "G"}
    assert groups["en", "rest"] == groups["fr", "rest"] == 'works.NAOK == "yes" and reach_bymai.NAOK == "Y"'
    texts = [row["text"] for row in rows if row["class"] == "SQ" and row["name"] == "tense"]
    assert texts == ["I am tense.", "Je suis tendu."]


def workbook(survey: list[list[str]], choices: list[list[str]] = [], settings_: list[list[str]] = []) -> bytes:  # noqa: B006
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in (("survey", survey), ("choices", choices), ("settings", settings_)):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


FOREIGN = [
    ["type", "name", "label", "hint", "relevant", "required", "constraint", "calculation"],
    ["start", "start"],
    ["note", "hello", "<b>Hello</b> &amp; welcome"],
    ["integer", "age", "How old?", "in years", "", "yes", ". >= 0 and . <= 120"],
    ["select_one sex", "sex", "Sex?", "", "${age} >= 18 and not(${age} = 99)"],
    ["select_multiple use", "use", "Which?", "", "${sex} != 'm'"],
    ["text", "why", "Why?", "be brief", "selected(${use}, 'b') or ${use} = ''"],
    ["geopoint", "where", "Where?"],
    ["calculate", "twice", "", "", "", "", "", "${age} * 2"],
    ["text", "odd", "Odd?", "", "count-selected(${use}) > 1"],
    ["begin_repeat", "kids", "Children"],
    ["text", "kid", "Name?"],
    ["end_repeat"],
    ["text", "late", "Hello ${why}"],
]
LISTS = [["list_name", "name", "label"], ["sex", "f", "F"], ["sex", "m", "M"], ["use", "a", "A"], ["use", "b", "B"]]


def test_a_form_of_others_is_read_and_what_has_no_place_is_listed_row_by_row() -> None:
    instrument, report = read(workbook(FOREIGN, LISTS), XLSFORM)
    assert [str(refusal) for refusal in report.refused] == [
        "row 7, 'why': its hint has no counterpart.",
        "row 8, 'where': questions of type 'geopoint' have no counterpart.",
        "row 9, 'twice': its 'calculation' has no counterpart.",
        "row 9, 'twice': questions of type 'calculate' have no counterpart.",
        "row 10, 'odd': its condition cannot be mapped: the condition cannot be understood at 'count-selected'.",
        "row 11, 'kids': a repeated group has no counterpart.",
        "row 14, 'late': its text shows another answer ('${…}').",
    ]
    assert asked(instrument) == ["age", "sex", "use", "why", "odd"]
    assert [page.show_if for page in instrument.pages] == [
        None,
        None,
        "age >= 18 and (not age == 99)",
        "not (sex == 'm')",
        "'b' in use or (not ('a' in use or 'b' in use))",
        None,
    ]
    assert instrument.pages[0].type == "consent"
    assert instrument.pages[1].require == "hard"
    assert say(instrument.pages[1].intro, "en", ("en",)) == "Hello & welcome"
    age = instrument.format_of("age")
    assert isinstance(age, Number)
    assert (age.min, age.max, age.integer) == (0, 120, True)
    assert say(age.unit, "en", ("en",)) == "in years"
    told = " ".join(report.left_behind)
    for part in ("consent page", "formatting (HTML)", "record the device"):
        assert part in told


def test_a_dictionary_of_redcap_is_read() -> None:
    blank = dict.fromkeys(COLUMNS, "")
    name, form, header, kind, label, choices = COLUMNS[:6]
    rows = [
        {name: "record_id", form: "base", kind: "text", label: "Record ID"},
        {name: "job", form: "base", header: "Work", kind: "yesno", label: "Do you work?", COLUMNS[12]: "y"},
        {
            name: "m1",
            form: "base",
            kind: "radio",
            label: "I am calm",
            choices: "0, Never | 1, Often, really",
            COLUMNS[15]: "m",
        },
        {
            name: "m2",
            form: "base",
            kind: "radio",
            label: "I am tense",
            choices: "0, Never | 1, Often, really",
            COLUMNS[15]: "m",
        },
        {name: "hrs", form: "base", kind: "text", label: "Hours?", COLUMNS[7]: "number", COLUMNS[9]: "80"}
        | {COLUMNS[6]: "a week", COLUMNS[11]: "[job] = '1' and [m1] <> ''"},
        {name: "bmi", form: "base", kind: "calc", label: "BMI", choices: "[hrs]/2"},
        {name: "mail", form: "base", kind: "text", label: "Mail?", COLUMNS[7]: "email"},
        {
            name: "far",
            form: "base",
            kind: "radio",
            label: "Far?",
            choices: "1, Yes",
            COLUMNS[11]: "[visit_1][job] = '1'",
        },
    ]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows([{**blank, **row} for row in rows])
    instrument, report = read(out.getvalue().encode(), REDCAP)
    assert [str(refusal) for refusal in report.refused] == [
        "field 'bmi': fields of type 'calc' have no counterpart.",
        "field 'mail': texts of the kind 'email' have no counterpart.",
        "field 'far': its condition cannot be mapped: the condition cannot be understood at 'job'.",
    ]
    assert [(page.layout, page.items, page.show_if) for page in instrument.pages[1:]] == [
        ("list", ("job",), None),
        ("matrix", ("m1", "m2"), None),
        ("list", ("hrs",), "job == '1' and answered(m1)"),
        ("list", ("far",), None),
    ]
    matrix = instrument.format_of("m1")
    assert isinstance(matrix, Likert)
    assert (matrix.from_, labels_in(matrix.labels, "en")) == (0, ("Never", "Often, really"))
    assert isinstance(instrument.format_of("job"), ChoiceFormat)


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("x.xlsx", b"no workbook", "no Excel workbook"),
        ("x.csv", b"a,b\n1,2\n", "18 and the first is"),
        ("x.csv", b"", "empty"),
        ("x.tsv", b"class\tname\n", "type/scale"),
        ("x.docx", b"", "its format is not known by its ending"),
    ],
)
def test_a_file_that_is_something_else_is_told_in_one_line(name: str, content: bytes, word: str) -> None:
    with pytest.raises(UnreadableError, match=word) as told:
        read(content, Path(name))
    assert len(str(told.value).splitlines()) == 1


def test_a_cell_that_begins_with_a_sign_is_no_formula() -> None:
    import openpyxl

    text = EVERY.replace("Do you work?", "=1+1?").replace("How many do you know?", "+known")
    content, _ = write(load(text, "t"), XLSFORM)
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for row in book["survey"].iter_rows() for cell in row if cell.value in ("=1+1?", "+known")]
    assert len(cells) == 4
    assert {cell.data_type for cell in cells} == {"s"}


def structure(rows: list[dict[str, str]]) -> bytes:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="", delimiter="\t")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def test_a_survey_of_limesurvey_is_read_in_both_languages_and_what_has_no_place_is_listed() -> None:
    def said(language: str, texts: tuple[str, ...]) -> list[dict[str, str]]:
        t = iter(texts)
        base = [
            {"class": "G", "type/scale": "G1", "name": next(t), "relevance": "1", "text": "<p>Hi &amp; welcome</p>"},
            {"class": "Q", "type/scale": "G", "name": "sex", "relevance": "1", "text": next(t), "mandatory": "Y"},
            {"class": "Q", "type/scale": "A", "name": "mood", "relevance": "1", "text": "", "mandatory": "Y"},
            {"class": "SQ", "name": "calm", "text": next(t)},
            {"class": "SQ", "name": "tense", "text": next(t)},
            {
                "class": "Q",
                "type/scale": "M",
                "name": "ways",
                "relevance": 'sex.NAOK == "F"',
                "text": next(t),
                "other": "Y",
            },
            {"class": "SQ", "name": "mail", "text": next(t)},
            {"class": "SQ", "name": "call", "text": next(t)},
            {
                "class": "Q",
                "type/scale": "K",
                "name": "hrs",
                "relevance": "ways_mail == 'Y' && !is_empty(mood_calm)",
                "text": next(t),
            },
            {"class": "SQ", "name": "work", "text": next(t)},
            {"class": "Q", "type/scale": "1", "name": "dual", "relevance": "1", "text": next(t)},
            {"class": "Q", "type/scale": "S", "name": "old", "relevance": '12345X6X7 == "Y"', "text": next(t)},
        ]
        return [{**row, "language": language} for row in base]

    english = ("Start", "Sex?", "Calm", "Tense", "Ways?", "Mail", "Call", "Hours", "at work", "Dual?", "Old?")
    french = (
        "Début",
        "Sexe ?",
        "Calme",
        "Tendu",
        "Voies ?",
        "Courrier",
        "Appel",
        "Heures",
        "au travail",
        "Double ?",
        "Vieux ?",
    )
    rows = [
        {"class": "S", "name": "language", "text": "en", "type/scale": "", "relevance": "", "language": ""},
        {"class": "S", "name": "additional_languages", "text": "fr"},
        {"class": "SL", "name": "surveyls_title", "text": "T", "language": "en"},
        {"class": "SL", "name": "surveyls_title", "text": "T-fr", "language": "fr"},
        *said("en", english),
        *said("fr", french),
    ]
    instrument, report = read(structure(rows), LIMESURVEY)
    assert [str(refusal) for refusal in report.refused] == [
        "question 'ways': the answer 'other' with words of one's own has no counterpart.",
        "question 'dual': questions of type '1' have no counterpart.",
        "question 'old': its condition cannot be mapped: the condition cannot be understood at 'X6X7'.",
    ]
    assert instrument.languages == ("en", "fr")
    assert [(page.layout, page.items, page.show_if) for page in instrument.pages[1:]] == [
        ("list", ("sex",), None),
        ("matrix", ("calm", "tense"), None),
        ("list", ("ways",), "sex == 'F'"),
        ("list", ("hrs_work",), "'mail' in ways and answered(calm)"),
        ("list", ("old",), None),
    ]
    assert instrument.pages[1].require == "hard"
    assert words(instrument.pages[1].intro, ("en", "fr")) == dict.fromkeys(("en", "fr"), "Hi & welcome")
    assert words(instrument.items["hrs_work"].text, ("en", "fr")) == {"en": "Hours at work", "fr": "Heures au travail"}
    calm = instrument.format_of("calm")
    assert isinstance(calm, Likert)
    assert (calm.from_, labels_in(calm.labels, "fr")) == (1, ("1", "2", "3", "4", "5"))


def test_the_command_refuses_with_2_and_writes_nothing_then_the_rest_with_a_list(tmp_path: Path) -> None:
    (tmp_path / "every.yaml").write_text(EVERY, encoding="utf-8")
    refused = twofold("convert", "every.yaml", "out.xlsx", cwd=tmp_path)
    assert refused.returncode == 2
    assert "every.yaml: item 'mood': the words along a slider have no counterpart." in refused.stderr
    assert not (tmp_path / "out.xlsx").exists()
    done = twofold("convert", "every.yaml", "out.xlsx", "--partial", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    listed = (tmp_path / "out.xlsx.notes.txt").read_text("utf-8")
    for line in listed.splitlines():
        assert line in done.stdout
    back = twofold("convert", "out.xlsx", "back.yaml", cwd=tmp_path)
    assert back.returncode == 0, back.stderr
    assert twofold("check", "back.yaml", cwd=tmp_path).returncode == 0
    unknown = twofold("convert", "every.yaml", "out.pdf", cwd=tmp_path)
    assert (unknown.returncode, len(unknown.stderr.splitlines())) == (2, 1)
