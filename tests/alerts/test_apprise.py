"""Through the real library, to a mail server and a web hook on this machine."""

import logging

import pytest

from rustro_kernel.alerts.addresses import addresses, secret_parts
from rustro_kernel.alerts.apprise_send import refuse_if_missing, sender
from rustro_kernel.alerts.opening import alerter
from rustro_kernel.commands.alerts import tried
from rustro_kernel.configuration.sections import Alerts
from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.domain.redaction import Redaction
from tests.session.waiting import until_blocking

TOKEN = "pl4ntedHookToken"
PASSWORD = "pl4ntedPassword"


def hook_url(sink):
    return f"json://127.0.0.1:{sink.port}/{TOKEN}"


def mail_url(sink):
    return (
        f"mailto://127.0.0.1:{sink.port}/?from=desk@example.com&to=quant@example.com"
        f"&smtp=127.0.0.1&pass={PASSWORD}"
    )


def open_to(*urls, **keys):
    return alerter(Alerts(**keys), addresses(" ".join(urls)), "main live", Redaction())


def test_an_alert_arrives_at_hook_and_mail(hook, mail):
    told = open_to(hook_url(hook), mail_url(mail))
    told.tell("critical", "10:15:00 KILL by operator: 2 open")
    assert hook.arrived.wait(30)
    assert mail.arrived.wait(30)
    told.close(30)
    assert (hook.got[0]["title"], hook.got[0]["type"]) == ("CRITICAL rustro main live", "failure")
    assert hook.got[0]["message"] == "10:15:00 KILL by operator: 2 open"
    assert "CRITICAL rustro main live" in mail.got[0]["Subject"]
    assert mail.got[0]["To"] == "quant@example.com"
    assert "KILL by operator: 2 open" in mail.got[0].get_body(("html", "plain")).get_content()
    assert told.figures() == {"alerts_sent": 2, "alerts_lost": 0}


def test_a_level_before_an_address_keeps_the_rest_from_it(hook, mail):
    told = open_to(f"critical={hook_url(hook)}", mail_url(mail))
    told.tell("warning", "10:15:00 Entries off: PAUSED")
    told.tell("critical", "10:15:01 TokenInvalid")
    told.close(30)
    assert ([post["message"] for post in hook.got], len(mail.got)) == (["10:15:01 TokenInvalid"], 2)


def test_a_channel_that_never_answers_keeps_no_other_from_its_alerts(hook, mute):
    told = open_to(f"json://127.0.0.1:{mute.port}/{TOKEN}", hook_url(hook), timeout_s=120)
    for n in range(5):
        told.tell("warning", f"fact {n}")
    until_blocking(lambda: len(hook.got) == 5)
    assert mute.got == ["a connection"]
    assert told.channels[1].close(10)
    assert told.channels[0].close(0.0) is False
    assert told.figures()["alerts_sent"] == 5


def test_one_that_never_answers_is_given_up_after_the_timeout(mute):
    (address,) = addresses(f"json://127.0.0.1:{mute.port}/{TOKEN}")
    code, text = tried(Alerts(timeout_s=1), [address])
    assert code == 1
    assert text.startswith("1 (json): NOT delivered:")
    assert TOKEN not in text


def test_the_test_command_says_what_became_of_each_channel(hook, mail):
    hook.status = 500
    found = addresses(f"{hook_url(hook)} {mail_url(mail)} json://127.0.0.1:1/{TOKEN} nosuch://x/y")
    code, text = tried(Alerts(timeout_s=5), found)
    lines = text.splitlines()
    assert code == 1
    assert lines[0].startswith("1 (json): NOT delivered: ")
    assert "500" in lines[0]
    assert lines[1].startswith("2 (mailto): delivered in ")
    assert lines[2].startswith("3 (json): NOT delivered: ")
    assert lines[3] == "4 (nosuch): NOT delivered: apprise does not understand this address"
    assert TOKEN not in text
    assert PASSWORD not in text


def test_no_log_of_anybody_ever_holds_an_address(hook, caplog):
    caplog.set_level(logging.DEBUG)
    told = open_to(hook_url(hook), f"json://127.0.0.1:1/{TOKEN}")
    told.tell("info", "look")
    assert hook.arrived.wait(30)
    until_blocking(lambda: told.channels[1].problem)
    told.close(30)
    assert "not delivered by channel 2 (json)" in caplog.text
    assert TOKEN not in caplog.text


def test_the_records_of_other_threads_stay_as_they_were(hook, caplog):
    (address,) = addresses(hook_url(hook))
    sender(address, 5)("title", "text", "info")
    logging.getLogger("urllib3.connectionpool").warning("somebody else's")
    assert "somebody else's" in caplog.text


@pytest.mark.parametrize("text", ["tgram:/123", f"mail {TOKEN}", f"loud=json://{TOKEN}"])
def test_a_word_that_is_no_address_is_refused_without_showing_it(text):
    with pytest.raises(BadConfig) as caught:
        addresses(text)
    assert "RUSTRO_ALERT_URLS" in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_an_address_shows_its_kind_and_nothing_else():
    (address,) = addresses(f"tgram://123456789:{TOKEN}/42/")
    assert address.name == "1 (tgram)"
    assert TOKEN not in repr(address)
    hidden = Redaction()
    hidden.learn(*secret_parts(address))
    assert hidden.hide(f"https://api.telegram.org/bot123456789:{TOKEN}/send") == (
        "https://api.telegram.org/bot***/send"
    )


def test_a_missing_library_is_said_in_one_sentence(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "apprise", None)
    with pytest.raises(
        BadConfig, match=r"apprise.*is not installed: pip install 'rustro\[server\]'"
    ):
        refuse_if_missing()
