"""The directory: organisations through time, reporting units and their codes, and people's accounts."""
