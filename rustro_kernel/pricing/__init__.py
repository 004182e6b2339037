"""What an option is worth where nobody wrote its price down, for simulator and research alike.

`formula` is the model and the rounding, `term` its clock, `kernels` the same functions for compiled
code, `greeks` implied volatility and sensitivities.

How good it is, on real NIFTY options: median/95th percentile of the distance between modelled and
real premium, in percent of the real one. Each period was priced with constants fitted to the two
others: 2022-11-18 until 12:30, January 2025 and January 2026 at the close. Up to 0.5 standard
deviations from the forward is at the money, up to 1.5 in or out of it; the days are those left.

::

                         2022-11  2025-01  2026-01
    days  money
    1     in the money         -   4.7/31   7.5/19
          at the money         -   8.7/57  14.2/36
          out of it            -  45.3/72  23.8/56
    2-4   in the money         -   6.9/17   7.7/18
          at the money         -  23.3/42  24.1/47
          out of it            -  44.6/61  49.1/76
    5-8   in the money    7.4/12   4.1/12   5.0/14
          at the money   25.0/55   9.1/28  14.8/34
          out of it     96.6/267  15.3/40  37.9/64
    9-14  in the money    4.9/13    3.5/9   4.0/14
          at the money   21.5/41  10.3/24  11.9/32
          out of it     65.7/188  14.0/37  32.2/59
    15-45 in the money         -    2.1/6    2.2/9
          at the money         -   6.5/17   7.3/23
          out of it            -  10.8/25  19.6/49

Most of it is the level: one number for the whole market cannot know how dear one week is. In
November 2022 the coming week was quoted at 0.8 of the VIX and modelled at 0.96; late in January
2026 the coming Budget made every expiry beyond it dearer. What moves a stop is how a premium
changes while it is held. The same of changes over 5, 30 and 60 minutes, in percent of the premium
they began at; `moved` is the median of the real change. No VIX is stored for 2025-03-12: its level
was set to the first minute's premiums and the day was fitted to nothing else.

::

                                 moved   5 min moved   30 min moved   60 min
               days money
    2022-11-18 5-8  in the money   1.6   0.3/1   4.5    0.4/2   8.3    0.7/4
                    at the money   2.3   0.5/2   6.1    1.0/6  12.6   2.0/10
                    out of it      2.8   1.3/6   8.0   2.9/16  14.5   5.0/24
               9-14 in the money   1.5   0.3/1   4.1    0.5/2   7.2    0.7/2
                    at the money   1.8   0.5/2   4.5    0.8/3   8.5    1.1/4
                    out of it      2.0   1.0/3   5.5    1.8/7   9.4    2.6/8
    2025-03-12 1    in the money   4.7   0.5/2   8.5    1.2/4  18.7    1.4/4
                    at the money   7.1   1.4/5  16.2   4.6/15  27.1   2.6/18
                    out of it      8.7  4.0/12  30.0  14.3/27  18.2  12.4/39

`python -m pytest -m data tests/research/test_premium_error.py -s` fits and measures again.
"""
