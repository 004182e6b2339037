"""How a day is put together from its configuration."""

from rustro_kernel.config import Config
from rustro_kernel.session import composition


def test_the_daily_vix_beside_the_bars_is_taken_unless_another_is_named(tmp_path):
    bars, beside, other = (tmp_path / n for n in ("bars.parquet", "vix_daily.parquet", "my.csv"))
    named = Config.load(None, **{"sim.data": bars, "sim.vix_data": other})
    unnamed = Config.load(None, **{"sim.data": bars})
    assert composition._vix_file(unnamed) is None
    beside.touch()
    assert composition._vix_file(unnamed) == beside
    assert composition._vix_file(named) == other
    assert composition._vix_file(Config.load(None)) is None
