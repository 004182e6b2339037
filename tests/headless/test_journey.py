"""A live day that crashes, is killed, goes on, and is asked to stop while it holds a position.

Its secrets are planted: each start finds them at another place, and nothing shows one of them.
"""

import base64
import json
import os
import resource
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import pytest

from rustro_kernel.domain.market_time import at
from rustro_kernel.headless.executed import notebooks
from rustro_kernel.headless.verify import verify
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.manifest import read_manifest
from rustro_kernel.simulator.exchange import Account, MarketClock, Server
from tests.headless.starting import (
    LIVELY_RUN,
    cells,
    kernel_of,
    lively_keys,
    lively_place,
    outputs,
    pictures,
    started,
    told,
)
from tests.simulator.exchange.make import DATE, exchange
from tests.simulator.exchange.running import Running

pytestmark = [pytest.mark.kernel, pytest.mark.timeout(400)]

PLANTED = {
    "client_id": "PLANTEDCLIENT",
    "pin": "917300004711",
    "api_key": "PLANTED-API-KEY",
    "totp_seed": "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK",
}
ACCOUNT = Account(PLANTED["client_id"], PLANTED["pin"], PLANTED["api_key"], PLANTED["totp_seed"])
WRONG_PIN = "555500004711"
LIVE = ("run", "--mode", "live", "--confirm-live", "--out")


@dataclass
class Journey:
    """What became of the day, and everything anybody could have seen of it."""

    folder: Path = Path()
    tmp: Path = Path()
    hidden: list[Path] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    command_lines: list[bytes] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    took_s: float = 0.0
    held_at_stop: int = 0
    held_at_end: int = 0

    def look_around(self, process) -> None:
        """Every command line, and the core limit of both our processes."""
        lines = [_read(each) for each in Path("/proc").glob("[0-9]*/cmdline")]
        self.command_lines += [line for line in lines if line]
        for pid in (process.pid, kernel_of(process)):
            said = Path(f"/proc/{pid}/limits").read_text().splitlines()
            self.limits.append(next(line for line in said if "core" in line))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has ended meanwhile
        return b""


def cores_allowed() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


@pytest.fixture(scope="module")
def journey(tmp_path_factory):
    tmp = tmp_path_factory.mktemp("journey")
    made = Journey(tmp=tmp)
    place = lively_place(tmp)
    place["env"] = {k: v for k, v in place["env"].items() if not k.startswith("RUSTRO_")}
    place["env"]["PYTHONFAULTHANDLER"] = "1"
    made.folder = place["cwd"] / "X"
    server = Server(exchange(account=ACCOUNT), MarketClock(at(DATE, "10:19:00"), 60))
    with Running(server) as running:
        for number, keep in ((signal.SIGABRT, in_environment), (signal.SIGKILL, in_keyring)):
            with start(place, running, keep(made, place)) as process:
                follow(made, process, running)
                os.kill(kernel_of(process), number)
                made.words.append(process.stdout.read())
            made.codes.append(process.wait())
        with start(place, running, in_file(made, place)) as process:
            follow(made, process, running)
            made.held_at_stop = held(running)
            process.send_signal(signal.SIGTERM)
            asked = monotonic()
            made.words.append(process.stdout.read())
        made.took_s = monotonic() - asked
        made.codes.append(process.wait())
        made.held_at_end = held(running)
        with start(place, running, wrong_pin(place), out="Y") as process:
            made.words.append(process.stdout.read())
        made.codes.append(process.wait())
    return made


def start(place, running, environment, out="X"):
    args = (*LIVE, out, *told(running.server), *lively_keys())
    how = {**place, "env": environment}
    return started(how, *args, run=LIVELY_RUN, stderr=subprocess.STDOUT, preexec_fn=cores_allowed)


def follow(made, process, running) -> None:
    """Read until the session holds a position and both sides agree about it."""
    said, is_looked = [], False
    for line in process.stdout:
        said.append(line)
        if "Broker ready" in line and not is_looked:
            made.look_around(process)
            is_looked = True
        if agreed(said) and held(running):
            break
    made.words.append("".join(said))
    made.tokens += running.exchange.logins._expiries
    assert process.poll() is None, "".join(said)


