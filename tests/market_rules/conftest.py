import pytest

from rustro_kernel.market_rules import MarketRules


@pytest.fixture(scope="session")
def rules():
    return MarketRules.load()


@pytest.fixture
def rules_with(tmp_path):
    def load(text):
        file = tmp_path / "rules.toml"
        file.write_text(text, encoding="utf-8")
        return MarketRules.load(file)

    return load
