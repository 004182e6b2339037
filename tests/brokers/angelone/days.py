"""The day the tests of the broker's client live on."""

import datetime as dt

TODAY = dt.date(2026, 11, 23)
