// Looks at the status page of the night in Chromium. Called by page.py, in the folder of the modules:
//
//     node night_page.cjs URL SHOTS COMMAND INCIDENT
//
// COMMAND is the one with which "trunkwarden findings" stops the money. Ends with 1 at the first thing that is not as it should be, and
// leaves a screenshot of it.
"use strict";
const path = require("path");
const {createRequire} = require("module");
const {chromium} = createRequire(path.join(process.cwd(), "package.json"))("playwright-core");

const [url, shots, command, incident] = process.argv.slice(2);

const expect = (what, is, seen = "") => {
    if (!is)
        throw new Error(`${what}; seen: ${JSON.stringify(seen).slice(0, 1500)}`);
    console.log(`fine: ${what}`);
};

const looks = {
    desktop: {viewport: {width: 1280, height: 900}},
    phone: {viewport: {width: 360, height: 740}, deviceScaleFactor: 2},
};

const firstSteps = async (page) => {
    const steps = await page.locator("section.first li").allTextContents();
    const words = ["Is it yours?", "stop the money", "Approve what waits", "Say that you look into it", "trust it"];
    expect("what to do first stands there in its order", steps.length === words.length && steps.every((step, at) => step.includes(words[at])),
        steps);
    expect("it stops the money with the command of the terminal",
        (await page.locator("section.first li pre.command code").allTextContents()).includes(command), steps);
    const above = await page.evaluate(() =>
        document.querySelector("section.first").compareDocumentPosition(document.querySelector("article")));
    expect("it stands above the findings", (above & 4) !== 0, above);
};

const copiesTheCommand = async (page) => {
    const line = page.locator("section.first li pre.command").filter({hasText: command}).first();
    await line.locator("button").focus();
    await page.keyboard.press("Enter");
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect("one key copies the command that stops the money", copied === command, copied);
};

const incidentHeading = async (page) => {
    const heading = await page.locator("article.incident > h3").allTextContents();
    expect("ten findings are one entry, with a heading", heading.length === 1 && heading[0].includes(incident), heading);
    expect("which says who it was", heading[0].includes("lee@example.com"), heading);
};

const look = async (browser, name) => {
    const context = await browser.newContext({...looks[name], permissions: ["clipboard-read", "clipboard-write"]});
    const page = await context.newPage();
    await page.goto(url);
    try {
        const wide = await page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
        expect(`${name}: nothing sticks out`, wide <= 0, wide);
        await firstSteps(page);
        await copiesTheCommand(page);
        await incidentHeading(page);
    } catch (wrong) {
        await page.screenshot({path: path.join(shots, `night-${name}.png`), fullPage: true});
        throw wrong;
    }
    await context.close();
};

(async () => {
    const browser = await chromium.launch({
        executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]});
    try {
        for (const name of Object.keys(looks))
            await look(browser, name);
    } finally {
        await browser.close();
    }
})().catch((failed) => {
    console.log(`FAILED ${failed.stack}`);
    process.exit(1);
});
