"""Word lists of the intake: what pages say around an article. Read with `service.arabic.words.read_table`."""
