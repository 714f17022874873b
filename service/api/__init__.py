"""The HTTP edge: one file per resource; statuses and JSON live here and nowhere else."""
