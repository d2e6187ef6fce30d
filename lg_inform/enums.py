"""Short stable words of comparative data: states of a value, bases of a period, kinds of metric, states of a run."""

from django.db import models

from lg_inform.calculations.outcomes import Comparison, Polarity

__all__ = ["Basis", "Comparison", "FindingKind", "Polarity", "RunState", "Severity", "Statistic", "ValueState"]

POLARITY_CHOICES = [
    (Polarity.HIGH.value, "higher is better"),
    (Polarity.LOW.value, "lower is better"),
    (Polarity.NONE.value, "neither is better"),
]


class ValueState(models.IntegerChoices):
    """What stands in a cell. Below 10 there is a number; from 10 there is none, and the label says why."""

    VALUE = 1, "published"
    PROVISIONAL = 2, "provisional"
    ESTIMATED = 3, "estimated"
    NOT_COMPARABLE = 4, "not comparable"
    LOW_RELIABILITY = 5, "called unreliable by its publisher"
    MISSING = 10, "not available"
    SUPPRESSED = 11, "withheld to protect people's identity"
    NOT_RETURNED = 12, "not returned"
    NOT_APPLICABLE = 13, "not applicable"
    UNRELIABLE = 14, "withheld by the publisher as unreliable"


FIRST_STATE_WITHOUT_VALUE = 10
#: States whose values are ranked, counted in n and averaged, and compared with a benchmark.
RANKED_STATES = (ValueState.VALUE, ValueState.PROVISIONAL, ValueState.ESTIMATED)


class Basis(models.TextChoices):
    """What kind of time a period is. Trends never mix them."""

    CALENDAR = "calendar", "calendar year"
    FINANCIAL = "financial", "financial year"
    ACADEMIC = "academic", "academic year"
    SURVEY_YEAR = "survey_year", "survey year"
    QUARTER = "quarter", "quarter"
    ROLLING = "rolling", "several years together"
    SNAPSHOT = "snapshot", "one day"


class Statistic(models.TextChoices):
    PROPORTION = "proportion", "proportion"
    RATE = "rate", "rate"
    MEAN = "mean", "mean"
    MEDIAN = "median", "median"
    RATIO = "ratio", "ratio"
    COUNT = "count", "count"


class Standardised(models.TextChoices):
    NONE = "none", "not standardised"
    DIRECT = "direct", "directly standardised"
    INDIRECT = "indirect", "indirectly standardised"


class RunState(models.TextChoices):
    """The life of an import. Only PUBLISHED changes what anyone sees."""

    WAITING = "waiting", "waiting to be read"
    READING = "reading", "being read"
    DOUBTFUL = "doubtful", "read, waiting for a person to decide"
    CHECKED = "checked", "read as a trial, nothing published"
    REFUSED = "refused", "refused, nothing published"
    UNCHANGED = "unchanged", "the same as what is published"
    PUBLISHED = "published", "published"
    WITHDRAWN = "withdrawn", "set aside by a person"


#: From each state, where a run may go. A killed worker leaves READING, from where it is read again or refused.
RUN_TRANSITIONS: dict[str, frozenset[str]] = {
    RunState.WAITING: frozenset({RunState.READING}),
    RunState.READING: frozenset(
        {
            RunState.WAITING,
            RunState.READING,
            RunState.DOUBTFUL,
            RunState.CHECKED,
            RunState.REFUSED,
            RunState.UNCHANGED,
            RunState.PUBLISHED,
        }
    ),
    RunState.DOUBTFUL: frozenset({RunState.PUBLISHED, RunState.UNCHANGED, RunState.WITHDRAWN}),
    RunState.CHECKED: frozenset(),
    RunState.REFUSED: frozenset(),
    RunState.UNCHANGED: frozenset(),
    RunState.PUBLISHED: frozenset(),
    RunState.WITHDRAWN: frozenset(),
}


class Severity(models.TextChoices):
    ERROR = "error", "stops the import"
    DOUBT = "doubt", "needs a person to decide"
    NOTE = "note", "for information"


class FindingKind(models.TextChoices):
    UNKNOWN_LAYOUT = "unknown_layout", "layout not recognised"
    UNKNOWN_METRIC = "unknown_metric", "figure without a definition"
    UNKNOWN_UNIT = "unknown_unit", "council or area not known"
    OLD_CODE = "old_code", "code no longer in use"
    AFTER_END = "after_end", "figure later than the council's end"
    HEIR = "heir", "read as the council that took over"
    DUPLICATE = "duplicate", "same council and period twice"
    NOT_A_NUMBER = "not_a_number", "text where a number belongs"
    BAD_PERIOD = "bad_period", "period not understood"
    BAD_INTERVAL = "bad_interval", "interval does not hold its value"
    WRONG_TIER = "wrong_tier", "figure for a tier without this service"
    WILD_JUMP = "wild_jump", "large change from the last period"
    MISSING_PERIOD = "missing_period", "period missing"
    REMOVED = "removed", "published figures absent from this file"
    UNIT_CHANGE = "unit_change", "scale appears to have changed"
    LEFT_OUT = "left_out", "rows left out"
    VERIFIED = "verified", "positions worked out twice"
