// Looks at the status page in Chromium. Called by status_page_test.py, in the folder of the modules:
//
//     node status_page.cjs URL PID SIMULATOR SHOTS
//
// PID is the daemon's: it is stopped for a while. Prints a line for each thing that is as it should be, and ends with 1 at the first
// that is not.
"use strict";
const https = require("https");
const path = require("path");
const {createRequire} = require("module");
const modules = createRequire(path.join(process.cwd(), "package.json"));
const {chromium} = modules("playwright-core");
const {AxeBuilder} = modules("@axe-core/playwright");

const [url, pid, simulator, shots] = process.argv.slice(2);

const expect = (what, is, seen = "") => {
    if (!is)
        throw new Error(`${what}${seen === "" ? "" : `; seen: ${JSON.stringify(seen).slice(0, 1500)}`}`);
    console.log(`fine: ${what}`);
};

const attack = (name) => new Promise((done, failed) => {
    const request = https.request(`${simulator}/_simulator/attack`, {method: "POST", rejectUnauthorized: false}, (answer) => {
        answer.resume();
        answer.on("end", () => (answer.statusCode === 200 ? done() : failed(new Error(`the simulator said ${answer.statusCode}`))));
    });
    request.on("error", failed);
    request.end(JSON.stringify({name}));
});

const patience = 120000;  // ms: for a failure, not for a busy machine

// A page whose complaints are kept: a violated Content-Security-Policy is one.
const open = async (browser, options) => {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    page.complaints = [];
    page.on("console", (message) => message.type() === "error" && page.complaints.push(message.text()));
    page.on("pageerror", (error) => page.complaints.push(String(error)));
    await page.goto(url);
    return page;
};

const shoot = (page, name) => page.screenshot({path: path.join(shots, `${name}.png`), fullPage: true});

const looks = {
    "desktop": {viewport: {width: 1280, height: 900}},
    "desktop-dark": {viewport: {width: 1280, height: 900}, colorScheme: "dark"},
    "phone": {viewport: {width: 360, height: 740}, deviceScaleFactor: 2},
    "phone-dark": {viewport: {width: 360, height: 740}, deviceScaleFactor: 2, colorScheme: "dark"},
};

const everyLook = async (browser) => {
    for (const [name, options] of Object.entries(looks)) {
        const page = await open(browser, {...options, bypassCSP: true});
        await shoot(page, name);
        const wide = await page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
        expect(`${name}: nothing sticks out`, wide <= 0, wide);
        const found = await new AxeBuilder({page}).analyze();
        expect(`${name}: axe finds nothing`, found.violations.length === 0,
            found.violations.map((one) => [one.id, one.nodes.slice(0, 3).map((node) => node.html)]));
        await page.context().close();
    }
};

const hostileNames = async (browser) => {
    const page = await open(browser, looks.desktop);
    expect("the browser has nothing to complain of", page.complaints.length === 0, page.complaints);
    const verdict = await page.locator("main > :first-child").getAttribute("class");
    expect("the verdict comes first", verdict === "verdict bad", verdict);
    expect("no name became markup", await page.locator("main script, main img, main iframe, main b").count() === 0);
    expect("no name ran", await page.evaluate(() => globalThis.pwned) === undefined);
    const text = await page.textContent("main");
    expect("the names are there as text", text.includes("<img src=x onerror=pwned=1>"), text.slice(0, 800));
    expect("nothing in it is invisible or turns the text around", !/[\u202a-\u202e\u2066-\u2069\u0007\u001b]/u.test(text));
    expect("emoji stay", text.includes("\u{1f600}"));
    await page.context().close();
};

const withoutScript = async (browser) => {
    const page = await open(browser, {...looks.desktop, javaScriptEnabled: false});
    expect("without a script it has the findings", await page.locator("article.finding").count() > 0);
    expect("and says that it does not refresh", (await page.content()).includes("does not refresh itself"));
    await page.context().close();
};

const filter = async (browser) => {
    const page = await open(browser, looks.desktop);
    await page.selectOption("select[name=severity]", "medium");
    await page.click("form button");
    expect("the filter is in the address", page.url().includes("severity=medium"), page.url());
    expect("and lets only those through", await page.locator("article.finding:not(.medium)").count() === 0);
    await page.context().close();
};

const keyboard = async (browser) => {
    const page = await open(browser, looks.desktop);
    await page.keyboard.press("Tab");
    expect("the first key reaches the way past the head", await page.evaluate(() => document.activeElement.className) === "skip");
    const reached = new Set();
    const isAtCoverage = () => page.evaluate(() => (document.activeElement.parentElement?.id ?? "").startsWith("coverage-"));
    for (let step = 0; step < 400 && !await isAtCoverage(); ++step) {
        await page.keyboard.press("Tab");
        reached.add(await page.evaluate(() => document.activeElement.tagName));
    }
    expect("filter, commands, tables and coverage can be reached", ["SELECT", "BUTTON", "DIV", "SUMMARY"].every((one) => reached.has(one)),
        [...reached]);
    const isOpen = () => page.evaluate(() => document.activeElement.parentElement.open);
    const before = await isOpen();
    await page.keyboard.press("Enter");
    expect("coverage opens and closes by key", await isOpen() !== before);
    await page.context().close();
};

const copying = async (browser) => {
    const page = await open(browser, {...looks.desktop, permissions: ["clipboard-read", "clipboard-write"]});
    const command = page.locator("pre.command").first();
    await command.locator("button").click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect("a command can be copied", copied === await command.locator("code").textContent() && copied.startsWith("trunkwarden "), copied);
    await page.context().close();
};

const refreshing = async (browser) => {
    const page = await open(browser, looks.desktop);
    const before = await page.locator("article.finding").count();
    await page.locator("details summary").first().click();
    const wasOpen = await page.locator("details").first().evaluate((one) => one.open);
    await page.evaluate(() => document.activeElement.blur());
    await attack("add_api_key");
    await page.waitForFunction((count) => document.querySelectorAll("article.finding").length > count, before);
    expect("what is found appears by itself", true);
    expect("what was opened stays open", await page.locator("details").first().evaluate((one) => one.open) === wasOpen);
    process.kill(Number(pid), "SIGSTOP");
    await page.waitForSelector("#stale");
    expect("a daemon that does not answer makes the page say that it is old", (await page.textContent("#stale")).includes("old"));
    await shoot(page, "stale");
    process.kill(Number(pid), "SIGCONT");
    await page.waitForSelector("#stale", {state: "detached"});
    expect("and when it answers again, the page is new", true);
    const unexpected = page.complaints.filter((one) => !one.includes("net::ERR"));
    expect("nothing else was complained of", unexpected.length === 0, unexpected);
    await page.context().close();
};

(async () => {
    const browser = await chromium.launch({
        executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]});
    try {
        await hostileNames(browser);
        await everyLook(browser);
        await withoutScript(browser);
        await filter(browser);
        await keyboard(browser);
        await copying(browser);
        await refreshing(browser);
    } finally {
        process.kill(Number(pid), "SIGCONT");
        await browser.close();
    }
})().catch((failed) => {
    console.log(`FAILED ${failed.stack}`);
    process.exit(1);
});
