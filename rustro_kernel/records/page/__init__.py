"""report.html: a run's day for the eye, from its ledger, its ticks and its report."""
