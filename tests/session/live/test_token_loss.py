"""A paper session at the simulated exchange whose tokens die: entries off, left, and back again."""

from tests.session.live.make import fast_server, paper_session

REFUSED = '[[fault]]\nwhat = "html_502"\non = "loginByPassword"\nnth = 2\ntimes = 3\n'
"""The three tries of the second login are answered with an outage."""


def lose_tokens(session, server) -> None:
    """All tokens are too old from a moment in the middle of the market; streams are cut with it."""
    session.until(lambda: session.said("BarReady"))
    server.exchange.logins.expire()
    server._sockets.end()


def test_tokens_that_die_are_replaced_by_one_login_and_trading_goes_on(tmp_path):
    server = fast_server(clock="10:00:00", speed=60)
    with paper_session(server, tmp_path) as session:
        lose_tokens(session, server)
        session.until(lambda: session.said("TokenRefreshed"))
        assert session.said("TokenInvalid") == []
        session.until(lambda: session.view.is_authenticated and session.view.connected)
        bars = len(session.said("BarReady"))
        session.until(lambda: len(session.said("BarReady")) > bars)


def test_tokens_that_cannot_be_had_are_alerted_the_market_is_left_and_found_again(tmp_path):
    server = fast_server(REFUSED, clock="10:00:00", speed=60)
    with paper_session(server, tmp_path) as session:
        lose_tokens(session, server)
        session.until(lambda: session.said("TokenInvalid"))
        assert "TOKEN_DEGRADED" in [halted.reason for halted in session.said("TradingHalted")]
        told = [e.text for e in session.said("Alerted") if e.level == "critical"]
        assert any(text.startswith("no tokens from the broker: ") for text in told)
        session.until(lambda: session.said("TokenRefreshed"))  # with the regular look
        assert "TOKEN_DEGRADED" in [resumed.reason for resumed in session.said("TradingResumed")]
        session.until(lambda: session.view.is_authenticated and session.view.connected)
        price = session.view.underlyings[0].price_paise
        session.until(lambda: session.view.underlyings[0].price_paise != price)
