"""The words pages use for stored outcomes, states and quarters. The stored words themselves are never shown."""

OUTCOMES: dict[str, str] = {
    "better": "Better",
    "similar": "Similar",
    "worse": "Worse",
    "higher": "Higher",
    "lower": "Lower",
    "not_compared": "Not compared",
    "improving": "Improving",
    "worsening": "Worsening",
    "increasing": "Increasing",
    "decreasing": "Decreasing",
    "no_significant_change": "No clear change",
    "cannot_be_calculated": "Trend not known",
    "up": "Up",
    "down": "Down",
    "same": "No change",
    "unknown": "Not known",
}

#: Why a figure is not there, or what to know about one that is. Missing is never zero and a blank always says why.
VALUE_STATES: dict[str, str] = {
    "missing": "No figure published",
    "suppressed": "Withheld by the publisher",
    "not_returned": "Not returned",
    "not_applicable": "Not applicable",
    "not_comparable": "Not comparable",
    "provisional": "Provisional",
    "estimated": "Estimated",
}

#: Quarter 1 is the best by polarity, or the highest where no end is the good one.
QUARTERS_WITH_POLARITY: tuple[str, ...] = (
    "Best quarter",
    "Second best quarter",
    "Second worst quarter",
    "Worst quarter",
)
QUARTERS_WITHOUT_POLARITY: tuple[str, ...] = (
    "Highest quarter",
    "Second highest quarter",
    "Second lowest quarter",
    "Lowest quarter",
)

LICENCES: dict[str, tuple[str, str]] = {
    "OGL-UK-3.0": (
        "Open Government Licence v3.0",
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    ),
}
