"""Publishing: only what differs becomes a release, doubtful files wait, and nothing published is ever rewritten."""

import gzip
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from lg_inform.actions.imports import RUN_TASK, WrongState, publish_import, run_import, withdraw_import
from lg_inform.actions.publishing import restore_release
from lg_inform.actions.starter_pack import PACK, load_starter_pack
from lg_inform.enums import FindingKind, RunState, Severity, ValueState
from lg_inform.models import ImportRun, Metric, Observation, Release, StagedFigure, Standing, Tenure
from lg_inform.queries.scorecard import Figure, figure_as_at
from slip.audit.actors import Actor
from slip.audit.models import Event
from slip.directory.models import ReportingUnit
from slip.outbox.models import Job
from tests.lg_inform.actions.conftest import BringIn, Picture
from tests.lg_inform.samples import BARNSLEY, BASILDON, MEDWAY, OBESITY, SOUTHEND, THURROCK, els_file, els_row

pytestmark = pytest.mark.django_db

PERSON = Actor(key="person-1", name="Ann Example")
YEARS = ("2031-11-16/P1Y", "2032-11-16/P1Y", "2033-11-16/P1Y")
CODES = (THURROCK, MEDWAY, SOUTHEND, BARNSLEY)


def figures(folder: Path, changes: dict[tuple[str, str], object] | None = None, years: tuple[str, ...] = YEARS) -> Path:
    """Four councils in three years to come; `changes` by (code, year), None for a row left out."""
    values: dict[tuple[str, str], object] = {
        (code, year): 25 + place + number / 10 for number, year in enumerate(years) for place, code in enumerate(CODES)
    }
    values |= changes or {}
    rows = [els_row(code, value, period=year) for (code, year), value in values.items() if value is not None]
    return els_file(folder, *rows)


def releases_of(run: ImportRun) -> list[Release]:
    return list(Release.objects.filter(edition__run=run).order_by("ends_on"))


def thurrock() -> ReportingUnit:
    return ReportingUnit.objects.get(key="thurrock")


def test_first_file_publishes_a_release_for_each_period(tmp_path: Path, bring_in: BringIn) -> None:
    run = bring_in(figures(tmp_path))
    assert (run.state, run.rows_read, run.figures_staged) == (RunState.PUBLISHED, 12, 12)
    assert (run.added, run.changed, run.removed, run.unchanged, run.releases_made) == (12, 0, 0, 0, 3)
    assert run.message == "Published figures for 3 periods of its measures: 12 added."
    assert [(r.revision, r.figures, r.superseded_at) for r in releases_of(run)] == [(1, 4, None)] * 3
    assert not StagedFigure.objects.exists()
    event = Event.objects.get(verb="publish_import", subject_key=str(run.pk))
    assert event.sentence == f"The portal published 3 releases from {run.file_name}."


def test_one_changed_figure_makes_one_release_and_touches_no_other(tmp_path: Path, bring_in: BringIn) -> None:
    first = releases_of(bring_in(figures(tmp_path)))
    others = Release.objects.exclude(pk=first[1].pk)
    before = list(others.order_by("pk").values())
    standings = list(Standing.objects.exclude(release=first[1]).order_by("pk").values())

    run = bring_in(figures(tmp_path, {(MEDWAY, YEARS[1]): 27.25}))
    assert (run.added, run.changed, run.removed, run.unchanged, run.releases_made) == (0, 1, 0, 11, 1)
    (made,) = releases_of(run)
    assert (made.metric.key, made.period_id, made.revision) == (OBESITY, first[1].period_id, 2)
    first[1].refresh_from_db()
    assert first[1].superseded_at == made.published_at
    assert list(others.exclude(pk=made.pk).order_by("pk").values()) == before
    assert list(Standing.objects.exclude(release__in=[first[1], made]).order_by("pk").values()) == standings
    # The earlier revision keeps its figures and its standings.
    assert Observation.objects.get(release=first[1], unit__key="medway").value == 26.1
    assert Observation.objects.get(release=made, unit__key="medway").value == 27.25
    assert Standing.objects.filter(release=first[1]).count() == Standing.objects.filter(release=made).count() == 4


