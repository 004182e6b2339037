"""What the replay desk looks like beyond the style sheet of the panels."""

CSS = """<style>
.rustro-cockpit.rustro-replay { border: 3px dashed #7a5bb5; }
.rustro-mode.replay { background: #7a5bb5; color: #fff; }
.rustro-verdict.bad { flex: 1 1 100%; font-size: 12px; color: var(--down); font-weight: 600;
  white-space: normal; overflow-wrap: anywhere; max-height: 66px; overflow-y: auto;
  line-height: 1.35; }
.rustro-note { font-size: 12px; color: var(--ink); white-space: normal; line-height: 1.35; }
.rustro-steps .jupyter-button { padding: 0 8px; }
.rustro-replay .widget-dropdown > select, .rustro-replay .widget-text input {
  font-size: 12px; color: var(--ink); }
.rustro-stop.jupyter-button { width: auto; border: 1px solid #7a5bb5; border-radius: 10px;
  background: transparent; color: var(--ink); font-size: 12px; height: 22px; line-height: 20px; }
.rustro-events .rustro-table { table-layout: fixed; }
.rustro-events .rustro-table tr > * { text-align: left; padding: 1px 8px; vertical-align: top;
  white-space: normal; overflow-wrap: anywhere; line-height: 1.35; }
.rustro-events .rustro-table tr > :nth-child(1), .rustro-events .rustro-table tr > :nth-child(2) {
  width: 66px; }
.rustro-events .rustro-table tr > :nth-child(3) { width: 186px; }
.rustro-events .rustro-table tr > :nth-child(5) { width: 34%; }
.rustro-because { color: var(--faint); font-size: 11.5px; font-weight: 400; }
.rustro-replay .rustro-close, .rustro-replay .rustro-cancel { display: none; }
</style>"""
