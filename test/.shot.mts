import { launchBrowser } from "./extension/browser.ts";
const [base, out, ...jobs] = process.argv.slice(2);
const browser = await launchBrowser();
for (const job of jobs) {
  const [name, path, theme = "light", width = "1280"] = job.split("|");
  const context = await browser.newContext({ viewport: { width: Number(width), height: 860 }, colorScheme: theme as "light" });
  const page = await context.newPage();
  page.on("pageerror", (e) => console.log(name, "PAGEERROR", String(e)));
  page.on("console", (m) => { if (m.type() === "error" || /Content Security/.test(m.text())) console.log(name, m.text().slice(0, 300)); });
  await page.goto(base + path); await page.waitForTimeout(1800);
  await page.screenshot({ path: `${out}/${name}.png` });
  await context.close();
}
await browser.close();
