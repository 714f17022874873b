"""How a claim gets answered: read → crossref."""
