"""A file that cannot be used gets a sentence that the person who brought it understands, and changes nothing."""

import gzip
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from lg_inform.actions.imports import publish_import, withdraw_import
from lg_inform.enums import FindingKind, RunState, Severity
from lg_inform.importers import Refusal
from lg_inform.models import Finding, ImportRun, Observation, StagedFigure
from slip.audit.actors import Actor
from tests.lg_inform.actions.conftest import BringIn, Picture
from tests.lg_inform.samples import (
    BARNSLEY,
    BARNSLEY_OLD,
    ELS_COLUMNS,
    MEDWAY,
    OBESITY,
    OBESITY_FILE,
    THURROCK,
    csv_text,
    defra_file,
    defra_row,
    els_file,
    els_row,
    els_text,
    workbook,
)

pytestmark = pytest.mark.django_db

PERSON = Actor(key="person-1", name="Ann Example")
GOOD = els_text(els_row(THURROCK, 28.5), els_row(MEDWAY, 30.25))
#: Words of programmers, which no sentence for a person may hold.
NOT_FOR_PEOPLE = re.compile(r"Error|Traceback|Exception|\bNone\b|<class|errno|0x[0-9a-f]{2}|codec|token", re.IGNORECASE)


def defra_in(folder: Path) -> Path:
    return defra_file(folder, defra_row("2031-32", "Eastern", THURROCK, 600.1, 0.285, 0.1))


def is_plain(sentence: str) -> bool:
    return sentence.endswith(".") and not NOT_FOR_PEOPLE.search(sentence) and sentence[0].isupper()


def _csv(text: str, encoding: str = "utf-8") -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / f"{OBESITY_FILE}.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return make


def _without(column: str) -> str:
    place = ELS_COLUMNS.index(column)
    columns = [name for name in ELS_COLUMNS if name != column]
    row = els_row(THURROCK, 28.5)
    return csv_text(columns, [row[:place] + row[place + 1 :]])


def _workbook_called_csv(folder: Path) -> Path:
    made = workbook(folder / "figures.xlsx", {"Sheet1": [ELS_COLUMNS, els_row(THURROCK, 28.5)]})
    return made.rename(folder / f"{OBESITY_FILE}.csv")


def _damaged_gzip(folder: Path) -> Path:
    path = folder / f"{OBESITY_FILE}.csv"
    packed = bytearray(gzip.compress(GOOD.encode() * 50))
    packed[40:60] = bytes(20)
    path.write_bytes(packed)
    return path


def _cut_gzip(folder: Path) -> Path:
    path = folder / f"{OBESITY_FILE}.csv"
    path.write_bytes(gzip.compress(GOOD.encode() * 50)[:-20])
    return path


