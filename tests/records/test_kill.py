import random
import subprocess
import sys

from rustro_kernel.records.input_log import whole_inputs
from rustro_kernel.records.lines import last_of
from rustro_kernel.records.repair import repair
from rustro_kernel.records.replay import replay
from rustro_kernel.records.verify_ledger import check_ledger
from tests.records.make import Echo

KILLS = 10


def kill_a_writer(folder, seed):
    """Let it say some lines, kill it while it goes on; returns what it last called durable."""
    command = [sys.executable, "-m", "tests.records.writer", str(folder), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        for _ in range(random.Random(seed).randrange(1, 40)):
            writer.stdout.readline()
        writer.kill()
        said = writer.stdout.read().splitlines()
    return int(said[-1]) if said else 0


def stated_by(folder, n):
    """How many events the inputs up to n give."""
    engine = Echo()
    return sum(len(engine.apply(one).events) for one in whole_inputs(folder) if one.n <= n)


def test_a_run_killed_at_any_moment_opens_replays_and_goes_on(tmp_path):
    durable = 0
    for seed in range(KILLS):
        durable = max(durable, kill_a_writer(tmp_path, seed))
        assert replay(tmp_path, Echo).is_identical
        found = repair(tmp_path)
        assert found.last_input == last_of(whole_inputs(tmp_path)).n >= durable
        assert list(check_ledger(tmp_path, found.last_input)) == []
        assert replay(tmp_path, Echo).is_identical
        assert found.ledger.seq >= stated_by(tmp_path, durable)
