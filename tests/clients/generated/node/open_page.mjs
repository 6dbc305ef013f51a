/**
 * Opens a page in Chromium, fills its form, and prints the texts of its table as JSON whenever they have changed, until it is stopped.
 *
 *   node open_page.mjs CHROMIUM URL NAME PASSWORD
 */
import { chromium } from "playwright-core";

const [executablePath, url, username, password] = process.argv.slice(2);
// The sandbox of Chromium does not work as root, as in a container.
const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
let isStopped = false;
process.once("SIGTERM", () => {
  isStopped = true;
  void browser.close();
});
const page = await browser.newPage();
page.on("pageerror", (error) => console.error(error));
page.on("console", (message) => console.error(message.text()));
await page.goto(url);
await page.fill("input[name=username]", username);
await page.fill("input[name=password]", password);
await page.click("button");

const textOf = () => JSON.stringify([...document.querySelectorAll("tr")].map((line) => [...line.cells].map((cell) => cell.textContent)));
let shown = "[]";
try {
  for (;;) {
    await page.waitForFunction(`(${textOf})() !== ${JSON.stringify(shown)}`, undefined, { timeout: 60_000 });
    shown = await page.evaluate(`(${textOf})()`);
    console.log(shown);
  }
} catch (error) {
  if (!isStopped) throw error;
}
