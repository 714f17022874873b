"""How an article gets in: sources → clean → passages → copies → intake."""
