"""Audit: append-only events that say who did what to which thing, and when. It knows no other app."""
