"""Pages that belong to no single app: the front door. It composes what the apps offer and knows none of their tables."""
