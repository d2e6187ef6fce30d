"""The main jobs of comparative data, each measured beside its floor (`manage.py bench`)."""
