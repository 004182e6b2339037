import datetime as dt

import pytest

from rustro_kernel.config import Config
from rustro_kernel.configuration.checks import refuse_stub
from rustro_kernel.configuration.lines import key_lines
from rustro_kernel.configuration.secrets import Secrets
from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.domain.settings import EngineSettings

pytestmark = pytest.mark.usefixtures("no_rustro_environment")


def toml(tmp_path, text):
    path = tmp_path / "my.toml"
    path.write_text(text)
    return path


def refused(path=None, **overrides):
    with pytest.raises(BadConfig) as caught:
        Config.load(path, **overrides)
    return str(caught.value)


def test_the_defaults_are_those_of_the_contract():
    config = Config.load()
    assert (config.mode, config.sim.date, config.sim.speed) == ("sim", dt.date(2026, 7, 15), "max")
    assert (config.sim.seed, config.guard.takeover_ms, str(config.state.dir)) == (7, 250, "state")
    assert config.engine() == EngineSettings()


def test_each_layer_beats_the_one_before(tmp_path, monkeypatch):
    path = toml(tmp_path, "[strategy]\npullback_rsi_lookback = 4\nmin_dte = 2\n")
    assert Config.load(profile="demo").strategy.pullback_rsi_lookback == 6
    assert Config.load(path, profile="demo").strategy.pullback_rsi_lookback == 4
    assert Config.load(path, profile="demo").exits.trail_gap_pct == 8
    monkeypatch.setenv("RUSTRO_STRATEGY__MIN_DTE", "0")
    assert Config.load(path).strategy.min_dte == 0
    assert Config.load(path, **{"strategy.min_dte": "5"}).strategy.min_dte == 5


def test_the_demo_profile_opens_the_volume_gates():
    config = Config.load(profile="demo")
    assert (config.strategy.volume_filter, config.strategy.breakout_volume_mult) == ("off", 0)
    assert (config.exits.trail_activate_pct, config.exits.low_volume_exit) == (10, False)


def test_text_values_become_what_the_key_wants():
    config = Config.load(
        **{
            "sim.speed": "60",
            "strategy.enabled": "false",
            "sim.date": "2021-11-30",
            "hours.entry_window": '["10:30:00", "14:00:00"]',
            "exits.target_pct": "null",
        }
    )
    assert (config.sim.speed, config.strategy.enabled) == (60, False)
    assert config.sim.date == dt.date(2021, 11, 30)
    assert config.hours.entry_window == ("10:30:00", "14:00:00")
    assert config.exits.target_pct is None


@pytest.mark.parametrize(
    ("overrides", "sentence"),
    [
        (
            {"strategy.min_dte": 99},
            "strategy.min_dte: got 99, allowed is a whole number from 0 up to 60",
        ),
        (
            {"strategy.min_dt": 1},
            "strategy.min_dt: unknown key; did you mean strategy.min_dte?",
        ),
        ({"nonsense": 1}, "nonsense: unknown key"),
        (
            {"sim.speed": "fast"},
            "sim.speed: got 'fast', allowed is 'max' or a number above 0 up to 100000",
        ),
        (
            {"broker.rest_url": "apiconnect.angelone.in"},
            "broker.rest_url: got 'apiconnect.angelone.in', allowed is a text like ^https?://",
        ),
        ({"mode": "real"}, "mode: got 'real', allowed is one of 'sim', 'paper', 'live'"),
        (
            {"sim.date": "2026-13-01"},
            "sim.date: got '2026-13-01', allowed is a date as YYYY-MM-DD",
        ),
        (
            {"market.underlyings": "[]"},
            "market.underlyings: got [], allowed is a list of at least 1, each a text",
        ),
        ({"market": 3}, "market: got 3, allowed is a table of keys"),
        (
            {"account.balance": "inf"},
            "account.balance: got 'inf', allowed is a number above 0 up to 1000000000000",
        ),
        (
            {"risk.vix_resume": 30},
            "risk.vix_resume: got 30.0, must be below vix_max = 30.0",
        ),
        (
            {"strategy.rsi_low": 60},
            "strategy.rsi_low: got 60.0, must be below rsi_high = 60.0",
        ),
        (
            {"orders.retry_at_s": [0, 2]},
            "orders.retry_steps_pct: got 4 steps, must be one fewer than the 2 times of retry_at_s",
        ),
        (
            {"orders.retry_at_s": [0, 6, 2, 14, 30]},
            "orders.retry_at_s: got [0.0, 6.0, 2.0, 14.0, 30.0], must start at 0 and grow",
        ),
        (
            {"hours.daily_analysis": "14:30:00"},
            "hours.daily_analysis: got 14:30:00, must be before the entry window ends at 14:30:00",
        ),
        (
            {"mode": "live", "exits.stop_pct": 30},
            "exits.broker_stop_pct: got 30.0, must be further away than stop_pct = 30.0",
        ),
        (
            {"strategy.hourly_stub": "keep", "sim.date": "2026-08-03"},
            "strategy.hourly_stub: got 'keep', allowed is 'drop' from 2026-08-03 on, "
            "and the day is 2026-08-03",
        ),
    ],
)
def test_a_wrong_value_is_refused_in_one_sentence(overrides, sentence):
    assert refused(**overrides).startswith(sentence)


