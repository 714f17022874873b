"""Feeds that are followed: RSS, Atom and JSON Feed polled politely, their items' pages taken in as articles.

File by file: feed (what is kept of one) → book (all of them, what is known of their items, and which are due, as small
documents) → pacing, resting, robots, fetch (asking a server: one request at a time, as robots.txt allows) → take (an
item to an article) → timing (when to ask again) → plan, record, poll (one feed, once) → rounds (all that are due,
several at once, under a lease) → background, setup; edit is what people change.
"""
