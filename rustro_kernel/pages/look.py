"""How every page looks: light and dark by the reader's own setting, and on paper.

Up and down are blue and vermilion (Okabe and Ito), which stay apart for every kind of colour
vision; figures stand in columns because their digits are equally wide.
"""

STYLE = """
:root{color-scheme:light dark;--paper:#f6f7f9;--card:#fff;--ink:#1b2129;--soft:#57606a;
--faint:#8b949e;
--line:#e3e7ec;--grid:#eceff3;--up:#0072b2;--down:#c74a00;--warn:#8a6100;--warn-bg:#fdf5dd;
--up-bg:#e3f1fa;--down-bg:#fbeae0;--accent:#0072b2}
@media (prefers-color-scheme:dark){:root{--paper:#0f1317;--card:#171c22;--ink:#e8ecf1;
--soft:#a3adb8;
--faint:#76818d;--line:#2a323b;--grid:#222931;--up:#56b4e9;--down:#f08a4b;--warn:#f0c869;
--warn-bg:#2b2512;--up-bg:#132a3a;--down-bg:#38220f;--accent:#56b4e9}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",
Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums lining-nums}
main{max-width:1120px;margin:0 auto;padding:32px 20px 56px}
header{margin-bottom:20px}
h1{font-size:26px;line-height:1.2;margin:0 0 4px;letter-spacing:-.015em}
header p{margin:0;color:var(--soft)}
h2{font-size:16px;margin:0 0 2px;letter-spacing:-.005em}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:18px 20px;
margin:14px 0}
.card>p.says{margin:0 0 12px;color:var(--soft);font-size:13.5px;max-width:100ch}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,430px),1fr));gap:14px;
margin:14px 0}
.pair>*{margin:0;min-width:0}
.stack{display:grid;gap:14px;align-content:start}.stack>.card{margin:0}
.pair svg{max-width:560px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(158px,1fr));gap:1px;
background:var(--line);
border:1px solid var(--line);border-radius:10px;overflow:hidden;margin:14px 0}
.tile{background:var(--card);padding:13px 16px}
.tile b{display:block;font-size:21px;line-height:1.25;font-weight:650;letter-spacing:-.01em;
white-space:nowrap}
.tile span{display:block;color:var(--soft);font-size:12.5px}
.tile small{display:block;color:var(--faint);font-size:12px}
.up{color:var(--up)}.down{color:var(--down)}.faint{color:var(--faint)}
.note{border-radius:8px;padding:9px 14px;margin:10px 0;font-size:13.5px;background:var(--warn-bg);
color:var(--warn)}
.note.bad{background:var(--down-bg);color:var(--down)}
.scroll{overflow-x:auto}.scroll.long{max-height:640px;overflow-y:auto}
table{border-collapse:collapse;width:100%;font-size:12.5px}
th,td{padding:5px 8px;text-align:left;border-bottom:1px solid var(--grid);white-space:nowrap}
th:first-child,td:first-child{padding-left:0}
th:last-child,td:last-child{padding-right:0}
th{position:sticky;top:0;background:var(--card);color:var(--soft);font-weight:550;font-size:12px;
border-bottom:1px solid var(--line);vertical-align:bottom}
.r{text-align:right}
tbody tr:last-child td{border-bottom:0}
tr.sum td{border-top:1px solid var(--line);font-weight:650}
td.wide{white-space:normal;color:var(--soft);min-width:220px}
svg{display:block;width:100%;height:auto;overflow:visible}
svg text{fill:var(--soft);font-size:12px;font-family:inherit}
svg text.on{fill:var(--ink)}svg text.b{font-weight:650}
svg .grid{stroke:var(--grid);stroke-width:1}svg .zero{stroke:var(--faint);stroke-width:1}
svg .line{fill:none;stroke-width:1.6;stroke-linejoin:round;stroke:var(--ink)}
svg .line.soft{stroke:var(--faint);stroke-width:1.1}
svg .line.up{stroke:var(--up)}svg .line.down{stroke:var(--down)}svg .line.accent{
stroke:var(--accent)}
svg .fill{stroke:none;opacity:.16;fill:var(--faint)}
svg .fill.up,svg .bar.up,svg .mark.up{fill:var(--up)}
svg .fill.down,svg .bar.down,svg .mark.down{fill:var(--down)}
svg .bar{fill:var(--faint)}svg .bar.soft{fill:var(--grid)}svg .bar.accent{fill:var(--accent)}
svg .mark{stroke:var(--card);stroke-width:1.5;fill:var(--ink)}
svg .hold{fill:var(--faint);opacity:.13}
.key{display:flex;flex-wrap:wrap;gap:4px 18px;color:var(--soft);font-size:12.5px;margin:8px 0 0}
.key i{display:inline-block;width:16px;height:3px;border-radius:2px;vertical-align:middle;
margin-right:6px;background:var(--ink)}
.key i.up{background:var(--up)}.key i.down{background:var(--down)}.key i.soft{
background:var(--faint)}
details summary{cursor:pointer;color:var(--soft);font-size:13.5px}
h2+dl{margin-top:8px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:3px 18px;margin:0;font-size:13px}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
code{font:12.5px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
footer{color:var(--faint);font-size:12.5px;margin-top:22px}
@media (max-width:700px){svg text{font-size:20px}.pair svg text{font-size:12px}}
@media print{body{background:#fff}.card,.tiles{break-inside:avoid}.scroll{max-height:none}main{
padding:0}}
"""
