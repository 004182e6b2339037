"""The Tuner's own section of the style sheet; it uses the variables of `panels.style`."""

CSS = """<style>
.rustro-tuner { padding: 6px 8px; border: 1px solid var(--line); border-radius: 6px; }
.rustro-tuner .widget-html-content { line-height: 1.3; }
.rustro-tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(118px, 1fr));
  gap: 6px; font-variant-numeric: tabular-nums; color: var(--ink); }
.rustro-tile { border: 1px solid var(--line); border-radius: 5px; padding: 4px 8px;
  background: var(--jp-layout-color1, #fff); min-width: 0; }
.rustro-tile .name { font-size: 11px; color: var(--faint); }
.rustro-tile .figure { font-size: 18px; font-weight: 600; white-space: nowrap; }
.rustro-tile .below { font-size: 11px; color: var(--faint); line-height: 1.25; }
.rustro-tile.up .figure { color: var(--up); } .rustro-tile.down .figure { color: var(--down); }
.rustro-warning { font-size: 12px; color: var(--ink); padding: 2px 8px; margin-top: 3px;
  border-left: 3px solid #e69f00; }
.rustro-warning.bad { border-left-color: var(--down); color: var(--down); font-weight: 600; }
.rustro-equity .plot { position: relative; margin: 0 62px 18px 4px; height: 170px; }
.rustro-equity svg { width: 100%; height: 100%; display: block; overflow: visible; }
.rustro-equity svg * { vector-effect: non-scaling-stroke; }
.rustro-equity .curve { fill: none; stroke: var(--ink); stroke-width: 1.5; }
.rustro-equity path.begun { fill: none; stroke: var(--faint); stroke-width: 1.2;
  stroke-dasharray: 2 3; }
.rustro-equity span.begun { border-bottom: 2px dotted var(--faint); margin-left: 12px; }
.rustro-equity .gain { fill: var(--up); opacity: .22; }
.rustro-equity .loss { fill: var(--down); opacity: .22; }
.rustro-equity .grid { stroke: var(--line); stroke-width: .6; }
.rustro-equity .zero { stroke: var(--faint); stroke-width: 1; }
.rustro-equity .band { fill: transparent; }
.rustro-equity .band:hover { fill: var(--faint); opacity: .18; }
.rustro-equity .level { position: absolute; left: 100%; transform: translateY(-50%);
  padding-left: 6px; font-size: 11px; color: var(--faint); white-space: nowrap;
  font-variant-numeric: tabular-nums; }
.rustro-equity .date { position: absolute; top: 100%; transform: translateX(-50%);
  font-size: 11px; color: var(--faint); padding-top: 2px; white-space: nowrap; }
.rustro-tuner .jp-Accordion-child .widget-label, .rustro-tuner .lm-Accordion-child .widget-label {
  white-space: normal; overflow: visible; line-height: 1.15; height: auto; align-self: center; }
.rustro-changed .widget-label { font-weight: 700; }
.rustro-changed .widget-label::before { content: "\\25CF  "; color: #e69f00; }
.rustro-strip { position: relative; height: 86px; margin: 4px 4px 20px; }
.rustro-strip .fold { position: absolute; top: 0; bottom: 0; border-left: 1px solid var(--line);
  padding: 2px 6px; box-sizing: border-box; overflow: hidden; font-size: 11px; line-height: 1.35;
  color: var(--ink); font-variant-numeric: tabular-nums; }
.rustro-strip .fold.up { background: color-mix(in srgb, var(--up) 20%, transparent); }
.rustro-strip .fold.down { background: color-mix(in srgb, var(--down) 20%, transparent); }
.rustro-strip .fold.train { color: var(--faint); background: repeating-linear-gradient(
  45deg, transparent, transparent 6px, var(--line) 6px, var(--line) 7px); }
.rustro-strip .fold b { font-size: 13px; } .rustro-strip .fold .faint { color: var(--faint); }
.rustro-strip .date { position: absolute; top: 100%; font-size: 11px; color: var(--faint);
  padding-top: 2px; white-space: nowrap; }
.rustro-verdict { font-size: 12.5px; color: var(--ink); padding: 1px 0; }
.rustro-verdict b { display: inline-block; width: 1.4em; text-align: center; }
.rustro-verdict .yes { color: var(--up); } .rustro-verdict .no { color: var(--down); }
.rustro-tuner .widget-readout { min-width: 52px; text-align: right;
  font-variant-numeric: tabular-nums; color: var(--ink); }
.rustro-tuner .jp-Accordion-child, .rustro-tuner .lm-Accordion-child { margin-bottom: 2px; }
.rustro-heat .axislabel { fill: var(--faint) !important; font-size: 12px; }
.rustro-heat .bqplot svg text { font-variant-numeric: tabular-nums; }
</style>"""
