"""How two readings of the same thing stand to each other, with their precision in mind."""

from __future__ import annotations

from enum import StrEnum


class Agreement(StrEnum):
    """Whether what a passage says bears out what a claim says.

    agrees: the passage says as much or more exactly («آلاف» against 11,470); compatible: it says it less exactly, or
    both can be true; conflicts: both cannot be true; unknown: they cannot be compared.
    """

    AGREES = "agrees"
    COMPATIBLE = "compatible"
    CONFLICTS = "conflicts"
    UNKNOWN = "unknown"
