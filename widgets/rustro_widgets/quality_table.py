"""The quality rules of a finished run, with what each caught: for its notebook and its report."""

from typing import TYPE_CHECKING

from rustro_kernel.records.report import Report
from rustro_widgets.panels.data_quality import amount, rules_html, summary_html
from rustro_widgets.panels.state_strip import chip
from rustro_widgets.panels.style import CSS

if TYPE_CHECKING:
    from IPython.display import HTML


def quality(report: Report) -> "HTML":
    """What was quarantined and corrected, the gaps, and every rule of the engine."""
    from IPython.display import HTML  # the renderer below needs no notebook

    return HTML(quality_html(report))


def quality_html(report: Report) -> str:
    """The same as text; pure."""
    data = report.data
    summary = summary_html(report.quality, data.bars_corrected)
    gaps = chip(amount(data.gaps, "gap", f"found, {data.recoveries} recovered"))
    line = f'<div class="rustro-bar">{gaps}</div>' if data.gaps or data.recoveries else ""
    return f'{CSS}<div class="rustro-report">{summary}{line}{rules_html(report.quality)}</div>'
