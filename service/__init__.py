"""Isnad: cross-references claims against Arabic news."""

__version__ = "0.1.0"
