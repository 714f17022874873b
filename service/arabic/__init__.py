"""Arabic text to values: pure functions of strings; no I/O beyond the packaged word lists, no clock, no settings."""
