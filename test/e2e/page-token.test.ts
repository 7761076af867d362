/** kt serve --token in a browser: kt's own page asks for it, and leads on to what was asked for. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { faults } from "./support/axe.ts";
import { visit } from "./support/browser.ts";
import { brokers, kt, makeTopic, serve, startKt } from "./support/kt.ts";
import { run } from "./support/process.ts";

setDefaultTimeout(120_000);

const token = "not for everybody: é&+%";

for (const script of [true, false])
  test(`a browser without the token is asked for it by one field, ${script ? "with" : "without"} JavaScript, and comes to the place that it asked for`, async () => {
    await using served = await serve(brokers, "--token", token, "--debug");
    const topic = await makeTopic("guarded");
    await kt(["produce", topic, "seen by who has the token"]);
    await using visited = await visit("about:blank");
    const page = await visited.newPage({ javaScriptEnabled: script });
    const addresses: string[] = [];
    const referrers: string[] = [];
    page.on("request", (request) => {
      addresses.push(request.url());
      referrers.push(request.headers().referer ?? "");
    });
    // With the browser's own dialog the answer would have no page.
    const place = `${served.url}/?group=view&at=2026-01-31T12:00:00Z#/${topic}`;
    await page.goto(place, { waitUntil: "commit" });
    const field = page.getByLabel("Token", { exact: true });
    await field.waitFor();
    expect(await field.getAttribute("type")).toBe("password");
    const { height } = (await field.boundingBox()) ?? { height: 0 };
    expect(height).toBeGreaterThanOrEqual(44);

    await field.fill("a guess");
    await field.press("Enter");
    await page.getByRole("alert").getByText("That is not the token of this kt").waitFor();
    expect(page.url()).toBe(place);

    await page.getByLabel("Token", { exact: true }).fill(token);
    await page.getByRole("button", { name: "Open" }).click();
    await page.waitForURL(place, { waitUntil: "commit" });
    if (script) await page.getByText("seen by who has the token").first().waitFor();
    else await page.locator("#app").waitFor({ state: "attached" });
    expect(page.url()).toBe(place);
    expect((await page.context().cookies()).map(({ name, httpOnly, sameSite }) => ({ name, httpOnly, sameSite }))).toEqual([
      { name: "kt_token", httpOnly: true, sameSite: "Lax" },
    ]);
    for (const text of [...addresses, ...referrers, served.process.stderr.text]) {
      expect(text).not.toContain("everybody");
      expect(text).not.toContain("guess");
    }
  });

test("a wrong token in the address is said to be wrong, and is gone from it once the right one was entered", async () => {
  await using served = await serve(brokers, "--token", token);
  await using visited = await visit("about:blank");
  const page = await visited.newPage();
  await page.goto(`${served.url}/?token=old&group=view`, { waitUntil: "commit" });
  await page.getByRole("alert").getByText("The token in the address").waitFor();
  expect(await faults(page)).toEqual([]);
  await page.getByLabel("Token", { exact: true }).fill(` ${token} `);
  await page.getByLabel("Token", { exact: true }).press("Enter");
  await page.waitForURL(`${served.url}/?group=view`, { waitUntil: "commit" });
  await page.locator("header.top").waitFor();
});

test("any page of kt is behind the field, and a path that looks like another site leads to none", async () => {
  await using served = await serve(brokers, "--token", token);
  await using visited = await visit(`${served.url}/topics?limit=1`);
  await visited.page.getByLabel("Token", { exact: true }).fill(token);
  await visited.page.getByLabel("Token", { exact: true }).press("Enter");
  await visited.page.getByText(/^\[/).waitFor();
  expect(visited.page.url()).toBe(`${served.url}/topics?limit=1`);
  const entered = await run(["curl", "-s", "-i", "--data-urlencode", `token=${token}`, `${served.url}//elsewhere.example/x?a=1`]);
  expect(entered.stdout).toContain("303");
  const location = /^location: (.*?)\r?$/im.exec(entered.stdout)?.[1] ?? "";
  expect(new URL(location, `${served.url}//elsewhere.example/x?a=1`).origin).toBe(served.url);
});

test("programs are answered as ever: a 401 that asks for a password, in one sentence", async () => {
  await using served = await serve(brokers, "--token", token);
  const asked = await run(["curl", "-s", "-i", `${served.url}/topics`]);
  expect(asked.stdout).toMatch(/^HTTP\/1\.1 401 /);
  expect(asked.stdout).toMatch(/^www-authenticate: Basic realm="kt"/im);
  expect(asked.stdout).toMatch(/^This kt asks for its token\..*/m);
  // What a page asks for that was open before must bring up no dialog either.
  const byPage = await run(["curl", "-s", "-i", "-A", "Mozilla/5.0 (X11; Linux x86_64)", "-H", "Sec-Fetch-Mode: cors", `${served.url}/topics`]);
  expect(byPage.stdout).toMatch(/^HTTP\/1\.1 401 /);
  expect(byPage.stdout).not.toMatch(/^www-authenticate: .*Basic/im);
});

test("more than a token is not taken in, and a wrong one sets no cookie", async () => {
  await using served = await serve(brokers, "--token", token);
  const post = (body: string) =>
    fetch(served.url, { method: "POST", redirect: "manual", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body });
  for (const body of ["token=wrong", "token=", "", `token=${"x".repeat(1 << 20)}`]) {
    const answer = await post(body);
    expect([answer.status, answer.headers.get("set-cookie")]).toEqual([401, null]);
  }
});

test("a page that was open while kt was started anew with another token asks for that one, and goes on where it was", async () => {
  const topic = await makeTopic("anew");
  await kt(["produce", topic, "seen by who has the token"]);
  const before = await serve(brokers, "--token", token);
  await using visited = await visit(`${before.url}/?token=${encodeURIComponent(token)}#/${topic}`);
  const { page } = visited;
  try {
    await page.getByText("seen by who has the token").first().waitFor();
  } finally {
    await before[Symbol.asyncDispose]();
  }
  await using _after = startKt(["serve", "--port", new URL(before.url).port, "--token", "another"]);
  await page.getByLabel("Token", { exact: true }).fill("another", { timeout: 40_000 });
  await page.getByLabel("Token", { exact: true }).press("Enter");
  await page.getByText("seen by who has the token").first().waitFor();
  await page.waitForURL(`${before.url}/#/${topic}`, { waitUntil: "commit" });
});
