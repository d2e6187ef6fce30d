"""Which figures: comparison groups, scorecards, series, releases and sources."""
