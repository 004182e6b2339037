"""Angel One SmartAPI: REST, market stream, order stream.

`connect` gives a `Client`; the calls are functions that take it: `history.candles`,
`quotes.quotes`, `funds.funds`, `funds.margin`, `books.order_book` and its neighbours, and, for a
live session only, `orders_api.place`, `modify` and `cancel`. The instrument master needs no
login: `master_download.load_master`.
"""
