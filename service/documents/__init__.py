"""Whole documents: their claims, and what the other outlets say of each.

File by file: read (a text or a stored article → claims, and what is left out) → matrix (answers → claims × outlets).
"""
