/** The bill of materials: valid by CycloneDX's own schema, and of what is really inside. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { componentsOf } from "../../../scripts/lib/release/parts.ts";
import { billOfMaterials, type Component } from "../../../scripts/lib/release/sbom.ts";
import { faultsOf } from "../../../scripts/lib/release/validate-sbom.ts";

// The schema is compiled with all of SPDX's names.
setDefaultTimeout(60_000);

const root = join(import.meta.dir, "../../../");
const kt = { version: "1.2.3", commit: "0123456789", sha256: "ab".repeat(32), builtAt: 1_700_000_000 };

const components = componentsOf({
  root,
  folder: "/nonexistent",
  modules: ["src/main.ts", "node_modules/preact/dist/preact.mjs", "node_modules/@bufbuild/protobuf/dist/esm/index.js", "node_modules/cac/index.js"],
  architecture: "amd64",
  runtime: "@oven/bun-linux-x64",
  ffmpeg: {
    says: "ffmpeg version n9.0 Copyright (c)\nconfiguration: --enable-gpl --enable-libx264 --enable-libaom\n",
    purl: "pkg:pypi/imageio-ffmpeg@0.8.1",
    integrity: `sha256-${Buffer.alloc(32, 7).toString("base64")}`,
  },
});
const bill = billOfMaterials(kt, components);
const named = (name: string) => components.find((component) => component.name === name) as Component;

test("is valid, and the schema tells what is not", async () => {
  expect(await faultsOf(bill)).toEqual([]);
  const wrong = await faultsOf(bill.replace('"id": "MIT"', '"id": "Mitt"'));
  expect(wrong.join("\n")).toMatch(/^\/components\/\d+\/licenses\/0\/license\/id: must be equal to one of the allowed values$/m);
});

test("the same parts make the same bill, and others another number", () => {
  const numberOf = (text: string) => (JSON.parse(text) as { serialNumber: string }).serialNumber;
  expect(billOfMaterials(kt, components)).toBe(bill);
  expect(numberOf(billOfMaterials({ ...kt, commit: "other" }, components))).not.toBe(numberOf(bill));
  expect(JSON.parse(bill)).toMatchObject({ metadata: { timestamp: "2023-11-14T22:13:20Z", component: { name: "kt", version: "1.2.3" } } });
});

test("names what is bundled, linked and embedded", () => {
  expect(components.map(({ name }) => name)).toEqual([
    ...["@bufbuild/protobuf", "cac", "preact", "nan", "librdkafka"],
    ...["OpenSSL", "zlib", "Zstandard", "the GCC runtime (libstdc++, libgcc)", "Bun", "FFmpeg"],
  ]);
  expect(named("@bufbuild/protobuf")).toMatchObject({ license: "Apache-2.0 AND BSD-3-Clause", purl: "pkg:npm/%40bufbuild/protobuf@2.17.0" });
  expect(named("preact").integrity).toStartWith("sha512-");
  expect(named("FFmpeg")).toMatchObject({ version: "n9.0", components: [{ name: "libaom" }, { name: "libx264" }] });
});

test("librdkafka has its patches, and what it brings in its own sources", () => {
  const { version, patches = [], components: vendored = [] } = named("librdkafka");
  expect(version).toMatch(/^2\.\d+\.\d+$/);
  expect(patches).toEqual(
    readdirSync(join(root, "src/kafka/native/librdkafka"))
      .filter((name) => name.endsWith(".patch"))
      .sort()
      .map((name) => `src/kafka/native/librdkafka/${name}`),
  );
  const versions = Object.fromEntries(vendored.map((one) => [one.name, one.version]));
  expect(versions).toMatchObject({ cJSON: expect.stringMatching(/^1\.7\.\d+$/), LZ4: expect.stringMatching(/^1\.\d+\.\d+$/), TinyCThread: "1.2" });
  expect(vendored.find(({ name }) => name === "HdrHistogram")).toMatchObject({ license: "MIT" });
});

test("no component is named twice", () => {
  const references = [...bill.matchAll(/"bom-ref": "([^"]+)"/g)].map(([, reference]) => reference);
  expect(new Set(references).size).toBe(references.length);
});
