"""Claims that are watched: who learns of an article that agrees or conflicts, and how, from then on.

File by file: watch (what is kept) → candidates (which watches an article may concern) → matching (what the judge
says of those) → book (watches, matches and what is due, as small documents) → webhook (how a match is sent) → follow
(going through the stored articles) → deliver (making the calls) → dead_letters (making them once more) → background
(the threads that do both) → setup. feed_tokens open a feed to readers without a key.
"""