@pytest.mark.parametrize(
    "cells",
    [{"lci_95": 20}, {"uci_95": 30}, {"notes": "Rebased"}, {"observation": "", "status": "c"}, {"status": "p"}],
    ids=["lower", "upper", "note", "suppressed", "provisional"],
)
def test_interval_state_and_note_are_part_of_a_figure(
    cells: dict[str, object], tmp_path: Path, bring_in: BringIn
) -> None:
    bring_in(els_file(tmp_path, els_row(THURROCK, 25.5), els_row(MEDWAY, 30)))
    row = els_row(THURROCK, **{"observation": 25.5} | cells)
    run = bring_in(els_file(tmp_path, row, els_row(MEDWAY, 30)))
    assert (run.changed, run.unchanged, run.releases_made) == (1, 1, 1)


def test_same_file_again_changes_nothing(tmp_path: Path, bring_in: BringIn, what_stands: Picture) -> None:
    bring_in(figures(tmp_path))
    publications = Event.objects.filter(verb="publish_import")
    before, events = what_stands(), publications.count()
    run = bring_in(figures(tmp_path))
    assert (run.state, run.unchanged, run.releases_made) == (RunState.UNCHANGED, 12, 0)
    assert run.message == "Every figure in this file is already published. Nothing was changed."
    assert what_stands() == before
    assert publications.count() == events
    assert not StagedFigure.objects.exists()


def test_same_figures_in_another_order_change_nothing(tmp_path: Path, bring_in: BringIn, what_stands: Picture) -> None:
    path = figures(tmp_path)
    bring_in(path)
    before = what_stands()
    heading, *rows = path.read_text().splitlines()
    path.write_text("\r\n".join([heading, *reversed(rows)]))
    assert bring_in(path).state == RunState.UNCHANGED
    assert what_stands() == before


def test_old_file_is_not_taken_for_what_stands(tmp_path: Path, bring_in: BringIn) -> None:
    """A, then B, then A again puts back one period; C then changes another. A again must put that back too."""
    bring_in(figures(tmp_path))
    bring_in(figures(tmp_path, {(MEDWAY, YEARS[1]): 27.25}))
    bring_in(figures(tmp_path))
    bring_in(figures(tmp_path, {(MEDWAY, YEARS[0]): 27.25}))
    run = bring_in(figures(tmp_path))
    assert (run.state, run.changed, run.releases_made) == (RunState.PUBLISHED, 1, 1)


def test_file_is_read_again_once_its_code_is_known(tmp_path: Path, bring_in: BringIn) -> None:
    """A code was unknown, the rest was published; the code is entered and the same file brought in again."""
    path = els_file(tmp_path, els_row(THURROCK, 25.5), els_row("E06999999", 30))
    publish_import(run_id=bring_in(path).pk, by=PERSON)
    ReportingUnit.objects.get(key="medway").codes.create(
        scheme="gss", code="E06999999", during="[1990-01-01,1998-04-01)"
    )
    run = bring_in(path)
    assert (run.state, run.added, run.unchanged) == (RunState.PUBLISHED, 1, 1)


def test_doubt_about_a_file_that_changes_nothing_waits_for_nobody(tmp_path: Path, bring_in: BringIn) -> None:
    path = els_file(tmp_path, els_row(THURROCK, 25.5), els_row("E06999999", 30))
    publish_import(run_id=bring_in(path).pk, by=PERSON)
    run = bring_in(path)
    assert run.state == RunState.UNCHANGED
    assert run.findings.get().kind == FindingKind.UNKNOWN_UNIT


DOUBTS = {
    "removed": ({(MEDWAY, YEARS[0]): None}, FindingKind.REMOVED, "absent from this file and would no longer be shown"),
    "wild jump": ({(MEDWAY, YEARS[2]): 271.5}, FindingKind.WILD_JUMP, "more than 10 times"),
    "fall": ({(MEDWAY, YEARS[2]): 2.5}, FindingKind.WILD_JUMP, "less than a tenth of"),
}


