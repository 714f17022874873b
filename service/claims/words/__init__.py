"""Word lists of claims: what makes a sentence worth checking. Read with `service.arabic.words.read_table`."""