REFUSED_CSV = {
    "empty file": (_csv(""), "The file is empty."),
    "heading only": (_csv(csv_text(ELS_COLUMNS, [])), "The file has a heading but no rows."),
    "other columns": (_csv("year,place,percent\n2030,Thurrock,28.5\n"), "Missing from the heading: areacd, indicator"),
    "no council column": (_csv(_without("areacd")), "There is no column that says which council a row is about."),
    "another delimiter": (_csv(GOOD.replace(",", ";")), "Missing from the heading"),
    "Windows-1252": (
        _csv(els_text(els_row(THURROCK, 28.5), els_row(MEDWAY, 3, notes="café")), "windows-1252"),
        "not saved as UTF-8: line 3",
    ),
    "UTF-16": (_csv(GOOD, "utf-16"), "UTF-16"),
    "UTF-16 without a mark": (_csv(GOOD, "utf-16-le"), "UTF-16"),
    "null characters": (_csv(GOOD + els_text(*[els_row(MEDWAY, 1)] * 20) + "\x00"), "holds a character that no text"),
    "workbook called CSV": (_workbook_called_csv, "This is a workbook, not a CSV file."),
    "text for a number": (
        _csv(els_text(els_row(THURROCK, 28.5), els_row(MEDWAY, "about 30"))),
        "A number was expected, but the cell holds “about 30”.",
    ),
    "thousands separator": (_csv(els_text(els_row(THURROCK, "1,028.5"))), "the cell holds “1,028.5”"),
    "underscored number": (_csv(els_text(els_row(THURROCK, "1_028"))), "the cell holds “1_028”"),
    "text for a limit": (_csv(els_text(els_row(THURROCK, 28.5, lci_95="low"))), "the cell holds “low”"),
    "not a number": (_csv(els_text(els_row(THURROCK, "nan"))), "the cell holds “nan”"),
    "infinite": (_csv(els_text(els_row(THURROCK, "inf"))), "the cell holds “inf”"),
    "beyond any number": (_csv(els_text(els_row(THURROCK, "1e999"))), "the cell holds “1e999”"),
    "bad period": (_csv(els_text(els_row(THURROCK, 28.5, period="last year"))), "The period cannot be understood."),
    "no such day": (_csv(els_text(els_row(THURROCK, 28.5, period="2031-02-30"))), "The period cannot be understood."),
    "no length": (_csv(els_text(els_row(THURROCK, 28.5, period="2031-04-01/P0Y"))), "The period cannot be understood."),
    "conflicting duplicates": (
        _csv(els_text(els_row(THURROCK, 28.5), els_row(THURROCK, 28.6))),
        "two different figures for the same period",
    ),
    "old and new code in conflict": (
        _csv(els_text(els_row(BARNSLEY_OLD, 28.5), els_row(BARNSLEY, 28.6))),
        "two different figures for the same period",
    ),
    "no known code at all": (_csv(els_text(els_row("E99999999", 28.5))), "No row of the file could be used"),
    "unknown indicators": (
        _csv(els_text(els_row(THURROCK, 28.5, indicator="Happiness"))),
        "No metric is defined for the indicators in this file: “Happiness”.",
    ),
    "row cut short": (_csv(GOOD[:-30]), "Line 3 has 5 cells, but the heading has 12."),
    "row too long": (_csv(GOOD.replace("28.5", "28.5,")), "Line 2 has 13 cells, but the heading has 12."),
    "every row too long": (_csv(re.sub(r"(?<=%,,,,)$", ",", GOOD, flags=re.M)), "Line 2 has 13 cells"),
    "quotation never closed": (_csv(GOOD + '"' + GOOD), "a quotation mark is out of place or never closed"),
    "quotation never closed in a long file": (_csv(GOOD + '"' + "x" * 200_000), "a quotation mark is out of place"),
    "damaged gzip": (_damaged_gzip, "The compressed file is damaged"),
    "gzip cut short": (_cut_gzip, "The compressed file is damaged"),
}


@pytest.mark.parametrize("case", REFUSED_CSV)
def test_bad_csv_is_refused(case: str, tmp_path: Path, bring_in: BringIn, what_stands: Picture) -> None:
    make, fragment = REFUSED_CSV[case]
    before = what_stands()
    try:
        run = bring_in(make(tmp_path))
    except Refusal as refusal:
        message = f"{refusal} Nothing was published."
        assert not ImportRun.objects.exclude(source="tidy").exists(), "what was never kept has no run"
    else:
        message = run.message
        assert run.state == RunState.REFUSED
        assert run.finished_at is not None
        assert message.endswith("Nothing was published.")
    assert fragment in message
    assert is_plain(message), message
    assert what_stands() == before
    assert not StagedFigure.objects.exists()


@pytest.mark.parametrize(
    ("case", "kind", "lines"),
    [
        ("text for a number", FindingKind.NOT_A_NUMBER, [3]),
        ("bad period", FindingKind.BAD_PERIOD, [2]),
        ("conflicting duplicates", FindingKind.DUPLICATE, [2, 3]),
    ],
)
def test_report_says_on_which_lines(
    case: str, kind: FindingKind, lines: list[int], tmp_path: Path, bring_in: BringIn
) -> None:
    run = bring_in(REFUSED_CSV[case][0](tmp_path))
    finding = run.findings.get(severity=Severity.ERROR)
    assert (finding.kind, finding.lines, finding.count) == (kind, lines, len(lines))


