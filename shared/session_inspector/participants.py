"""The participants of this project's journal. Asked of the settings; nothing else knows where they come from."""

from session_inspector.configuration import configuration
from session_inspector.participant import OPENID_PROVIDER, Participant


def participants() -> tuple[Participant, ...]:
    return configuration().participants


def participant_named(name: str) -> Participant | None:
    return next((one for one in participants() if one.name == name), None)


def the_participant(name: str) -> Participant:
    """The one that wrote an entry which a page shows. Raises ``KeyError`` for a name that is nobody's."""
    return {one.name: one for one in participants()}[name]


def here() -> Participant:
    """The one that this project is."""
    configured = configuration()
    return next(one for one in configured.participants if one.name == configured.name)


def provider() -> Participant:
    """The one that signs people in."""
    return next(one for one in participants() if one.role == OPENID_PROVIDER)


def lanes() -> tuple[Participant, ...]:
    """From left to right as the ladder draws them: the provider between the sites."""
    first, *rest = (one for one in participants() if one.role != OPENID_PROVIDER)
    return (first, provider(), *rest)
