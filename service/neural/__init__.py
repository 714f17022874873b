"""Neural models at work: what the judge's cross-encoders and the index's embedder are both run with."""
