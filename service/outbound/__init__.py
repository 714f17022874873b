"""Calls to addresses that somebody outside gave us: webhooks, feeds; safe against being sent inside.

addresses says which addresses may be reached; http makes one request to one that was checked;
redirects follows them hop by hop, decoding unpacks answers.
"""