@pytest.mark.parametrize("case", DOUBTS)
def test_doubtful_file_waits_and_changes_nothing(
    case: str, tmp_path: Path, bring_in: BringIn, what_stands: Picture
) -> None:
    changes, kind, fragment = DOUBTS[case]
    bring_in(figures(tmp_path))
    before = what_stands()
    run = bring_in(figures(tmp_path, changes))
    assert run.state == RunState.DOUBTFUL
    assert fragment in run.message
    assert run.message.endswith("Nothing is published until a person has decided.")
    assert run.findings.get().kind == kind
    assert what_stands() == before
    published = publish_import(run_id=run.pk, by=PERSON)
    assert (published.state, published.releases_made) == (RunState.PUBLISHED, 1)
    assert Event.objects.get(subject_key=str(run.pk), verb="publish_import").sentence.startswith(
        "Ann Example published"
    )


def test_wild_jump_is_found_on_its_line(tmp_path: Path, bring_in: BringIn) -> None:
    bring_in(figures(tmp_path))
    assert bring_in(figures(tmp_path, {(MEDWAY, YEARS[2]): 271.5})).findings.get().lines == [11]


def test_wild_jump_from_the_year_before_is_doubted(tmp_path: Path, bring_in: BringIn) -> None:
    """A period that has nothing published is compared with the latest one before it."""
    bring_in(figures(tmp_path, years=YEARS[:2]))
    run = bring_in(figures(tmp_path, {(MEDWAY, YEARS[2]): 300}))
    assert (run.state, run.findings.get().kind) == (RunState.DOUBTFUL, FindingKind.WILD_JUMP)


@pytest.mark.parametrize("factor", [100, 0.01])
def test_change_of_unit_is_doubted(factor: float, tmp_path: Path, bring_in: BringIn, what_stands: Picture) -> None:
    bring_in(figures(tmp_path))
    before = what_stands()
    other = {(code, year): (25 + place) * factor for place, code in enumerate(CODES) for year in YEARS}
    run = bring_in(figures(tmp_path, other))
    assert (run.state, run.findings.get().kind) == (RunState.DOUBTFUL, FindingKind.UNIT_CHANGE)
    assert run.findings.get().message.endswith("Has the unit changed?")
    assert what_stands() == before


def test_numbers_beyond_division_are_doubted_and_not_a_crash(tmp_path: Path, bring_in: BringIn) -> None:
    bring_in(figures(tmp_path, {(MEDWAY, YEARS[2]): 1e-300}))
    run = bring_in(figures(tmp_path, {(MEDWAY, YEARS[2]): 1e300}))
    assert run.state == RunState.DOUBTFUL


def test_missing_period_is_doubted(tmp_path: Path, bring_in: BringIn, what_stands: Picture) -> None:
    bring_in(figures(tmp_path))
    before = what_stands()
    run = bring_in(figures(tmp_path, {(THURROCK, YEARS[0]): 25.5}, years=(YEARS[0], YEARS[2])))
    finding = run.findings.get(kind=FindingKind.MISSING_PERIOD)
    assert (run.state, finding.severity, finding.count) == (RunState.DOUBTFUL, Severity.DOUBT, 1)
    assert what_stands() == before


def test_a_new_year_alone_is_no_doubt(tmp_path: Path, bring_in: BringIn) -> None:
    bring_in(figures(tmp_path, years=YEARS[:2]))
    run = bring_in(figures(tmp_path, years=YEARS[2:]))
    assert (run.state, run.findings.count(), run.releases_made) == (RunState.PUBLISHED, 0, 1)


