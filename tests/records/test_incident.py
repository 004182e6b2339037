"""The incident report: a fold of the ledger, written at once, made again by a replay."""

import msgspec

from rustro_kernel.engine.inputs import BrokerPositions
from rustro_kernel.records.incident import Incident, incidents
from rustro_kernel.records.incident_files import IncidentFiles, as_files, rebuild_incidents
from rustro_kernel.records.incident_text import page
from rustro_kernel.records.recorder import Recorder
from tests.engine.test_kill import flat, killed
from tests.make import CALL, Bench, command, in_position, ordered


def closed() -> Bench:
    """Half an entry bought; killed at 10:31, closed two seconds later."""
    bench = ordered()
    bench.fill(50, price=150)
    killed(bench, reason="the feed looks wrong")
    bench.wait(2)
    return flat(bench)


def only(bench: Bench) -> Incident:
    (incident,) = incidents(bench.events)
    return incident


def test_it_says_who_when_what_was_open_and_how_long_everything_took():
    incident = only(closed())
    assert (incident.actor, incident.reason) == ("operator", "the feed looks wrong")
    assert incident.outcome == "PROVEN_FLAT"
    assert (incident.last_entry_ms, incident.entries_ended_ms) == (None, 0)
    assert (incident.books_flat_ms, incident.completed_ms) == (2000, 2000)
    assert [(e.units, bool(e.protective_stop)) for e in incident.exposed] == [(50, True)]
    assert [c.held for c in incident.checks] == [{}]
    assert [c.units for c in incident.closed] == [50]


def test_it_lists_orders_at_work_and_every_order_since_with_its_end():
    rows = [(row.side, row.state, row.filled) for row in only(closed()).orders]
    assert rows[0] == ("BUY", "cancelled", 50)
    assert rows[-1] == ("SELL", "executed", 50)
    assert all(side == "SELL" for side, _, _ in rows[1:])


def test_an_overdue_kill_says_what_is_open_and_what_protects_it():
    bench = killed(in_position(exits__broker_stop="on"))
    bench.wait(31)
    incident = only(bench)
    assert incident.outcome == "UNFINISHED"
    assert [e.units for e in incident.still_open] == [150]
    assert "protective stop" in incident.still_open[0].protective_stop
    assert "not completed" in page(incident)


def test_a_broker_who_disagrees_is_no_flat_account():
    bench = killed(in_position())
    bench.fill()
    for _ in range(3):
        bench.feed(BrokerPositions({CALL: 50}))
        bench.wait(1)
    text = page(only(bench))
    assert "flat by our books, but the broker still shows positions" in text
    assert "| flat as proven by the broker | not proven | 30000 ms |" in text
    assert f"+50 {CALL}" in text


def test_each_kill_has_a_report_of_its_own():
    bench = closed()
    bench.feed(command("resume", reason="a false alarm"))
    bench.wait(60)
    bench.feed(command("kill", id="second"))
    assert [i.outcome for i in incidents(bench.events)] == ["PROVEN_FLAT", "UNFINISHED"]
    assert len(as_files(incidents(bench.events))) == 4


def test_a_day_without_a_kill_has_none():
    assert incidents(in_position().events) == ()


def test_it_is_written_with_the_events_and_made_again_from_the_ledger(tmp_path):
    bench, reports = closed(), IncidentFiles(tmp_path)
    recorder = Recorder(tmp_path, watch=reports.see)
    said = {e.input: [x for x in bench.events if x.input == e.input] for e in bench.events}
    for item in bench.inputs:
        recorder.take(item)
        recorder.state(item.n, said.get(item.n, []))
        if item.n % 100 == 0:
            recorder.commit()
    recorder.close()
    files = {path.name: path.read_bytes() for path in tmp_path.glob("incident-*")}
    assert sorted(name.rpartition(".")[2] for name in files) == ["json", "md"]
    read = msgspec.json.decode(files[min(files)], type=Incident)
    assert read == only(bench)
    for name in files:
        (tmp_path / name).unlink()
    rebuild_incidents(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("incident-*")} == files


def test_what_cannot_be_written_stops_nothing(tmp_path, caplog):
    IncidentFiles(tmp_path / "gone").see(closed().events)
    assert "could not be written" in caplog.text
