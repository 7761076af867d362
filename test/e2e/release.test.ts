/** What the build leaves beside dist/kt for a release: the licences and the bill of materials, of this very program. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { dirname } from "node:path";
import { faultsOf } from "../../scripts/lib/release/validate-sbom.ts";
import { binary } from "./support/kt.ts";

// The schema is compiled with all of SPDX's names.
setDefaultTimeout(60_000);

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
