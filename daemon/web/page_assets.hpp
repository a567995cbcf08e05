#pragma once

#include <string_view>

// The files that the page at "/" loads: its Content-Security-Policy allows these and nothing else.

namespace trunkwarden {

inline constexpr std::string_view style_sheet = R"css(:root {
    color-scheme: light dark;
    --text: #1b1f24;
    --soft: #57606a;
    --background: #ffffff;
    --panel: #f6f8fa;
    --line: #d0d7de;
    --link: #0550ae;
    --bad: #b00020;
    --warn: #7a4a00;
    --well: #116329;
    --on-mark: #ffffff;
}
@media (prefers-color-scheme: dark) {
    :root {
        --text: #e6edf3;
        --soft: #9da7b1;
        --background: #0d1117;
        --panel: #161b22;
        --line: #30363d;
        --link: #79c0ff;
        --bad: #ff8182;
        --warn: #e3b341;
        --well: #56d364;
        --on-mark: #0d1117;
    }
}
* { box-sizing: border-box; }
body {
    margin: 0 auto;
    max-width: 72rem;
    padding: 0 1rem 2rem;
    font: 1rem/1.5 system-ui, sans-serif;
    color: var(--text);
    background: var(--background);
    overflow-wrap: anywhere;
}
h1 { font-size: 1.1rem; margin: 1rem 0 0; color: var(--soft); }
h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0 0 .25rem; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; }
.verdict {
    font-size: 1.35rem;
    font-weight: 600;
    margin: .5rem 0;
    padding: .75rem 1rem;
    border-left: .4rem solid var(--warn);
    background: var(--panel);
}
.verdict.bad { border-color: var(--bad); }
.verdict.well { border-color: var(--well); }
.stale {
    padding: .5rem 1rem;
    border: 2px solid var(--bad);
    font-weight: 600;
}
.trouble { color: var(--bad); }
.finding {
    margin: 1rem 0;
    padding: .75rem 1rem;
    background: var(--panel);
    border: 1px solid var(--line);
    border-left: .4rem solid var(--line);
}
.finding.critical, .finding.high { border-left-color: var(--bad); }
.finding.medium { border-left-color: var(--warn); }
.incident {
    margin: 1rem 0;
    padding: .75rem 1rem;
    border: 2px solid var(--line);
}
.incident.critical, .incident.high { border-color: var(--bad); }
.incident ol { padding-left: 1.5rem; }
.incident ol li { margin: .25rem 0; overflow-wrap: anywhere; }
.first { padding: 0 1rem; border: 2px solid var(--bad); }
.first li { margin: .5rem 0; }
.last { margin: .5rem 0 0; color: var(--soft); }
.names { margin: 0 0 .5rem; color: var(--soft); }
.names > * { margin-right: .75rem; }
.history { list-style: none; margin: 0; padding: 0; }
.history li { margin: .25rem 0; padding: .1rem .75rem; border-left: .25rem solid var(--line); }
.history li.critical, .history li.high { border-left-color: var(--bad); }
.history li.medium { border-left-color: var(--warn); }
.history time, .history span, .history code { color: var(--soft); font-size: .9rem; }
.badge {
    display: inline-block;
    padding: 0 .5rem;
    border-radius: .75rem;
    font-size: .85rem;
    font-weight: 600;
    color: var(--on-mark);
    background: var(--soft);
}
.badge.critical, .badge.high, .badge.failed, .badge.unavailable { background: var(--bad); }
.badge.medium, .badge.waiting, .badge.unverified { background: var(--warn); }
.badge.complete, .badge.done, .badge.contained { background: var(--well); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: .5rem 0; }
dt { color: var(--soft); }
dd { margin: 0; }
.wide { overflow-x: auto; margin: .5rem 0; }
table { border-collapse: collapse; min-width: 100%; }
th, td {
    text-align: left;
    vertical-align: top;
    padding: .25rem .75rem .25rem 0;
    border-bottom: 1px solid var(--line);
    overflow-wrap: normal;
}
td code { display: inline-block; min-width: min(14rem, 60vw); overflow-wrap: anywhere; }
thead th { color: var(--soft); font-weight: 600; }
tbody th { font-weight: 500; }
code, pre { font: .9rem/1.5 ui-monospace, monospace; }
.command {
    display: flex;
    gap: .75rem;
    align-items: start;
    margin: .25rem 0;
    padding: .25rem .5rem;
    background: var(--background);
    border: 1px solid var(--line);
}
.command code { flex: 1; white-space: pre-wrap; }
td .command { min-width: 16rem; }
button, select {
    font: inherit;
    color: var(--text);
    background: var(--background);
    border: 1px solid var(--soft);
    border-radius: .25rem;
    padding: .1rem .6rem;
}
.filter { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; margin: .75rem 0; }
summary { cursor: pointer; }
.sparks > span { margin-right: 1.5rem; white-space: nowrap; }
.spark { vertical-align: middle; }
.spark polyline { fill: none; stroke: var(--link); stroke-width: 1.5; }
footer { margin-top: 2rem; color: var(--soft); border-top: 1px solid var(--line); }
@media (max-width: 40rem) {
    dl { grid-template-columns: 1fr; }
    dd { margin-bottom: .25rem; }
    .finding table { table-layout: fixed; width: 100%; }
    .finding th, .finding td { overflow-wrap: anywhere; }
    .finding td code { min-width: 0; }
}
@media print {
    .filter, .skip, noscript, button { display: none; }
    .finding { break-inside: avoid; }
}
)css";

