"""The bar store: every completed bar of every session, on disk, shared by all runs.

`log/<date>.bars` takes each bar as it completes, in checksummed blocks (`block`, `day_log`). Days
that are over for a while are folded into `columns/<instrument>/<timeframe>/*.parquet`
(`column_files`, `compaction`). One process writes (`store.BarStore`), any number read
(`reader.BarReader`) and see only whole records.
"""
