"""Peer challenge: offer and booking, teams, conflicts, programme, notes, findings, reports, action plans, reviews.

Nothing is built here yet; the package holds the place that the import contracts give it.
"""
