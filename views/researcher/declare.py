"""Saying what the columns of a table are: by an instrument file, or on the page, column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from survey.errors import SurveyError
from survey.files.problems import FileProblems
from survey.instrument.load import load
from views import state
from views.researcher import drawup
from views.researcher.drawup import Drawn, DrawnScale
from views.researcher.naming import slug_of
from views.researcher.show import plain, show_problems
from views.researcher.source import Source

if TYPE_CHECKING:
    import pandas as pd

    from survey.instrument.model import Instrument
    from views.researcher.reading import Uploaded

HOW = {"here": "Draw it up here", "file": "Upload an instrument"}


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
    try:
        instrument = load(file.getvalue().decode("utf-8", "replace"), file.name)
    except FileProblems as error:
        show_problems(error.problems, file.name)
        return None
    st.success(f"{len(instrument.items)} items, {len(instrument.scales)} scales.")
    return _go(table, table.frame, instrument)


def _by_hand(table: Uploaded) -> Source | None:
    st.header("1. Columns", anchor=False)
    st.caption(
        "A first guess. An answer is one step on an answer scale: give the lowest and the highest step that could be "
        "chosen, not only those that were. Leave out what you do not need."
    )
    columns = _columns(table)
    bad = [d for d in columns if d.use == "answer" and not _steps(d)]
    for drawn in bad:
        st.error(f"{drawn.column}: give a lowest and a highest whole number, at most 20 steps apart.")
    st.header("2. Scales", anchor=False)
    scales = _scales(table, columns)
    st.header("3. Go", anchor=False)
    if bad:
        return None
    title = table.name.rsplit(".", 1)[0]
    text = drawup.instrument_text(title, slug_of(title), columns, scales)
    try:
        instrument = load(text, "the instrument")
    except FileProblems as error:
        show_problems(error.problems, "The instrument drawn up here")
        return None
    frame = table.frame.rename(columns={d.column: d.name for d in columns})
    with st.container(horizontal=True):
        source = _go(table, frame[[d.name for d in columns if d.use != "leave out"]], instrument)
        st.download_button(
            "Download the instrument (.yaml)", text, f"{instrument.id}.yaml", "application/yaml", on_click="ignore",
            help="Upload it next time with your table, or give it to: twofold analyze --instrument",
        )  # fmt: skip
    return source


def _steps(drawn: Drawn) -> bool:
    low, high = drawn.low, drawn.high
    return low is not None and high is not None and low % 1 == 0 and high % 1 == 0 and 1 <= high - low <= 20


def _columns(table: Uploaded) -> tuple[Drawn, ...]:
    import pandas as pd

    guessed = _guess(table.sha, table.frame, table.texts)
    shown = pd.DataFrame(
        {
            "Column": [d.column for d in guessed],
            "It is": [d.use for d in guessed],
            "Lowest": [d.low for d in guessed],
            "Highest": [d.high for d in guessed],
        }
    )
    edited = st.data_editor(
        shown, hide_index=True, disabled=["Column"], key=f"columns_{table.sha[:12]}",
        height=min(38 + 35 * len(shown), 460),
        column_config={"It is": st.column_config.SelectboxColumn(options=list(drawup.USES), required=True)},
        alt="What each column is, with the lowest and highest answer",
    )  # fmt: skip
    return tuple(
        Drawn(d.column, d.name, str(row["It is"]), _number(row["Lowest"]), _number(row["Highest"]), d.text)
        for d, (_, row) in zip(guessed, edited.iterrows(), strict=True)
    )


@st.cache_data(max_entries=4, ttl="1h", show_spinner=False, scope="session")
def _guess(sha: str, _frame: pd.DataFrame, _texts: dict[str, str]) -> tuple[Drawn, ...]:
    return drawup.guess(_frame, _texts)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and value == value else None


def _scales(table: Uploaded, columns: tuple[Drawn, ...]) -> tuple[DrawnScale, ...]:
    """The scales so far, each with a way to remove it, and a form for one more."""
    answers = [d.name for d in columns if d.use == "answer"]
    sha, scales = st.session_state.get(state.SCALES) or ("", ())
    if sha != table.sha:
        scales = drawup.guess_scales(columns, table.frame)
    scales = tuple(s for s in scales if set(s.items) <= set(answers))
    for scale in scales:
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            signs = ", ".join(f"{i} (reversed)" if i in scale.reversed_items else i for i in scale.items)
            st.markdown(f"**{plain(scale.label)}** · {scale.score} of {plain(signs)}")
            if st.button("Remove", key=f"remove_{scale.name}"):
                st.session_state[state.SCALES] = (table.sha, tuple(s for s in scales if s is not scale))
                st.rerun()
    if not scales:
        st.write("No scale yet. Add one below; without scales only single columns can be analysed.")
    st.session_state[state.SCALES] = (table.sha, scales)
    with st.expander("Add a scale", expanded=not scales), st.form("add_scale", border=False, clear_on_submit=True):
        label = st.text_input("Name of the scale", max_chars=60)
        items = st.multiselect("Its items", answers, select_all=False, wrap=True)
        turned = st.multiselect("Of these, reversed", answers, select_all=False, help="Items that say the opposite.")
        score = st.radio("Score", ["mean", "sum"], horizontal=True)
        if st.form_submit_button("Add the scale"):
            added = _added(label.strip(), tuple(items), tuple(turned), score, scales, columns)
            if isinstance(added, str):
                st.error(added)
            else:
                st.session_state[state.SCALES] = (table.sha, (*scales, added))
                st.rerun()
    return scales


def _added(
    label: str, items: tuple[str, ...], turned: tuple[str, ...], score: str, scales: tuple[DrawnScale, ...],
    columns: tuple[Drawn, ...],
) -> DrawnScale | str:  # fmt: skip
    """The new scale, or what is wrong with it."""
    if not label or not items:
        return "Give the scale a name and pick its items."
    if stray := [i for i in turned if i not in items]:
        return f"{stray[0]} is reversed but not among the scale's items. Pick it there as well."
    taken = [*(d.name for d in columns), *(s.name for s in scales)]
    return DrawnScale(drawup.ids_of([*taken, label])[-1], label, items, turned, score)


def _go(table: Uploaded, frame: pd.DataFrame, instrument: Instrument) -> Source | None:
    from survey.dataset.read import read_frame

    if not st.button("Open in the explorer", type="primary", key="go"):
        return None
    try:
        dataset = read_frame(frame, instrument, table.name)
    except SurveyError as error:
        st.error(str(error))
        return None
    return Source(f"file {table.sha} {hash(instrument.model_dump_json())}", table.name, dataset)