def test_lines_are_those_of_the_file(tmp_path: Path, bring_in: BringIn) -> None:
    """Blank lines, line breaks inside a cell and rows of nothing but commas do not shift the count."""
    rows = GOOD.splitlines()
    note = ",".join(map(str, els_row("E06000032", 20)[:-1])) + ',"two\nlines"'
    bad = ",".join(map(str, els_row("E06000031", "many")))
    path = _csv("\r\n".join([rows[0], rows[1], "", note, "," * 11, rows[2], bad, "," * 11, ""]))(tmp_path)
    run = bring_in(path)
    assert run.findings.get(severity=Severity.ERROR).lines == [8]


@pytest.mark.parametrize(
    ("limit", "most", "make", "source", "fragment"),
    [
        ("bytes", 100, _csv(GOOD), "ons-els", "The most that can be read is"),
        ("rows", 1, _csv(GOOD), "ons-els", "The table has 3 rows and 12 columns."),
        ("columns", 11, _csv(GOOD), "ons-els", "The table has 3 rows and 12 columns."),
        ("unpacked_bytes", 1000, defra_in, "defra-waste", "The workbook says that it unpacks to"),
        ("cells", 10, _csv(GOOD), "ons-els", "which is 36 cells. The most that can be read is 10 cells."),
        ("rows", 3, defra_in, "defra-waste", "The most that can be read is 3 rows"),
    ],
)
def test_too_much_is_refused(
    limit: str,
    most: int,
    make: Callable[[Path], Path],
    source: str,
    fragment: str,
    tmp_path: Path,
    settings: object,
    bring_in: BringIn,
    what_stands: Picture,
) -> None:
    settings.IMPORT_LIMITS = settings.IMPORT_LIMITS | {limit: most}
    before = what_stands()
    try:
        message = bring_in(make(tmp_path), source=source).message
    except Refusal as refusal:
        message = f"{refusal} Nothing was published."
    assert fragment in message
    assert is_plain(message)
    assert what_stands() == before


def test_gzip_bomb_is_not_unpacked(tmp_path: Path, settings: object, bring_in: BringIn) -> None:
    settings.IMPORT_LIMITS = settings.IMPORT_LIMITS | {"text_bytes": 1_000_000}
    path = tmp_path / f"{OBESITY_FILE}.csv"
    path.write_bytes(gzip.compress(bytes(50_000_000)))
    run = bring_in(path)
    assert (run.state, run.message) == (
        RunState.REFUSED,
        "The file unpacks to more than 1 MB of text, which is the most that can be read. "
        "Divide the file, and bring in each part. Nothing was published.",
    )


def test_file_of_an_unknown_name_is_refused(tmp_path: Path, bring_in: BringIn) -> None:
    path = els_file(tmp_path, els_row(THURROCK, 28.5), name="happiness")
    run = bring_in(path)
    assert run.message == (
        "No metric is defined for a file called happiness. Give the file its first name, or define one. "
        "Nothing was published."
    )


def test_a_very_long_name_is_cut(tmp_path: Path, bring_in: BringIn) -> None:
    run = bring_in(els_file(tmp_path, els_row(THURROCK, 28.5), name="x" * 240))
    assert run.state == RunState.REFUSED
    assert run.file_name.endswith("xx.csv")


@pytest.mark.parametrize("decision", ["publish", "withdraw"])
def test_unknown_code_waits_for_a_person(
    decision: str, tmp_path: Path, bring_in: BringIn, what_stands: Picture
) -> None:
    before = what_stands()
    run = bring_in(els_file(tmp_path, els_row(THURROCK, 28.5), els_row("E06999999", 30), els_row("", 31)))
    assert run.state == RunState.DOUBTFUL
    assert run.message == (
        "These codes belong to no council or area that is known: “E06999999”, “blank”. Their rows are left out. "
        "Nothing is published until a person has decided."
    )
    finding = run.findings.get(severity=Severity.DOUBT)
    assert (finding.kind, finding.lines, finding.count) == (FindingKind.UNKNOWN_UNIT, [3, 4], 2)
    assert what_stands() == before

    decide = publish_import if decision == "publish" else withdraw_import
    decided = decide(run_id=run.pk, by=PERSON)
    assert not StagedFigure.objects.exists()
    published = Observation.objects.filter(release__edition__run=run)
    if decision == "publish":
        assert decided.state == RunState.PUBLISHED
        assert [row.value for row in published] == [28.5]
    else:
        assert decided.state == RunState.WITHDRAWN
        assert decided.message == "Set aside by Ann Example. Nothing was published."
        assert not published.exists()
        assert what_stands() == before


