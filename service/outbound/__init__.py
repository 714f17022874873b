"""Calls to addresses that somebody outside gave us: webhooks, later feeds; safe against being sent inside.

addresses says which addresses may be reached; http makes one request to one that was checked.
"""
