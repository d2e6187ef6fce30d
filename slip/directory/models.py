"""Organisations through time, the reporting units that figures belong to, and accounts.

An organisation is not an area and not a row of a file. An *organisation* begins, ends and is followed by others.
A *reporting unit* is what a published figure is about; it is never merged or rewritten, so that a series keeps its
meaning. Codes belong to reporting units, each with the dates in which it was in use.
"""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Deferrable, F, Q
from django.db.models.functions import Upper
from django.utils import timezone

from slip.directory.enums import ChangeKind, Nation, Scheme, Tier, UnitKind, kind_of


class User(AbstractUser):
    """An account. Who the person is and what they may do is held by dated memberships, not by flags here."""


class FromRegister(models.Model):
    """A fact shipped with the register, or entered later by hand: loading the register never deletes the latter."""

    from_register = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True


class RegisterEdition(models.Model):
    """One loading of the shipped register: which files, by digest, and how many rows of each."""

    digest = models.CharField(max_length=64, help_text="SHA-256 of the shipped files.")
    loaded_at = models.DateTimeField(default=timezone.now)
    figures = models.JSONField(help_text="Rows per file, and how many were added, changed and removed.")

    class Meta:
        ordering = ["-loaded_at", "-pk"]
        get_latest_by = ["loaded_at", "pk"]

    def __str__(self) -> str:
        return f"{self.digest[:12]} of {self.loaded_at:%d %B %Y}"


class ReportingUnit(FromRegister):
    """A council, fire authority, county area, region or nation, as the subject of published figures."""

    key = models.SlugField(max_length=80, unique=True, help_text="Stable; used in addresses.")
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=20, choices=UnitKind)
    nation = models.CharField(max_length=20, choices=Nation, blank=True)
    tier = models.CharField(max_length=20, choices=Tier, blank=True, help_text="Only for organisations.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind=UnitKind.ORGANISATION) & ~Q(tier="")) | (~Q(kind=UnitKind.ORGANISATION) & Q(tier="")),
                name="unit_tier_only_for_organisations",
            )
        ]
        indexes = [models.Index(fields=["nation", "tier"])]

    def __str__(self) -> str:
        return self.name


class Organisation(FromRegister):
    """A body with a beginning and perhaps an end. In shadow form it exists before it has services or codes."""

    key = models.SlugField(max_length=80, unique=True, help_text="Stable; used in addresses.")
    name = models.CharField(max_length=160, help_text="As people say it: Thurrock.")
    official_name = models.CharField(max_length=200, help_text="As it signs: Thurrock Council.")
    tier = models.CharField(max_length=20, choices=Tier)
    nation = models.CharField(max_length=20, choices=Nation)
    reporting_unit = models.OneToOneField(
        ReportingUnit,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="organisation",
    )
    shadow_from = models.DateField(null=True, blank=True, help_text="Elected in shadow form before vesting day.")
    started_on = models.DateField(
        null=True,
        blank=True,
        help_text="Vesting day; empty if long ago and not recorded.",
    )
    ended_on = models.DateField(null=True, blank=True, help_text="First day on which it no longer existed.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(started_on__isnull=True) | Q(ended_on__gt=F("started_on")),
                name="organisation_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(shadow_from__isnull=True) | Q(started_on__gt=F("shadow_from")),
                name="organisation_shadow_before_vesting",
            ),
        ]
        indexes = [
            GinIndex(
                OpClass(Upper("name"), name="gin_trgm_ops"),
                name="organisation_name_trgm",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_label(self) -> str:
        """What kind of body it is, for people: its tier's label, but for the few that are called otherwise."""
        return kind_of(self.key, self.tier)


class Succession(FromRegister):
    """One organisation's work passing to another on a day. Several rows share a day in a merger or a split."""

    predecessor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="successions_out")
    successor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="successions_in")
    on = models.DateField()
    kind = models.CharField(max_length=10, choices=ChangeKind)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once"),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="succession_not_to_itself",
            ),
        ]


class Name(FromRegister):
    """A name by which files and people call a reporting unit, normalised by `names.normalise`."""

    unit = models.ForeignKey(ReportingUnit, on_delete=models.CASCADE, related_name="names")
    text = models.CharField(max_length=200)
    normalised = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "normalised"], name="name_once_per_unit")]
        indexes = [
            models.Index(fields=["normalised"]),
            GinIndex(
                OpClass(F("normalised"), name="gin_trgm_ops"),
                name="name_normalised_trgm",
            ),
        ]


class Code(FromRegister):
    """A code of a reporting unit in one scheme, with the days it was in use (upper end excluded)."""

    unit = models.ForeignKey(ReportingUnit, on_delete=models.PROTECT, related_name="codes")
    scheme = models.CharField(max_length=12, choices=Scheme)
    code = models.CharField(max_length=20)
    during = DateRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                deferrable=Deferrable.IMMEDIATE,
                name="code_names_one_unit_at_a_time",
                expressions=[
                    ("scheme", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                deferrable=Deferrable.IMMEDIATE,
                name="unit_has_one_code_of_a_scheme_at_a_time",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("scheme", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["scheme", "code"])]


class Containment(FromRegister):
    """That one reporting unit lies within another (a council in a county area, region, nation) during these days."""

    unit = models.ForeignKey(ReportingUnit, on_delete=models.CASCADE, related_name="within")
    container = models.ForeignKey(ReportingUnit, on_delete=models.CASCADE, related_name="contains")
    during = DateRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                deferrable=Deferrable.IMMEDIATE,
                name="containment_once_at_a_time",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("container", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            )
        ]
        indexes = [models.Index(fields=["container", "unit"])]