// Fetches the page again and puts its <main> in place of the old one, unless somebody used it within the last
// minute: a form in use, a selection, the focus. When that fails, the page says that it is old: an unread
// state is not fine.
inline constexpr std::string_view refresh_script = R"js("use strict";
(() => {
    const every = 5000;
    const loaded = () => document.querySelector("main");
    let since = new Date();

    const addCopyButtons = () => {
        if (!navigator.clipboard)
            return;
        for (const block of document.querySelectorAll("pre.command")) {
            const button = document.createElement("button");
            button.type = "button";
            button.textContent = "Copy";
            button.setAttribute("aria-label", "Copy: " + block.textContent);
            button.addEventListener("click", async () => {
                await navigator.clipboard.writeText(block.querySelector("code").textContent);
                button.textContent = "Copied";
            });
            block.append(button);
        }
    };

    let touched = 0;
    for (const event of ["keydown", "pointerdown"])
        document.addEventListener(event, () => { touched = Date.now(); });
    const inUse = () => {
        const active = document.activeElement;
        const selection = document.getSelection();
        const held = (active && loaded().contains(active)) || (selection && !selection.isCollapsed);
        return held && Date.now() - touched < 60000;
    };

    const sayStale = (why) => {
        let note = document.getElementById("stale");
        if (!note) {
            note = document.createElement("p");
            note.id = "stale";
            note.className = "stale";
            note.setAttribute("role", "alert");
            loaded().before(note);
        }
        const text = "This page is old: the daemon did not answer since " + since.toLocaleTimeString() + " (" + why + ").";
        if (note.textContent !== text)
            note.textContent = text;
    };

    const show = (text) => {
        const fresh = new DOMParser().parseFromString(text, "text/html");
        const main = fresh.querySelector("main");
        if (!main)
            throw new Error("not a page of trunkwarden");
        const open = new Map([...document.querySelectorAll("details[id]")].map((details) => [details.id, details.open]));
        for (const details of main.querySelectorAll("details[id]"))
            if (open.has(details.id))
                details.open = open.get(details.id);
        const verdict = main.querySelector(".verdict");
        const old = document.querySelector(".verdict");
        // The same element stays when it says the same, so that screen readers do not repeat it.
        if (verdict && old && verdict.textContent === old.textContent)
            verdict.replaceWith(old);
        loaded().replaceChildren(...main.childNodes);
        document.title = fresh.title;
        addCopyButtons();
    };

    const refresh = async () => {
        try {
            const answer = await fetch(location.href, {cache: "no-store", signal: AbortSignal.timeout(4 * every)});
            if (!answer.ok)
                throw new Error("HTTP " + answer.status);
            const text = await answer.text();
            since = new Date();
            document.getElementById("stale")?.remove();
            if (!inUse())
                show(text);
        } catch (failed) {
            sayStale(failed.message);
        }
    };

    const turn = async () => {
        if (!document.hidden)
            await refresh();
        setTimeout(turn, every);
    };

    addCopyButtons();
    document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
    setTimeout(turn, every);
})();
)js";

inline constexpr std::string_view icon =
    R"svg(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M16 2 4 7v8c0 8 5 13 12 15 7-2 12-7 12-15V7Z" fill="#0550ae"/><path d="m10 16 4 4 8-9" fill="none" stroke="#fff" stroke-width="3"/></svg>
)svg";

}  // namespace trunkwarden