def agreed(said) -> bool:
    """Whether entries are allowed: after a restart, that both sides hold the same."""
    blocked = {line.split(": ")[1].strip() for line in said if "Entries off: " in line}
    freed = {line.split(" by ")[1].strip() for line in said if "no longer blocked by " in line}
    return bool(freed) and blocked <= freed


def held(running) -> int:
    """Units at the exchange."""
    return sum(abs(p.net) for p in tuple(running.exchange.day.pit.portfolio.positions.values()))


def in_environment(made, place):
    names = {name.upper(): value for name, value in PLANTED.items()}
    return {**place["env"], **{f"RUSTRO_{name}": value for name, value in names.items()}}


def in_keyring(made, place):
    ring = made.tmp / "ring.json"
    ring.write_text(json.dumps(PLANTED))
    made.hidden.append(ring)
    backend = {"PYTHON_KEYRING_BACKEND": "tests.headless.planted_ring.Ring"}
    return {**place["env"], **backend, "PLANTED_RING": str(ring)}


def in_file(made, place):
    path = made.tmp / "home" / ".config" / "rustro" / "secrets.toml"
    path.parent.mkdir(parents=True)
    path.write_text("".join(f'{name} = "{value}"\n' for name, value in PLANTED.items()))
    path.chmod(0o600)
    made.hidden.append(path)
    return {**place["env"], "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}


def wrong_pin(place):
    return {**place["env"], "RUSTRO_PIN": WRONG_PIN}


def test_a_stop_in_a_position_is_flat_and_summed_up_within_ten_seconds(journey):
    assert journey.held_at_stop > 0
    assert journey.held_at_end == 0
    assert journey.took_s < 10
    assert read_manifest(journey.folder).exit_code == 0
    last = journey.folder / "session-3.ipynb"
    assert pictures(last) == 5
    assert "error" not in [output["output_type"] for output in outputs(last)]
    said = [event.data for event in read_events(journey.folder) if event.type == "CommandReceived"]
    assert [(command.name, command.actor) for command in said] == [("stop", "SIGTERM")]


def test_exit_codes_are_true(journey):
    assert journey.codes == [1, 1, 0, 1]


def test_three_notebooks_of_one_day_are_all_borne_out_by_the_records(journey):
    assert notebooks(journey.folder) == ["session.ipynb", "session-2.ipynb", "session-3.ipynb"]
    for name in notebooks(journey.folder)[:2]:
        [note] = [c for c in cells(journey.folder / name) if "rustro-note" in str(c["metadata"])]
        assert "drawn afterwards" in "".join(note["source"])
    assert verify(journey.folder) == []


def test_planted_secrets_are_found_nowhere(journey):
    secrets = [*PLANTED.values(), WRONG_PIN, *journey.tokens]
    assert len(journey.tokens) >= 9  # of three logins
    needles = [secret.encode() for secret in secrets]
    needles += [base64.b64encode(needle).rstrip(b"=") for needle in needles]
    places = {str(p): p.read_bytes() for p in journey.tmp.rglob("*") if p.is_file()}
    for hidden in journey.hidden:  # where they are kept, the search does find them
        assert all(value.encode() in places[str(hidden)] for value in PLANTED.values())
        del places[str(hidden)]
    places["terminal"] = "\n".join(journey.words).encode()
    places["command lines"] = b"\n".join(journey.command_lines)
    found = [(place, n) for place, text in places.items() for n in needles if n in text]
    assert found == []
    assert len(journey.command_lines) > 9
    assert "Fatal Python error: Aborted" in places["terminal"].decode()
    assert any("logs" in place for place in places)


def test_no_process_of_a_live_session_may_dump_its_memory(journey):
    assert len(journey.limits) == 6
    assert {line.split()[4] for line in journey.limits} == {"0"}
    assert [p for p in journey.tmp.rglob("core*") if p.is_file()] == []
