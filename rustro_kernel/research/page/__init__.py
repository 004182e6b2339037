"""report.html of a backtest: its figures, pictures and trades in one file that loads nothing."""
