"""Every kind of page in every state that a reader can meet, for the sweeps in a browser."""

#: Name of the state, and its address; `{run}` is an import that was published.
PAGES: dict[str, str] = {
    "home": "/",
    "finder-empty": "/scorecards/",
    "finder-with-matches": "/scorecards/?q=essex",
    "finder-of-an-ended-council": "/scorecards/?q=harrogate",
    "finder-without-matches": "/scorecards/?q=zzzzzz",
    "scorecard-unitary": "/scorecards/thurrock/",
    "scorecard-district": "/scorecards/brentwood/",
    "scorecard-county": "/scorecards/essex/",
    "scorecard-metropolitan": "/scorecards/barnsley/",
    "scorecard-london": "/scorecards/camden/",
    "scorecard-wales": "/scorecards/cardiff/",
    "scorecard-scotland": "/scorecards/fife/",
    "scorecard-northern-ireland": "/scorecards/belfast/",
    "scorecard-ended": "/scorecards/harrogate/",
    "scorecard-region": "/scorecards/thurrock/?group=region",
    "scorecard-ons-neighbours": "/scorecards/thurrock/?group=ons-global",
    "scorecard-dfe-neighbours": "/scorecards/thurrock/?group=dfe-children",
    "scorecard-districts-of-the-county": "/scorecards/brentwood/?group=county",
    "scorecard-none-chosen": "/scorecards/thurrock/?group=chosen",
    "scorecard-some-chosen": "/scorecards/thurrock/?group=chosen&with=medway&with=swindon&with=luton",
    "metric-with-interval": "/scorecards/thurrock/adult-obesity/",
    "metric-without-interval": "/scorecards/barnsley/household-recycling-rate/",
    "metric-not-applicable": "/scorecards/brentwood/persistent-absence-looked-after/",
    "metric-of-an-ended-council": "/scorecards/harrogate/household-recycling-rate/",
    "metric-without-polarity": "/scorecards/thurrock/housing-affordability/",
    "metric-beside-neighbours": "/scorecards/thurrock/adult-obesity/?group=ons-global",
    "metric-with-none-chosen": "/scorecards/thurrock/adult-obesity/?group=chosen",
    "metric-blank-in-wales": "/scorecards/cardiff/adult-obesity/",
    "sources": "/data/sources/",
    "import-report": "/data/imports/{run}/",
    "gallery": "/gallery/",
}

#: Answers that are not pages of their own, by the status that they are sent with.
ERRORS: tuple[int, ...] = (400, 403, 404, 429, 500, 503)
