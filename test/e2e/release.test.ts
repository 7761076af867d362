/** What is released with dist/kt: the licences and the bill of materials of this very program, and how it is laid out. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { lstat, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { faultsOf } from "../../scripts/lib/release/validate-sbom.ts";
import { binary, ktOk, tempFolder } from "./support/kt.ts";
import { run } from "./support/process.ts";

// The schema is compiled with all of SPDX's names.
setDefaultTimeout(120_000);

interface Listed {
  name: string;
  version?: string;
  purl?: string;
  licenses?: object[];
}

const folder = dirname(binary);
const text = await Bun.file(`${folder}/kt.cdx.json`).text();
const bill = JSON.parse(text) as { metadata: { component: { hashes: object[] } }; components: Listed[] };

test("the bill of materials is valid CycloneDX, and names this file by its hash", async () => {
  expect(await faultsOf(text)).toEqual([]);
  const sha256 = new Bun.CryptoHasher("sha256").update(await Bun.file(binary).arrayBuffer()).digest("hex");
  expect(bill.metadata.component.hashes).toEqual([{ alg: "SHA-256", content: sha256 }]);
});

test("each package in it has its licence shown, and the other way round", async () => {
  const packages = bill.components.filter(({ purl, name }) => purl?.startsWith("pkg:npm/") && name !== "Bun");
  const licences = await Bun.file(`${folder}/THIRD-PARTY-LICENSES.txt`).text();
  const titles = [...licences.matchAll(/^={100}\n(.+)\n={100}$/gm)].map(([, title]) => title as string);
  const shown = titles.flatMap((title) => /^(@?[\w.-]+(?:\/[\w.-]+)? \d+\.\d+\.\d+\S*)/.exec(title)?.[1] ?? []);
  expect(packages.map(({ name, version }) => `${name} ${version}`)).toEqual(shown);
  expect(packages.filter(({ licenses }) => !licenses)).toEqual([]);
});

test("it names what the page, the client and the addon are made of", () => {
  const names = bill.components.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["preact", "uplot", "mediabunny", "@confluentinc/kafka-javascript", "nan"]));
  expect(names).toEqual(expect.arrayContaining(["librdkafka", "OpenSSL", "zlib", "Zstandard", "Bun", "FFmpeg"]));
});

test("an archive has the program, the manual, the completions as the program says them, and the documents", async () => {
  await using work = await tempFolder();
  const root = join(import.meta.dir, "../..");
  const script = ". scripts/lib/setup.sh; . scripts/lib/release/stage.sh; umask 022; stage";
  const staged = await run(["bash", "-euc", `${script} "$@"`, "_", binary, `${work.path}/kt-1.2.3`], { cwd: root });
  expect([staged.code, staged.stderr]).toEqual([0, ""]);
  const inside = `${work.path}/kt-1.2.3`;
  const found = await readdir(inside, { recursive: true });
  const files = await Promise.all(found.map(async (name) => ({ name, stat: await lstat(join(inside, name)) })));
  expect(
    files
      .filter(({ stat }) => stat.isFile())
      .map(({ name, stat }) => `${(stat.mode & 0o777).toString(8)} ${name}`)
      .sort(),
  ).toEqual([
    "644 share/bash-completion/completions/kt",
    "644 share/doc/kt/CHANGELOG.md",
    "644 share/doc/kt/LICENSE",
    "644 share/doc/kt/README.md",
    "644 share/doc/kt/THIRD-PARTY-LICENSES.txt",
    "644 share/doc/kt/kt.cdx.json",
    "644 share/fish/vendor_completions.d/kt.fish",
    "644 share/man/man1/kt.1",
    "644 share/zsh/site-functions/_kt",
    "755 bin/kt",
  ]);
  const text = (name: string) => Bun.file(`${inside}/share/${name}`).text();
  expect(await text("man/man1/kt.1")).toBe((await ktOk(["man"])).stdout);
  expect(await text("bash-completion/completions/kt")).toBe((await ktOk(["completion", "bash"])).stdout);
  expect(await text("zsh/site-functions/_kt")).toBe((await ktOk(["completion", "zsh"])).stdout);
  expect(await text("fish/vendor_completions.d/kt.fish")).toBe((await ktOk(["completion", "fish"])).stdout);
});
