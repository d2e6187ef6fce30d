"""Who acts. Every action takes `by=` an Actor; people's memberships are resolved to one before the action is called."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """The doer of an action: a stable pseudonymous key, and the words that the audit sentence uses."""

    key: str
    name: str


#: The portal itself: scheduled work and command lines.
SYSTEM = Actor(key="system", name="The portal")
