"""Import of the files people have: CSV, Parquet, feather, vendor text, bhavcopies.

`bars.examine` says what a file holds and what it would drop; `bars.store` puts it into the bar
store. `bhavcopy` does the same for NSE's end-of-day file of futures and options.
"""
