"""Metrics, where they come from, and their figures as releases.

A *release* is one metric in one period at one revision. Observations are only ever added under a release; publishing
and restoring move which release stands (`superseded_at`), so that a page can say what stood at any moment.
"""

from django.db import models
from django.db.models import F, Q

from lg_inform.enums import (
    FIRST_STATE_WITHOUT_VALUE,
    POLARITY_CHOICES,
    Basis,
    FindingKind,
    RunState,
    Severity,
    Standardised,
    Statistic,
    ValueState,
)
from slip.directory.enums import Service, Tier


class Theme(models.Model):
    """A heading of the scorecard."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class Metric(models.Model):
    """What is measured, as a reviewed definition file says it (`lg_inform/definitions`)."""

    key = models.SlugField(max_length=80, unique=True)
    label = models.CharField(max_length=160)
    measures = models.TextField(help_text="What it measures, in plain words.")
    why = models.TextField(blank=True)
    caution = models.TextField(blank=True, help_text="How it is easily misread.")
    sentence = models.CharField(max_length=300, help_text="Plain sentence with {value} and {place}.")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="metrics")
    order = models.PositiveSmallIntegerField(default=0)
    unit = models.CharField(max_length=40)
    unit_prefix = models.CharField(max_length=10, blank=True)
    unit_text = models.CharField(max_length=60, blank=True)
    decimals = models.PositiveSmallIntegerField(default=1)
    statistic = models.CharField(max_length=12, choices=Statistic)
    standardised = models.CharField(max_length=10, choices=Standardised, default=Standardised.NONE)
    polarity = models.CharField(max_length=4, choices=POLARITY_CHOICES)
    polarity_reason = models.TextField()
    service = models.CharField(max_length=24, choices=Service)
    basis = models.CharField(max_length=12, choices=Basis, blank=True, help_text="Only where dates do not tell.")
    series_breaks = models.JSONField(default=list, help_text="ISO dates from which figures are not comparable.")
    publisher = models.CharField(max_length=160)
    licence = models.CharField(max_length=40)
    source_system = models.SlugField(max_length=40)
    source_file = models.CharField(max_length=160)
    source_indicator = models.CharField(max_length=200)
    source_scale = models.DecimalField(max_digits=12, decimal_places=6, default=1)
    author = models.CharField(max_length=100)
    reviewed_on = models.DateField()
    definition_digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["theme__order", "order", "label"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_system", "source_file", "source_indicator"], name="metric_source_once"
            )
        ]

    def __str__(self) -> str:
        return self.label


class Period(models.Model):
    """A stretch of time with its basis; `ends_on` is its last day."""

    basis = models.CharField(max_length=12, choices=Basis)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["basis", "starts_on", "ends_on"], name="period_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="period_ends_after_start"),
        ]


class ImportRun(models.Model):
    """One file brought in, and what became of it."""

    source = models.SlugField(max_length=40, help_text="Key of the importer that reads this layout.")
    file_name = models.CharField(max_length=200)
    stored_file = models.FileField(upload_to="imports/%Y/%m/", max_length=300)
    companion_file = models.FileField(upload_to="imports/%Y/%m/", max_length=300, blank=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()
    is_trial = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=RunState, default=RunState.WAITING)
    message = models.TextField(blank=True, help_text="What happened, as one sentence for a person.")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    rows_read = models.PositiveIntegerField(default=0)
    figures_staged = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    releases_made = models.PositiveIntegerField(default=0)
    compared_with = models.CharField(
        max_length=32, blank=True, help_text="Fingerprint of what stood when it was checked."
    )

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.get_state_display()})"


class Finding(models.Model):
    """One line of a run's quality report: what was found, how often, and the first lines of the file where it is."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="findings")
    severity = models.CharField(max_length=5, choices=Severity)
    kind = models.CharField(max_length=20, choices=FindingKind)
    message = models.TextField()
    count = models.PositiveIntegerField(default=1)
    lines = models.JSONField(default=list, help_text="Line numbers in the file, at most the first 20.")

    class Meta:
        ordering = ["pk"]

    @property
    def extent(self) -> str:
        """How many rows it is about: "180 rows", or nothing where it is not about rows of the file."""
        if self.kind == FindingKind.VERIFIED:
            return ""
        return "1 row" if self.count == 1 else f"{self.count:,} rows"


class Edition(models.Model):
    """What the publisher said of one metric in one file: when it came out, whose it is, its own caveats."""

    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="editions")
    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="editions")
    publisher = models.CharField(max_length=200)
    published_on = models.DateField(null=True, blank=True)
    url = models.URLField(max_length=500, blank=True)
    in_development = models.BooleanField(default=False, help_text="Official statistics in development.")
    caveats = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "metric"], name="edition_once_per_run")]


