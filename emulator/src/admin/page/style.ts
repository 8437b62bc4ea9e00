/** How the page looks. */
export const style = `
:root { color-scheme: light dark; --line: #8884; --quiet: #888; --good: #1a7f37; --bad: #cf222e; --wait: #9a6700; }
@media (prefers-color-scheme: dark) { :root { --good: #3fb950; --bad: #f85149; --wait: #d29922; } }
* { box-sizing: border-box; }
body { font: 14px/1.45 system-ui, sans-serif; max-width: 75rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.3rem; margin: 0 0 .2rem; }
h2 { font-size: 1.05rem; margin: 1.4rem 0 .4rem; }
h2 .quiet { font-weight: normal; font-size: .95rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .2rem .7rem .2rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; color: var(--quiet); white-space: nowrap; }
td.number, th.number { text-align: right; }
code { font: .93em ui-monospace, monospace; }
.quiet { color: var(--quiet); }
.good { color: var(--good); }
.bad { color: var(--bad); }
.wait { color: var(--wait); }
.problems { border-left: 4px solid var(--bad); padding: .4rem .8rem; white-space: pre-wrap; }
details { border-bottom: 1px solid var(--line); padding: .3rem 0; }
summary { cursor: pointer; }
form.fault { display: grid; gap: .5rem; padding: .6rem 0; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)) }
form.fault label { display: grid; color: var(--quiet); }
form.fault button { align-self: end; }
input, select, button { font: inherit; padding: .15rem .4rem; }
`;
