"""PostgreSQL and a Redis-protocol server for a machine that has neither, and the demo that runs on them."""