class Release(models.Model):
    """One metric in one period at one revision. At most one revision stands at a time."""

    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="releases")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="+")
    ends_on = models.DateField(help_text="The period's last day, kept here for the index that finds the latest.")
    revision = models.PositiveSmallIntegerField()
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="releases")
    digest = models.CharField(max_length=64)
    figures = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "period"], condition=Q(superseded_at__isnull=True), name="release_one_stands"
            ),
            models.UniqueConstraint(fields=["metric", "period", "revision"], name="release_revision_once"),
        ]
        indexes = [
            models.Index(
                fields=["metric", "-ends_on"], condition=Q(superseded_at__isnull=True), name="release_latest_standing"
            )
        ]


class Tenure(models.Model):
    """From when until when a release stood. A restored release has more than one; "as at" reads these."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="tenures")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release"], condition=Q(until__isnull=True), name="tenure_one_open_per_release"
            )
        ]


class Observation(models.Model):
    """The figure of one reporting unit in one release. Append-only; `state` says why a value is absent."""

    pk = models.CompositePrimaryKey("release_id", "unit_id")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="observations", db_index=False)
    unit = models.ForeignKey("directory.ReportingUnit", on_delete=models.PROTECT, related_name="+")
    value = models.FloatField(null=True)
    lower = models.FloatField(null=True, help_text="Lower end of the published 95% interval.")
    upper = models.FloatField(null=True)
    state = models.SmallIntegerField(choices=ValueState)
    note = models.TextField(null=True, blank=True)  # noqa: DJ001  null keeps fifty million rows narrow

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(state__lt=FIRST_STATE_WITHOUT_VALUE) & Q(value__isnull=False))
                | (Q(state__gte=FIRST_STATE_WITHOUT_VALUE) & Q(value__isnull=True)),
                name="observation_value_or_reason",
            ),
            models.CheckConstraint(
                condition=Q(lower__isnull=True) | Q(upper__isnull=True) | Q(lower__lte=F("upper")),
                name="observation_interval_in_order",
            ),
        ]


class Standing(models.Model):
    """A council's place in its whole tier for one release (competition rank; band 1 to 4, none below 4 councils)."""

    pk = models.CompositePrimaryKey("release_id", "unit_id")
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="standings", db_index=False)
    unit = models.ForeignKey("directory.ReportingUnit", on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveIntegerField()
    band = models.PositiveSmallIntegerField(null=True)


class TierSummary(models.Model):
    """n, spread and middle of a whole tier for one release. Cut points by linear interpolation."""

    pk = models.CompositePrimaryKey("release_id", "tier")
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="summaries", db_index=False)
    tier = models.CharField(max_length=20, choices=Tier)
    n = models.PositiveIntegerField()
    minimum = models.FloatField()
    lower_quartile = models.FloatField()
    median = models.FloatField()
    upper_quartile = models.FloatField()
    maximum = models.FloatField()


class StagedFigure(models.Model):
    """A figure read from a file and not yet published. Rows go when their run is settled; nobody reads them as fact."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="+")
    line = models.IntegerField()
    metric = models.ForeignKey(Metric, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    period = models.ForeignKey(Period, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    unit_id = models.BigIntegerField()
    value = models.FloatField(null=True)
    lower = models.FloatField(null=True)
    upper = models.FloatField(null=True)
    state = models.SmallIntegerField()
    note = models.TextField(null=True)  # noqa: DJ001  as in Observation


class NeighbourModel(models.Model):
    """A published way of finding councils alike, at one vintage. Directional: A's neighbours need not have A.

    A new vintage never rewrites an old one: it takes its place, and the old one says until when it stood.
    """

    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    publisher = models.CharField(max_length=160)
    licence = models.CharField(max_length=40)
    vintage = models.CharField(max_length=60)
    about = models.TextField()
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(superseded_at__isnull=True), name="neighbour_model_one_stands"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.vintage})"


class Neighbour(models.Model):
    """One neighbour of one council in one model; position 1 is the closest."""

    model = models.ForeignKey(NeighbourModel, on_delete=models.CASCADE, related_name="neighbours", db_index=False)
    unit = models.ForeignKey("directory.ReportingUnit", on_delete=models.PROTECT, related_name="+")
    neighbour = models.ForeignKey("directory.ReportingUnit", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model", "unit", "position"], name="neighbour_position_once"),
            models.UniqueConstraint(fields=["model", "unit", "neighbour"], name="neighbour_once"),
            models.CheckConstraint(condition=~Q(unit=F("neighbour")), name="neighbour_not_itself"),
        ]