def test_figure_of_a_council_without_the_service_is_kept_with_a_note(tmp_path: Path, bring_in: BringIn) -> None:
    """Children in care are the county's service. That a district has no figure is right and needs no note."""
    name = "persistent-absences-for-pupils-looked-after-by-local-authorities"
    cells = {"indicator": name.replace("-", " ").capitalize(), "period": "2031-04-01/P1Y"}
    rows = [
        els_row(THURROCK, 60, **cells),
        els_row(BASILDON, 61, **cells),
        els_row("E07000067", "", status="z", **cells),
    ]
    run = bring_in(els_file(tmp_path, *rows, name=name))
    assert (run.state, run.added) == (RunState.PUBLISHED, 3)
    note = run.findings.get()
    assert (note.severity, note.kind, note.lines) == (Severity.NOTE, FindingKind.WRONG_TIER, [3])


def test_what_is_decided_is_done_once(tmp_path: Path, bring_in: BringIn) -> None:
    published = bring_in(figures(tmp_path))
    doubtful = bring_in(figures(tmp_path, {(MEDWAY, YEARS[0]): None}))
    with pytest.raises(WrongState, match="only a doubtful one waits"):
        publish_import(run_id=published.pk, by=PERSON)
    with pytest.raises(WrongState):
        withdraw_import(run_id=published.pk, by=PERSON)
    withdraw_import(run_id=doubtful.pk, by=PERSON)
    for decide in (publish_import, withdraw_import):
        with pytest.raises(WrongState):
            decide(run_id=doubtful.pk, by=PERSON)
    # Reading a settled run again does nothing.
    run_import(run_id=published.pk)
    published.refresh_from_db()
    assert (published.state, published.attempts) == (RunState.PUBLISHED, 1)


def test_decision_on_an_overtaken_report_is_refused(tmp_path: Path, bring_in: BringIn, what_stands: Picture) -> None:
    """The person agreed to one removal. Meanwhile a newer file was published, which publishing would undo unseen."""
    bring_in(figures(tmp_path))
    doubtful = bring_in(figures(tmp_path, {(MEDWAY, YEARS[0]): None}))
    bring_in(figures(tmp_path, {(THURROCK, YEARS[0]): 25.75}))
    before = what_stands()
    with pytest.raises(WrongState, match="has changed since import"):
        publish_import(run_id=doubtful.pk, by=PERSON)
    assert what_stands() == before
    withdraw_import(run_id=doubtful.pk, by=PERSON)


def test_restoring_moves_pointers_only(tmp_path: Path, bring_in: BringIn) -> None:
    (first,) = releases_of(bring_in(figures(tmp_path, years=YEARS[:1])))
    (second,) = releases_of(bring_in(figures(tmp_path, {(THURROCK, YEARS[0]): 25.75}, years=YEARS[:1])))
    rows = [list(model.objects.order_by("pk").values()) for model in (Observation, Standing)]
    restore_release(release_id=first.pk, by=PERSON)
    restore_release(release_id=first.pk, by=PERSON)
    assert [list(model.objects.order_by("pk").values()) for model in (Observation, Standing)] == rows
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.superseded_at is None
    assert second.superseded_at is not None
    assert Tenure.objects.filter(release=first).count() == 2, "what stands already is not restored again"
    sentences = Event.objects.filter(verb="restore_release").values_list("sentence", flat=True)
    assert list(sentences) == ["Ann Example restored revision 1 of Adults living with obesity."]


def test_as_at_any_moment_shows_what_stood_then(tmp_path: Path, bring_in: BringIn) -> None:
    metric, unit = Metric.objects.get(key=OBESITY), thurrock()
    before = timezone.now()
    (first,) = releases_of(bring_in(figures(tmp_path, years=YEARS[:1])))
    (second,) = releases_of(bring_in(figures(tmp_path, {(THURROCK, YEARS[0]): 25.75}, years=YEARS[:1])))
    moments = [(before, None), (first.published_at, 25.0), (second.published_at, 25.75)]
    for release, value in ((first, 25.0), (second, 25.75), (first, 25.0)):
        restore_release(release_id=release.pk, by=PERSON)
        moments.append((Tenure.objects.get(release=release, until=None).since, value))

    assert len({at for at, _ in moments}) == 6
    for (at, value), (until, _) in zip(moments, [*moments[1:], (timezone.now(), None)], strict=True):
        for moment in (at, until - timedelta(microseconds=1)):
            figure = figure_as_at(unit.pk, metric.pk, first.period_id, moment)
            expected = None if value is None else Figure(value, None, None, ValueState.VALUE, None)
            assert figure == expected, moment


