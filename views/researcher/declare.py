"""Saying what the columns of a table are: by an instrument file, or on the page, column by column."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import streamlit as st

from survey.errors import SurveyError
from survey.files.problems import FileProblems
from survey.instrument.canonical import to_yaml
from survey.instrument.draw_up import ColumnKind, ColumnSpec, ScaleSpec, draw_up, ids_of
from survey.instrument.load import load
from views import state
from views.researcher.naming import slug_of
from views.researcher.show import complain, plain, show_problems
from views.researcher.source import Source

if TYPE_CHECKING:
    import pandas as pd

    from survey.dataset.upload import Uploaded
    from survey.instrument.model import Instrument

HOW = {"here": "Draw it up here", "file": "Upload an instrument"}
USES: dict[str, ColumnKind] = {
    "answer": "likert",
    "number": "number",
    "category": "category",
    "group": "group",
    "text": "text",
    "leave out": "ignore",
}
"""What a column can be, in the words of the page."""
CALLED = {kind: use for use, kind in USES.items()} | {"choice": "category"}


def declare(table: Uploaded) -> Source | None:
    """The table with its instrument once the person says go; None until then."""
    how = st.segmented_control(
        "What the columns are", list(HOW), default="here", required=True, format_func=HOW.__getitem__, key="how"
    )
    return _by_file(table) if how == "file" else _by_hand(table)


def _by_file(table: Uploaded) -> Source | None:
    file = st.file_uploader("Instrument (.yaml)", type=["yaml", "yml"], key="instrument_file")
    if file is None:
        st.caption("It names the items with their answer scales, and the scales that they belong to.")
        return None
    text = file.getvalue().decode("utf-8", "replace")
    try:
        instrument = load(text, file.name)
    except FileProblems as error:
        show_problems(error.problems, file.name, text)
        return None
    st.success(f"{len(instrument.items)} items, {len(instrument.scales)} scales.")
    return _go(table, table.frame, instrument)


def _by_hand(table: Uploaded) -> Source | None:
    st.header("1. Columns", anchor=False)
    st.caption(
        "A first guess; put right what is wrong. An **answer** is one step on an answer scale: give the lowest and the "
        "highest step that could be chosen, not only those that were. A **category** is a gender or a country; a "
        "**group** says who belongs together (team, firm). **Leave out** what you do not need."
    )
    columns = _columns(table)
    st.header("2. Scales", anchor=False)
    scales = _scales(table, columns)
    st.header("3. Go", anchor=False)
    title = table.name.rsplit(".", 1)[0]
    try:
        instrument = draw_up(slug_of(title), columns, scales, title=title)
    except FileProblems as error:
        show_problems(error.problems, "What is drawn up here")
        return None
    ids = {spec.column: spec.name for spec in columns if spec.kind != "ignore"}
    with st.container(horizontal=True):
        source = _go(table, table.frame[list(ids)].rename(columns=ids), instrument, ids)
        st.download_button(
            "Download the instrument (.yaml)", to_yaml(instrument), f"{instrument.id}.yaml", "application/yaml",
            on_click="ignore",
            help="Upload it next time with your table, or give it to: twofold analyze --instrument",
        )  # fmt: skip
    return source


def _columns(table: Uploaded) -> tuple[ColumnSpec, ...]:
    import pandas as pd

    guessed = _guess(table.sha, table)
    shown = pd.DataFrame(
        {
            "Column": [spec.column for spec in guessed],
            "It is": [CALLED[spec.kind] for spec in guessed],
            "Lowest": [spec.minimum for spec in guessed],
            "Highest": [spec.maximum for spec in guessed],
            **({"Question": [spec.text for spec in guessed]} if table.texts else {}),
        }
    )
    edited = st.data_editor(
        shown, hide_index=True, disabled=["Column", "Question"], key=f"columns_{table.sha[:12]}",
        height=min(38 + 35 * len(shown), 460),
        column_config={"It is": st.column_config.SelectboxColumn(options=list(USES), required=True)},
        alt="What each column is, with the lowest and highest answer",
    )  # fmt: skip
    return tuple(_spec(spec, row) for spec, (_, row) in zip(guessed, edited.iterrows(), strict=True))


def _spec(guessed: ColumnSpec, row: pd.Series) -> ColumnSpec:
    """The column as the person says it is."""
    kind = USES[str(row["It is"])]
    if kind == "category" and guessed.labels:
        kind = "choice"
    limits = (_number(row["Lowest"]), _number(row["Highest"])) if kind == "likert" else (None, None)
    return replace(guessed, kind=kind, minimum=limits[0], maximum=limits[1])


@st.cache_data(max_entries=4, ttl="1h", show_spinner="Looking at the columns", scope="session")
def _guess(sha: str, _table: Uploaded) -> tuple[ColumnSpec, ...]:
    from survey.dataset.guess import guess_columns

    return guess_columns(_table.frame, _table.texts, _table.labels)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and value == value else None


def _scales(table: Uploaded, columns: tuple[ColumnSpec, ...]) -> tuple[ScaleSpec, ...]:
    """The scales so far, each with a way to remove it, and a form for one more."""
    from survey.dataset.guess import guess_scales

    answers = [spec.name for spec in columns if spec.kind == "likert"]
    sha, scales = st.session_state.get(state.SCALES) or ("", ())
    if sha != table.sha:
        scales = guess_scales(columns, table.frame)
    scales = tuple(s for s in scales if {i.lstrip("-") for i in s.items} <= set(answers))
    for scale in scales:
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            signs = ", ".join(f"{i[1:]} (reversed)" if i.startswith("-") else i for i in scale.items)
            st.markdown(f"**{plain(scale.label)}** · {scale.score} of {plain(signs)}")
            if st.button("Remove", key=f"remove_{scale.name}"):
                st.session_state[state.SCALES] = (table.sha, tuple(s for s in scales if s is not scale))
                st.rerun()
    if scales and any(item.startswith("-") for scale in scales for item in scale.items):
        st.caption("Which items are reversed is guessed from how they run together. Check it against their wording.")
    if not scales:
        st.write("No scale yet. Add one below; without scales only single columns can be analysed.")
    st.session_state[state.SCALES] = (table.sha, scales)
    with st.expander("Add a scale", expanded=not scales), st.form(f"add_scale_{len(scales)}", border=False):
        label = st.text_input("Name of the scale", max_chars=60)
        items = st.multiselect("Its items", answers, select_all=False, wrap=True)
        turned = st.multiselect("Of these, reversed", answers, select_all=False, help="Items that say the opposite.")
        score: Literal["mean", "sum"] = st.radio("Score", ["mean", "sum"], horizontal=True)
        if st.form_submit_button("Add the scale"):
            added = _added(label.strip(), items, turned, score, [*(d.name for d in columns), *(s.name for s in scales)])
            if isinstance(added, str):
                st.error(added)
            else:
                st.session_state[state.SCALES] = (table.sha, (*scales, added))
                st.rerun()
    return scales


def _added(
    label: str, items: list[str], turned: list[str], score: Literal["mean", "sum"], taken: list[str]
) -> ScaleSpec | str:
    """The new scale, or what is wrong with it."""
    if not label or not items:
        return "Give the scale a name and pick its items."
    if stray := [i for i in turned if i not in items]:
        return f"{plain(stray[0])} is reversed but not among the scale's items. Pick it there as well."
    signed = tuple(f"-{i}" if i in turned else i for i in items)
    return ScaleSpec(ids_of([*taken, label])[-1], signed, label, score, min_answered=0.75)


def _go(
    table: Uploaded, frame: pd.DataFrame, instrument: Instrument, ids: dict[str, str] | None = None
) -> Source | None:
    """The data under the instrument, once the person says so; ``ids`` by header where the frame bears ids."""
    from survey.dataset.read import read_frame

    if not st.button("Open in the explorer", type="primary", key="go"):
        return None
    missing = {(ids or {}).get(header, header): kinds for header, kinds in table.missing.items()}
    try:
        dataset = read_frame(frame, instrument, table.name, missing)
    except SurveyError as error:
        complain(error)
        return None
    return Source(f"file {table.sha} {hash(instrument.model_dump_json())}", table.name, dataset)