def test_a_time_of_day_says_how_it_is_written():
    assert "a time is HH:MM or HH:MM:SS, got '9'" in refused(**{"hours.daily_analysis": "9"})


def test_only_the_first_problem_is_named_and_the_others_are_counted():
    words = refused(**{"strategy.min_dte": 99, "risk.max_losses": 0, "sim.seed": -1})
    assert words.startswith("strategy.min_dte: got 99")
    assert "; 2 more keys are wrong, `rustro config check` names them all" in words


def test_the_sentence_says_where_the_value_stands(tmp_path, monkeypatch):
    path = toml(tmp_path, "[strategy]\nmin_dte = 99\n")
    assert refused(path).endswith(f"(in {path}, line 2)")
    assert refused(**{"strategy.min_dte": 99}).endswith("(in overrides)")
    monkeypatch.setenv("RUSTRO_STRATEGY__MIN_DTE", "98")
    assert refused(path).endswith("got '98', allowed is a whole number from 0 up to 60 (in "
                                  "environment variable RUSTRO_STRATEGY__MIN_DTE)")  # fmt: skip


def test_a_misspelt_variable_is_an_unknown_key(monkeypatch):
    monkeypatch.setenv("RUSTRO_MOED", "live")
    assert refused().startswith("moed: unknown key; did you mean mode?")


def test_an_unknown_key_never_shows_its_value(monkeypatch):
    monkeypatch.setenv("RUSTRO_TOTP_SEEED", "JBSWY3DP")
    assert "JBSWY3DP" not in refused()


def test_broken_toml_is_one_sentence_with_its_line(tmp_path):
    path = toml(tmp_path, "[strategy]\nmin_dte 1\n")
    words = refused(path)
    assert words.startswith("config: the file is no valid TOML: ")
    assert "line 2" in words
    assert words.endswith(f"(in {path})")


def test_a_missing_file_is_one_sentence(tmp_path):
    path = tmp_path / "none.toml"
    expected = f"config: the file cannot be read: No such file or directory (in {path})"
    assert refused(path) == expected


def test_an_unknown_profile_names_those_there_are():
    with pytest.raises(BadConfig, match="profile: got 'dmo', allowed is one of demo"):
        Config.load(profile="dmo")


def test_what_is_dumped_loads_as_the_same_configuration(tmp_path):
    config = Config.load(profile="demo", **{"sim.speed": 60, "exits.target_pct": 25})
    assert Config.load(toml(tmp_path, config.dump_toml())) == config


def test_the_hash_follows_what_decides_and_nothing_else():
    plain = Config.load().hash()
    assert Config.load(**{"run.out": "x", "state.dir": "y", "sim.speed": 60}).hash() == plain
    assert Config.load(**{"broker.rest_url": "http://127.0.0.1:8080"}).hash() == plain
    assert Config.load(**{"sim.seed": 8}).hash() != plain
    assert Config.load(**{"exits.stop_pct": 21}).hash() != plain
    assert Config.load(**{"exits.stop_pct": 20.0}).hash() == plain


def test_every_key_is_described():
    rows = {row.key: row for row in Config.describe()}
    assert len(rows) == len(Config.fields()) > 60
    assert rows["exits.target_pct"].allowed == "a number above 0 up to 10000 or nothing"
    assert all(row.description and row.allowed for row in rows.values())


def test_a_configuration_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        Config.load().sim.seed = 8


def test_secrets_are_read_from_the_environment_and_never_shown(monkeypatch):
    monkeypatch.setenv("RUSTRO_PIN", "4711")
    secrets = Secrets()
    assert secrets.pin is not None
    assert secrets.pin.get_secret_value() == "4711"
    assert secrets.missing == ("RUSTRO_CLIENT_ID", "RUSTRO_API_KEY", "RUSTRO_TOTP_SEED")
    assert "4711" not in f"{secrets!r} {secrets} {secrets.model_dump()} {Config.load().dump_toml()}"


def test_the_stub_is_refused_where_the_date_is_known_later():
    strategy = Config.load(**{"strategy.hourly_stub": "keep"}).strategy
    refuse_stub(strategy, dt.date(2026, 7, 31))
    with pytest.raises(BadConfig, match=r"strategy\.hourly_stub"):
        refuse_stub(strategy, dt.date(2026, 8, 3))


def test_every_fault_of_a_file_is_known_with_its_line(tmp_path):
    path = toml(
        tmp_path,
        "# mine\nmode = 'sim'\nrisk.max_losses = 0\n\n[strategy] # rules\nmin_dte = 99\nqqqq = 3\n",
    )
    with pytest.raises(BadConfig) as caught:
        Config.load(path)
    assert [fault.rpartition(" (in ")[::2] for fault in caught.value.faults] == [
        ("strategy.qqqq: unknown key", f"{path}, line 7)"),
        ("strategy.min_dte: got 99, allowed is a whole number from 0 up to 60", f"{path}, line 6)"),
        ("risk.max_losses: got 0, allowed is a whole number from 1 up to 100", f"{path}, line 3)"),
    ]


def test_a_key_inside_a_value_has_no_line_of_its_own():
    text = 'a = """\nb = 1\n"""\n[c]\n"d" = { e = 1 }\nf.g = 2\n'
    assert key_lines(text) == {"a": 1, "c": 4, "c.d": 5, "c.f.g": 6}
