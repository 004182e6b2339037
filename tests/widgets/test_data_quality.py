"""The quality rules as people see them: in the cockpit and in the report of a run."""

from collections.abc import Iterator

import pytest

from rustro_kernel.domain.quality import Gate, rules_of
from rustro_kernel.records.report import report
from rustro_widgets import Cockpit
from rustro_widgets.panels.data_quality import rules, rules_html, summary_html
from rustro_widgets.quality_table import quality_html
from tests.widgets import views

FIRED = {"duplicate": 1_234, "volume_reset": 2}


def test_a_rule_that_fired_stands_out_and_the_rest_stands_back():
    html = rules_html(rules(views.view(flaws=FIRED), {}))
    assert '<tr class="fired bad"><td>duplicate</td><td><b>1,234</b></td>' in html
    assert '<tr class="fired"><td>volume_reset</td><td><b>2</b></td>' in html
    assert '<tr class="off"><td>late</td><td>0</td><td>no bar</td>' in html


def test_every_rule_is_shown_with_its_threshold_and_its_action():
    html = rules_html(rules(views.view(), {}))
    assert html.count('<tr class="off">') == len(rules_of(Gate.ENGINE))
    assert "bars.close_grace_s" in html
    assert "0 &lt; price" not in html  # the stream's rule: a simulated market has none


def test_the_total_leaves_out_what_was_kept():
    html = summary_html(rules(views.view(flaws=FIRED), {}), 3)
    assert ">1,234 ticks quarantined<" in html
    assert ">engine: volume_reset 2<" in html
    assert ">3 bars corrected<" in html


def test_clean_ticks_are_said_to_be_clean():
    html = summary_html(rules(views.view(), {}), 0)
    assert ">ticks clean<" in html
    assert "corrected" not in html


def test_a_live_market_shows_what_the_stream_discarded():
    shown = rules(views.view(mode="paper", flaws={"late": 1}), {"stale_first": 12})
    html = summary_html(shown, 0)
    assert ">13 ticks quarantined<" in html
    assert ">stream: stale_first 12<" in html


@pytest.fixture
def cockpit() -> Iterator[Cockpit]:
    session = views.FakeSession(views.view(mode="live", flaws={"late": 1}, bars_corrected=1))
    session.packets = {"circuit": 5}
    made = Cockpit(session)
    yield made
    made.close()


def test_the_cockpit_shows_both(cockpit: Cockpit):
    cockpit._tabs.widget.selected_index = 4
    assert ">6 ticks quarantined<" in cockpit._quality.summary.widget.value
    assert ">1 bar corrected<" in cockpit._quality.summary.widget.value
    assert "<td>circuit</td><td><b>5</b></td>" in cockpit._quality.rules.widget.value


def test_a_report_shows_the_same_table():
    html = quality_html(report([]))
    assert ">ticks clean<" in html
    assert '<tr class="off"><td>late</td><td>0</td>' in html