def test_code_no_longer_in_use_is_read_with_a_note(tmp_path: Path, bring_in: BringIn) -> None:
    run = bring_in(els_file(tmp_path, els_row(BARNSLEY_OLD, 28.5)))
    assert run.state == RunState.PUBLISHED
    note = run.findings.get()
    assert (note.severity, note.kind, note.lines) == (Severity.NOTE, FindingKind.OLD_CODE, [2])
    assert "E08000016" in note.message
    figure = Observation.objects.get(release__edition__run=run)
    assert (figure.unit.key, figure.value) == ("barnsley", 28.5)


def test_same_row_twice_is_read_once_with_a_note(tmp_path: Path, bring_in: BringIn) -> None:
    rows = [els_row(BARNSLEY_OLD, 28.5), els_row(THURROCK, 30), els_row(BARNSLEY, "28.50")]
    run = bring_in(els_file(tmp_path, *rows))
    assert run.state == RunState.PUBLISHED
    assert run.added == 2
    note = run.findings.get(kind=FindingKind.DUPLICATE)
    assert (note.severity, note.lines) == (Severity.NOTE, [4])


def test_interval_that_cannot_be_is_left_out_with_a_note(tmp_path: Path, bring_in: BringIn) -> None:
    run = bring_in(
        els_file(
            tmp_path,
            els_row(THURROCK, 28.5, lci_95=30, uci_95=27),
            els_row(MEDWAY, 28.5, lci_95=29, uci_95=30),
        )
    )
    assert run.state == RunState.PUBLISHED
    assert run.findings.get().lines == [2, 3]
    kept = {
        row.unit.key: (row.value, row.lower, row.upper) for row in Observation.objects.filter(release__edition__run=run)
    }
    assert kept == {"thurrock": (28.5, None, None), "medway": (28.5, None, None)}


def test_damaged_metadata_is_refused(tmp_path: Path, bring_in: BringIn, what_stands: Picture) -> None:
    path = els_file(tmp_path, els_row(THURROCK, 28.5))
    before = what_stands()
    for content in ("{not json", "[]", '{"ess-beta-metadata": []}', '{"other": 1}'):
        path.with_suffix(".json").write_text(content)
        run = bring_in(path)
        assert run.state == RunState.REFUSED, content
        assert run.message.startswith("The metadata file adult-obesity-prevalence.json cannot be read"), content
        assert is_plain(run.message), run.message
    assert what_stands() == before


def test_the_command_line_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = tmp_path / "files"
    good.mkdir()
    els_file(good, els_row(THURROCK, "about 30"))
    shutil.copy(good / f"{OBESITY_FILE}.csv", good / "happiness.csv")
    (good / "empty.csv").touch()
    with pytest.raises(CommandError, match="3 of the files could not be used; nothing of them was published"):
        call_command("import_data", "ons-els", str(good), "--commit", "--here")
    said = capsys.readouterr().out
    assert "stops the import: A number was expected, but the cell holds “about 30”. 1 row (line 2)" in said
    assert "empty.csv: refused. The file is empty." in said
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_data", "ons-els", str(tmp_path / "absent.csv"))
    assert not Finding.objects.filter(run__file_name="empty.csv").exists()


def test_a_trial_publishes_nothing_and_says_what_it_would_do(
    tmp_path: Path, what_stands: Picture, capsys: pytest.CaptureFixture[str]
) -> None:
    before = what_stands()
    path = els_file(tmp_path, els_row(THURROCK, 28.5), els_row(MEDWAY, 30))
    call_command("import_data", "ons-els", str(path))
    assert what_stands() == before
    assert not StagedFigure.objects.exists()
    assert "2 rows read, 2 figures: 2 to add, 0 to change, 0 to remove, 0 as they are." in capsys.readouterr().out
    run = ImportRun.objects.first()
    assert (run.state, run.message) == (RunState.CHECKED, "Read as a trial. Nothing was published.")
    assert not Observation.objects.filter(release__metric__key=OBESITY, release__edition__run=run).exists()