def test_a_restored_release_is_followed_by_a_new_revision(tmp_path: Path, bring_in: BringIn) -> None:
    (first,) = releases_of(bring_in(figures(tmp_path, years=YEARS[:1])))
    (second,) = releases_of(bring_in(figures(tmp_path, {(THURROCK, YEARS[0]): 25.75}, years=YEARS[:1])))
    restore_release(release_id=first.pk, by=PERSON)
    (third,) = releases_of(bring_in(figures(tmp_path, {(THURROCK, YEARS[0]): 26.5}, years=YEARS[:1])))
    # The same figures as the second revision are a revision of their own: what was published is never stood up unseen.
    (fourth,) = releases_of(bring_in(figures(tmp_path, {(THURROCK, YEARS[0]): 25.75}, years=YEARS[:1])))
    assert [release.revision for release in (first, second, third, fourth)] == [1, 2, 3, 4]
    assert fourth.digest == second.digest


def test_a_person_decides_on_the_command_line(
    tmp_path: Path, bring_in: BringIn, capsys: pytest.CaptureFixture[str]
) -> None:
    bring_in(figures(tmp_path))
    for decision, said in (
        ("withdraw", "Set aside by Ann Example. Nothing was published."),
        ("publish", "Published figures for 1 period"),
    ):
        run = bring_in(figures(tmp_path, {(MEDWAY, YEARS[0]): None}))
        call_command("decide_import", str(run.pk), decision, by="Ann Example")
        assert said in capsys.readouterr().out
        with pytest.raises(CommandError, match="only a doubtful one"):
            call_command("decide_import", str(run.pk), decision, by="Ann Example")
    with pytest.raises(CommandError, match="There is no import 999999"):
        call_command("decide_import", "999999", "publish", by="Ann Example")


def test_without_a_worker_the_command_says_that_the_file_is_kept(tmp_path: Path) -> None:
    path = figures(tmp_path)
    with pytest.raises(CommandError, match="is kept and promised, but no worker has finished it yet"):
        call_command("import_data", "ons-els", str(path), "--commit", "--wait", "0.1")
    run = ImportRun.objects.first()
    assert run.state == RunState.WAITING
    assert Job.objects.filter(task=RUN_TASK, arguments__run_id=run.pk).exists()


def test_starter_pack_is_loaded_once(capsys: pytest.CaptureFixture[str], what_stands: Picture) -> None:
    before, runs = what_stands(), ImportRun.objects.count()
    call_command("load_starter_pack")
    assert "The starter pack is already loaded." in capsys.readouterr().out
    assert (what_stands(), ImportRun.objects.count()) == (before, runs)


def test_starter_pack_behind_newer_figures_waits_for_a_person_once(
    tmp_path: Path, bring_in: BringIn, what_stands: Picture
) -> None:
    """An installation has a later year than the next version of the pack: each start must not add another doubt."""
    bring_in(figures(tmp_path))
    before = what_stands()
    shutil.copytree(PACK, tmp_path / "pack")
    packed = tmp_path / "pack" / "figures.csv.gz"
    lines = gzip.decompress(packed.read_bytes()).decode().splitlines()
    lines[1] = lines[1].replace(lines[1].split(",")[5], "26.5")
    packed.write_bytes(gzip.compress("\n".join(lines).encode()))
    for _ in range(2):
        said = load_starter_pack(by=PERSON, folder=tmp_path / "pack")
        assert said.endswith("Nothing is published until a person has decided.")
    run = ImportRun.objects.get(source="tidy", state=RunState.DOUBTFUL)
    assert run.findings.get(severity=Severity.DOUBT).kind == FindingKind.MISSING_PERIOD
    assert (run.changed, run.added, run.removed) == (1, 0, 0)
    assert what_stands() == before
