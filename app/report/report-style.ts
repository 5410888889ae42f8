/** The one style sheet of a report: both brightnesses, narrow screens, paper. Colours are those of the dashboard. */
import { Html } from './html.ts'

const light =
  '--ground:#fdfdfc;--soft:#f5f6f6;--hair:#dfe2e5;--ink:#14181c;--ink-2:#434b54;--ink-3:#5a636d;--pos:#0072b2;--neg:#b34700;--neu:#98a1ab;--volume:#bfc5cb;--warn:#7a5f00;'
const dark =
  '--ground:#0c0e11;--soft:#13161b;--hair:#252a32;--ink:#eceef1;--ink-2:#b4bbc5;--ink-3:#939ca8;--pos:#56b4e9;--neg:#f0803a;--neu:#5c6570;--volume:#3a414c;--warn:#e6cf4e;'

export const reportStyle = new Html(`
:root{color-scheme:light dark;${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}
:root[data-theme=light]{color-scheme:light;${light}}
:root[data-theme=dark]{color-scheme:dark;${dark}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1000px;padding:24px 20px 48px;background:var(--ground);color:var(--ink);font:400 14px/1.55 "Pretendard Variable",Pretendard,"Noto Sans CJK KR","Noto Sans KR",system-ui,sans-serif;font-variant-numeric:tabular-nums;word-break:keep-all;overflow-wrap:anywhere}
h1{font-size:24px;line-height:1.3;margin:0}
h2{font-size:17px;margin:32px 0 8px;padding-bottom:4px;border-bottom:1px solid var(--hair)}
h3{font-size:14px;margin:0}
p{margin:4px 0}
.muted{color:var(--ink-3)}.note{color:var(--ink-3);font-size:12px}.warn{color:var(--warn);font-weight:600}
.pos{color:var(--pos)}.neg{color:var(--neg)}
dl.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(130px,1fr));gap:12px;margin:8px 0}
dl.figures div{background:var(--soft);border:1px solid var(--hair);padding:8px 10px}
dt{color:var(--ink-3);font-size:12px}dd{margin:0;font-size:20px;line-height:1.3}dd small{font-size:12px;color:var(--ink-3);display:block}
svg{width:100%;height:auto;display:block}
svg text{font-size:11px;fill:var(--ink-3)}svg{overflow:visible}
.grid line{stroke:var(--hair)}.volume rect{fill:var(--volume)}
.line{fill:none;stroke-width:1.8}.band{stroke:none;opacity:.2}
.positive .line{stroke:var(--pos)}.positive .band,.positive circle{fill:var(--pos)}
.negative .line{stroke:var(--neg)}.negative .band,.negative circle{fill:var(--neg)}
.alarms line{stroke:var(--warn);stroke-dasharray:3 3;stroke-width:1.5}.alarms path{fill:var(--warn)}
.peaks rect{fill:var(--ink-3);opacity:.1}.peaks .negative{fill:var(--neg)}.peaks .positive{fill:var(--pos)}
.key i{display:inline-block;width:14px;height:3px;vertical-align:middle;margin-right:4px}.key span{margin-right:16px}
table{border-collapse:collapse;width:100%;margin:8px 0}
th{font-weight:500;color:var(--ink-3);font-size:12px;text-align:left}
td,th{padding:4px 10px 4px 0;border-bottom:1px solid var(--hair);vertical-align:top}
td.n,th.n{text-align:right;white-space:nowrap}table{overflow-wrap:normal}td bdi{overflow-wrap:anywhere}td.wide{width:60%}tr.own td{font-weight:600}
ul{list-style:none;margin:4px 0;padding:0}
.peak{border-left:3px solid var(--volume);padding:2px 0 2px 12px}.stood-out{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(300px,100%),1fr));gap:16px 24px;margin:12px 0}.peak.negative{border-color:var(--neg)}.peak.positive{border-color:var(--pos)}
.chips{display:flex;flex-wrap:wrap;gap:6px}.chips li{background:var(--soft);border:1px solid var(--hair);padding:1px 8px}
.words{columns:3 200px;column-gap:24px}.words li{display:flex;align-items:center;gap:8px;break-inside:avoid}
.words bdi{flex:1 1 auto}.words .muted{min-width:4ch;text-align:right}.mood{display:flex;width:60px;height:6px;flex:none;background:var(--neu)}.mood i{height:100%}
.mood .p{background:var(--pos)}.mood .g{background:var(--neg);margin-left:auto}
.scroll{overflow-x:auto}
@media (max-width:600px){body{padding:16px 12px 32px}h1{font-size:20px}td,th{padding-right:8px}svg text{font-size:26px}}
@media print{:root,:root[data-theme]{color-scheme:light;${light}}body{max-width:none;padding:0;font-size:11px}h2{break-after:avoid}section.keep,.peak,tr,svg{break-inside:avoid}.scroll{overflow:visible}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
@page{margin:14mm}
`)
