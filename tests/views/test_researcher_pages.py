"""The researcher's pages, each run in AppTest on a store of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from survey.assurance import Assured
from survey.instrument.load import shipped, shipped_text
from survey.instrument.starter import start
from survey.instrument.unfilled import unfilled
from survey.store import Store, User
from tests.support.browser import ROOT
from tests.survey.store_support import TEXT
from tests.views.researcher_support import FILLED, again, fill, look_at, open_page, people, temporary_store, words
from views.researcher import steps
from views.researcher.places import PLACES, allowed


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    yield from temporary_store(tmp_path, monkeypatch)


@pytest.fixture
def users(store: Store) -> dict[str, User]:
    return people(store)


@pytest.fixture
def owner(users: dict[str, User]) -> User:
    return users["owner"]


Patch = pytest.MonkeyPatch


# --- who sees what ---


def test_each_role_has_its_own_pages_and_no_other() -> None:
    paths = {role: [p.path for p in allowed(role)] for role in ("owner", "analyst", "recruiter")}
    assert paths["owner"] == [p.path for p in PLACES]
    assert set(paths["owner"]) - set(paths["analyst"]) == {"new", "edit", "log", "people"}
    assert paths["recruiter"] == ["studies", "study", "people", "account"]


@pytest.mark.parametrize("path", ["data", "results", "upload", "plan", "new", "edit"])
def test_a_recruiter_is_refused_even_where_a_page_runs(
    path: str, users: dict[str, User], store: Store, monkeypatch: Patch
) -> None:
    fill(store)
    said = words(open_page(path, users["recruiter"], monkeypatch, name=FILLED))
    assert "does not open this page" in said
    assert "Psychosocial" not in said


@pytest.mark.parametrize("path", [p.path for p in PLACES])
def test_nobody_is_asked_to_sign_in(path: str, store: Store, monkeypatch: Patch) -> None:
    page = open_page(path, None, monkeypatch)
    assert page.warning[0].value == "You are signed out."
    assert "/auth/login" in words(page)


def test_a_recruiter_sees_counts_and_links_but_no_way_to_answers_or_to_change(
    users: dict[str, User], store: Store, monkeypatch: Patch
) -> None:
    fill(store)
    page = open_page("study", users["recruiter"], monkeypatch, name=FILLED)
    assert [m.label for m in page.metric] == ["Opened", "Consented", "Completed", "Median minutes", "Here now"]
    assert page.metric[2].value == "120"
    assert [b.label for b in page.button] == ["Make the links", "Look them up"]


def test_an_analyst_never_makes_personal_links(users: dict[str, User], store: Store, monkeypatch: Patch) -> None:
    fill(store)
    page = open_page("study", users["analyst"], monkeypatch, name=FILLED)
    assert not page.button


# --- studies ---


def test_the_first_page_tells_what_to_do_when_there_is_nothing(owner: User, monkeypatch: Patch) -> None:
    page = open_page("studies", owner, monkeypatch)
    assert "No study yet" in words(page)
    assert [b.label for b in page.button] == ["Create your first study"]


def test_the_list_shows_status_and_counts(owner: User, store: Store, monkeypatch: Patch) -> None:
    fill(store)
    store.studies.create("other", shipped_text("two-supports"), "Another *study* & more")
    said = words(open_page("studies", owner, monkeypatch))
    assert "completed 120" in said
    assert r"Another \*study\* & more" in said
    assert "Nobody can open it yet." in said


@pytest.mark.parametrize("path", ["study", "data", "results", "plan"])
def test_pages_of_a_study_say_what_to_do_when_there_is_none(path: str, owner: User, monkeypatch: Patch) -> None:
    assert "Create a study" in words(open_page(path, owner, monkeypatch))


@pytest.mark.parametrize("path", ["data", "results", "plan"])
def test_a_study_without_answers_says_so(path: str, owner: User, store: Store, monkeypatch: Patch) -> None:
    store.studies.create("empty", shipped_text("two-supports"), "Empty")
    store.studies.set_status("empty", "pilot")
    assert "Nobody has answered yet" in words(open_page(path, owner, monkeypatch))


# --- a new study ---


def test_a_study_is_made_from_the_shipped_questionnaire_with_its_plan(
    owner: User, store: Store, monkeypatch: Patch
) -> None:
    page = open_page("new", owner, monkeypatch)
    assert "unvalidated until piloted" in words(page)
    page.text_input(key="title").set_value("Être soutenu: a study!")
    page.button(key="create").click().run()
    (study,) = store.studies.list()
    assert (study.slug, study.title, study.status) == ("etre-soutenu-a-study", "Être soutenu: a study!", "draft")
    assert study.plan_text


def test_a_pasted_questionnaire_with_mistakes_lists_them_all(owner: User, store: Store, monkeypatch: Patch) -> None:
    page = open_page("new", owner, monkeypatch)
    page.segmented_control(key="source").set_value("text").run()
    broken = shipped_text("two-supports").replace("ins1, ins2", "ins1, nowhere").replace("licence:", "license:")
    page.text_area(key="text").set_value(broken)
    again(page.button(key="create").click())
    said = words(page)
    assert "has 3 mistakes. No study was made." in said
    assert "nowhere" in said
    assert "license" in said
    assert said.count("**Line ") >= 2
    assert any(code.value.startswith("license:") for code in page.code), "the line itself stands there"
    assert not store.studies.list()


def test_nothing_pasted_is_said_in_words(owner: User, monkeypatch: Patch) -> None:
    page = open_page("new", owner, monkeypatch)
    page.segmented_control(key="source").set_value("text").run()
    again(page.button(key="create").click())
    assert "There is no questionnaire yet" in words(page)


# --- one study ---

SAID = Assured(ethics="REC 2026/12", distress="The study's team.", translations={"fr": ("committee", "Three people.")})


def test_what_was_said_at_a_launch_stands_on_the_page_and_what_was_not(
    owner: User, store: Store, monkeypatch: Patch
) -> None:
    store.studies.create("s", shipped_text("two-supports"), "S")
    assert steps.take("live", "s", owner.name, said=SAID) == ""
    said = words(open_page("study", owner, monkeypatch, name="s")).replace("\\", "")
    for line in ("REC 2026/12", "The study's team.", "discussed in a committee: Three people.", f"by {owner.name}."):
        assert line in said
    assert "nothing was said" not in said
    fill(store)  # by a program, whose respondents are made up
    page = open_page("study", owner, monkeypatch, name=FILLED)
    assert words(page).count("nothing was said of it") == 3
    page.text_input(key="assure_ethics_0").set_value("REC 9")
    again(page.button(key="assure_keep").click())
    assert words(page).count("nothing was said of it") == 2
    assert [(one.kind, one.words) for one in store.assurances.list(FILLED)] == [("ethics", "REC 9")]


@pytest.mark.parametrize("may_write", [False, True])
def test_a_questionnaire_that_names_nobody_to_turn_to_is_pointed_out(
    may_write: bool, owner: User, store: Store, monkeypatch: Patch
) -> None:
    text = TEXT.replace("Do you agree?", "Do you agree? Write to ann@example.org.") if may_write else TEXT
    store.studies.create("s", text, "S")
    page = open_page("study", owner, monkeypatch, name="s")
    again(page.button(key="step_live").click())
    assert [("whom to write to" in warning.value) for warning in page.warning] == ([] if may_write else [True])


@pytest.mark.parametrize(
    ("status", "step", "after"),
    [
        ("draft", "pilot", "pilot"),
        ("draft", "live", "live"),
        ("pilot", "live", "live"),
        ("pilot", "draft", "draft"),
        ("live", "closed", "closed"),
    ],
)
def test_each_step_says_what_changes_before_it_is_done(
    status: str, step: steps.Target, after: str, owner: User, store: Store, monkeypatch: Patch
) -> None:
    store.studies.create("s", shipped_text("two-supports"), "S")
    if status != "draft":
        store.studies.set_status("s", status)
    page = open_page("study", owner, monkeypatch, name="s")
    again(page.button(key=f"step_{step}").click())
    assert store.studies.get("s").status == status, "a dialog asks first"
    assert "- " in words(page)
    assert page.button(key=f"confirm_{step}")
    # AppTest cannot press a button of a dialog (it runs the whole page again); the browser test does.
    if step == "live":
        assert page.button(key="confirm_live").disabled, "what a launch asks for has not been said"
        assert "Still to be said" in steps.take(step, "s", owner.name)
        assert store.studies.get("s").status == status
    assert steps.take(step, "s", owner.name, said=SAID if step == "live" else steps.NOTHING_SAID) == ""
    assert store.studies.get("s").status == after


@pytest.mark.parametrize("step", ["pilot", "live"])
def test_a_placeholder_on_the_consent_page_is_pointed_out_before_the_link_opens(
    step: str, owner: User, store: Store, monkeypatch: Patch
) -> None:
    text = shipped_text("two-supports")
    placeholders = [placeholder for _, placeholder in unfilled(shipped("two-supports"))]
    store.studies.create("s", text, "S")
    page = open_page("study", owner, monkeypatch, name="s")
    again(page.button(key=f"step_{step}").click())
    assert len(page.warning) == len(placeholders) == 2
    assert all("The consent page still says" in warning.value for warning in page.warning)
    assert "name and e\\-mail address" in page.warning[0].value
    assert "nom et adresse" in page.warning[1].value
    for placeholder in placeholders:
        text = text.replace(placeholder, "ann@example.org")
    store.studies.update_instrument("s", text)
    page = open_page("study", owner, monkeypatch, name="s")
    again(page.button(key=f"step_{step}").click())
    assert page.button(key=f"confirm_{step}")
    assert not page.warning


def test_items_without_wording_are_pointed_out_in_one_line(owner: User, store: Store, monkeypatch: Patch) -> None:
    store.studies.create("s", start("mine", ("en", "fr"), "pss-10")[0], "S")
    page = open_page("study", owner, monkeypatch, name="s")
    again(page.button(key="step_pilot").click())
    (said,) = [warning.value for warning in page.warning if "no wording" in warning.value]
    assert said.replace("\\", "").startswith("10 item(s) have no wording yet, the first is pss10_1.")


@pytest.mark.parametrize("step", ["pilot", "live"])
def test_wordings_of_others_need_their_owners_permission_before_the_link_opens(
    step: str, owner: User, store: Store, monkeypatch: Patch
) -> None:
    source = "sources: {theirs: {citation: 'Doe, J. (2020). A *scale*.', owner: J. Doe}}\n"
    store.studies.create("s", shipped_text("two-supports") + source, "S")
    page = open_page("study", owner, monkeypatch, name="s")
    again(page.button(key=f"step_{step}").click())
    assert page.button(key=f"confirm_{step}").disabled
    assert "J. Doe permits" in page.checkbox(key=f"permission_{step}_theirs").label.replace("\\", "")
    again(page.checkbox(key=f"permission_{step}_theirs").check())
    said = SAID if step == "live" else steps.NOTHING_SAID
    # A whole run closes a dialog in AppTest, so what its button does is called here.
    assert "must permit" in steps.take(step, "s", owner.name, said=said)
    assert store.studies.get("s").status == "draft"
    assert steps.take(step, "s", owner.name, ["theirs"], said) == ""
    assert store.studies.get("s").status == step


def test_a_step_that_cannot_be_taken_is_said_in_words(store: Store) -> None:
    store.studies.create("s", shipped_text("two-supports"), "S")
    assert "cannot become closed" in steps.take("closed", "s", "Ada")


def test_a_study_shows_its_link_its_fingerprint_and_its_questionnaire(
    owner: User, store: Store, monkeypatch: Patch
) -> None:
    fill(store)
    page = open_page("study", owner, monkeypatch, name=FILLED)
    codes = [c.value for c in page.code]
    assert any(c.endswith(f"/?study={FILLED}") for c in codes)
    assert store.studies.get(FILLED).instrument_hash in codes
    said = words(page)
    assert "unvalidated until piloted" in said
    assert "I can get honest career advice" in said


def test_personal_links_are_made_once_and_work(users: dict[str, User], store: Store, monkeypatch: Patch) -> None:
    fill(store)
    page = open_page("study", users["recruiter"], monkeypatch, name=FILLED)
    page.number_input(key="how_many").set_value(3)
    again(page.button(key="make_links").click())
    assert "3 links are ready" in words(page)
    assert page.get("download_button")
    again(page)
    assert "links are ready" not in words(page)


def test_only_a_draft_can_be_deleted(owner: User, store: Store, monkeypatch: Patch) -> None:
    fill(store)
    page = open_page("study", owner, monkeypatch, name=FILLED)
    assert "Delete the draft" not in [b.label for b in page.button]


# --- data, results, plan ---


def test_the_data_page_has_scores_spread_and_what_is_missing(owner: User, store: Store, monkeypatch: Patch) -> None:
    fill(store)
    page = open_page("data", owner, monkeypatch, name=FILLED)
    said = words(page)
    assert "120 respondents have answered" in said
    assert "Instrumental support" in said
    assert "Most often without an answer" in said
    assert [s.value for s in page.header] == ["Scores", "Distributions", "Missing answers"]
    assert len(page.get("plotly_chart")) == 4  # the network of somebody among them


def test_pilot_and_live_answers_are_kept_apart(owner: User, store: Store, monkeypatch: Patch) -> None:
    fill(store, phase="pilot")
    store.studies.set_status(FILLED, "live")
    page = open_page("data", owner, monkeypatch, name=FILLED)
    assert "Nobody has answered yet" in words(page)
    again(page.segmented_control(key="phase").set_value("pilot"))
    assert "120 respondents have answered" in words(page)


def test_reliability_answers_to_its_options(owner: User, store: Store, monkeypatch: Patch) -> None:
    fill(store)
    page = open_page("results", owner, monkeypatch, name=FILLED)
    assert "Reliability of the Scales" in words(page)
    assert "Feldt" in words(page)
    again(page.select_slider(key="r_resamples").set_value(500))
    assert "BCa bootstrap" in words(page)
    again(page.checkbox(key="r_dropped").check())
    assert "if dropped" in words(page).lower() or "drop" in words(page).lower()
    again(page.radio(key="r_missing").set_value("pairwise"))
    again(page.multiselect(key="r_scales").set_value([]))
    assert "Pick one scale or more." in words(page)


@pytest.mark.parametrize(
    ("view", "cautioned"),
    [
        ("reliability", False),
        ("factor", True),
        ("structure", False),
        ("correlation", True),
        ("regression", True),
        ("missing", False),
        ("groups", True),
        ("waves", False),
        ("care", False),
    ],
)
def test_relations_in_a_live_study_come_with_a_caution(
    view: str, cautioned: bool, owner: User, store: Store, monkeypatch: Patch
) -> None:
    fill(store)
    page = open_page("results", owner, monkeypatch, name=FILLED)
    look_at(page, view)
    assert ["still coming in" in w.value for w in page.warning] == [True] * cautioned
    store.studies.set_status(FILLED, "closed")
    assert not again(page).warning


def test_correlations_of_what_is_picked(owner: User, store: Store, monkeypatch: Patch) -> None:
    fill(store)
    page = open_page("results", owner, monkeypatch, name=FILLED)
    look_at(page, "correlation")
    assert "Correlations" in words(page)
    again(page.multiselect(key="c_variables").set_value(["stress", "demands"]))
    assert "Stress" in words(page)
    again(page.multiselect(key="c_partial").set_value(["age"]))
    assert "Partial correlations: Age is held constant." in words(page)
    assert "age" not in page.multiselect(key="c_variables").value
    again(page.radio(key="c_method").set_value("polychoric"))
    assert "held constant" not in words(page)
    again(page.multiselect(key="c_variables").set_value(["stress"]))
    assert "two variables or more" in words(page)


def test_factors_of_the_scales_that_are_picked(owner: User, store: Store, monkeypatch: Patch) -> None:
    fill(store)
    page = open_page("results", owner, monkeypatch, name=FILLED)
    look_at(page, "factor")
    said = words(page)
    assert "Factor Loadings of 16 Items" in said
    assert "Number of Factors" in said
    assert "the parallel analysis suggests" in said
    assert "Reversed, as their scales key them: ins7, ins8, psy7, psy8." in said
    again(page.select_slider(key="f_number").set_value(3))
    assert "3 factors by minimum residuals (oblimin rotation)" in words(page)
    again(page.radio(key="f_method").set_value("ml"))
    again(page.radio(key="f_rotate").set_value("varimax"))
    assert "3 factors by maximum likelihood (varimax rotation)" in words(page)
    again(page.select_slider(key="f_number").set_value(12))
    assert "not identified" in words(page)
    again(page.multiselect(key="f_scales").set_value([]))
    assert "Pick one scale or more." in words(page)


def test_what_is_missing_of_what_is_picked(owner: User, store: Store, monkeypatch: Patch) -> None:
    fill(store)
    page = open_page("results", owner, monkeypatch, name=FILLED)
    look_at(page, "missing")
    assert "test that values are missing completely at random" in words(page)
    again(page.multiselect(key="m_variables").set_value(["str1", "gender", "age"]))
    said = words(page)
    assert "Patterns of Missing Values" in said
    assert "Skipped" in said
    again(page.multiselect(key="m_variables").set_value([]))
    assert "Pick one variable or more." in words(page)


def test_a_regression_follows_every_choice(owner: User, store: Store, monkeypatch: Patch) -> None:
    fill(store)
    page = open_page("results", owner, monkeypatch, name=FILLED)
    look_at(page, "regression")
    assert "Pick an outcome" in words(page)
    page.selectbox(key="x_outcome").set_value("stress")
    again(page.multiselect(key="x_block1").set_value(["demands"]))
    assert "Regression Predicting Stress" in words(page)
    again(page.multiselect(key="x_block0").set_value(["age"]))
    assert "Hierarchical Regression Predicting Stress" in words(page)
    assert "demands" not in page.multiselect(key="x_block2").options
    again(page.radio(key="x_errors").set_value("classical"))
    assert "HC3" not in words(page)
    again(page.multiselect(key="x_block1").set_value(["demands", "psychosocial"]))
    assert len(page.get("plotly_chart")) == 1


def test_a_regression_that_cannot_be_done_says_why(owner: User, store: Store, monkeypatch: Patch) -> None:
    fill(store)
    page = open_page("results", owner, monkeypatch, name=FILLED)
    look_at(page, "regression")
    page.selectbox(key="x_outcome").set_value("instrumental")
    again(page.multiselect(key="x_block1").set_value([f"ins{i}" for i in range(1, 9)]))
    assert "Not applicable, because" in words(page) or "Regression Predicting" in words(page)


def test_a_plan_is_run_and_its_claims_are_shown(owner: User, store: Store, monkeypatch: Patch) -> None:
    fill(store)
    page = open_page("plan", owner, monkeypatch, name=FILLED)
    assert page.radio(key="which_plan").options[0] == "The study's plan"
    again(page.button(key="run_plan").click())
    said = words(page)
    assert "Claims of the Plan" in said
    assert "of 120 respondents were analysed" in said
    again(page)
    assert "Claims of the Plan" in words(page), "findings stay while nothing changes"


# --- account ---


def test_the_owner_adds_people_and_others_do_not(users: dict[str, User], store: Store, monkeypatch: Patch) -> None:
    page = open_page("account", users["owner"], monkeypatch)
    page.text_input[0].set_value("Nia")
    page.text_input[1].set_value("short")
    again(page.button[0].click())
    assert "too short" in words(page)
    page.text_input[1].set_value("a much longer one")
    again(page.button[0].click())
    assert ("Nia", "analyst") in [(u.name, u.role) for u in store.accounts.list()]
    assert not open_page("account", users["analyst"], monkeypatch).text_input


def test_the_owner_gives_a_new_password_or_ends_access(
    users: dict[str, User], store: Store, monkeypatch: Patch
) -> None:
    session = store.accounts.issue(users["analyst"])
    page = open_page("account", users["owner"], monkeypatch)
    page.selectbox[0].set_value("Anna")
    page.text_input[2].set_value("a much longer one")
    page = again(next(b for b in page.button if b.label == "Set the new password").click())
    assert store.accounts.check(session) is None
    assert store.accounts.verify("Anna", "a much longer one")
    page.selectbox[0].set_value("Rob")
    again(next(b for b in page.button if b.label == "End their access").click())
    assert {u.name for u in store.accounts.list()} == {"Ada", "Anna"}


def test_a_study_shows_which_words_were_agreed_to_and_who_was_closed_out(
    owner: User, store: Store, monkeypatch: Patch
) -> None:
    text = (ROOT / "tests" / "support" / "every_format.yaml").read_text("utf-8")
    ends = (
        "require: hard, screen_out: {when: hours == 0, title: {en: Sorry, fr: Oh}, text: {en: No hours., fr: Rien.}}}"
    )
    store.studies.create("ends", text.replace("require: hard}", ends))
    store.studies.set_status("ends", "live")
    session = store.respond.begin("ends", "n")
    now = datetime.now(UTC)
    for page, answers in (("consent", {"consent": "yes"}), ("work", {"place": "home", "ways": ["none"], "hours": 0})):
        session = store.respond.submit(session, page, answers, order=(), shown_at=now, sent_at=now).session
    shown = open_page("study", owner, monkeypatch, name="ends")
    assert {metric.label: metric.value for metric in shown.metric}["Screened out"] == "1"
    assert {metric.label: metric.value for metric in shown.metric}["Completed"] == "0"
    agreed = store.results.agreed_to("ends")[0]
    assert agreed.text in [text.value for text in shown.text]
    assert agreed.words in [code.value for code in shown.code]
    assert any("1 agreed" in words.value for words in shown.markdown)
