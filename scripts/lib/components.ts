/** What goes into kt besides its own code, and where it is from: the licences and the bill of materials are made of this. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface BundledPackage {
  name: string;
  version: string;
  /** As its package.json says it, mostly an SPDX expression. */
  license: string | undefined;
  /** Where it lies, below the root. */
  folder: string;
}

/** The packages that have one of these modules, each version once. */
export function bundledPackages(root: string, modules: string[]): BundledPackage[] {
  const folders = new Set(modules.flatMap((path) => /(?:node_modules\/(?:@[^/]+\/)?[^/]+\/)+/.exec(path)?.[0].slice(0, -1) ?? []));
  const packages = [...folders].sort().map((folder) => packageIn(root, folder));
  return [...new Map(packages.map((one) => [`${one.name}@${one.version}`, one])).values()];
}

function packageIn(root: string, folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as {
    name: string;
    version: string;
    license?: string;
  };
  return { name, version, license, folder };
}

/** Headers of these are compiled into the addon. */
export const headersOf = (root: string) => ["node_modules/nan"].map((folder) => packageIn(root, folder));

export interface LinkedLibrary {
  name: string;
  /** Debian's package, which has it and its licence. */
  debianPackage: string;
  /** As of Debian; undefined where it was built on another system. */
  version: string | undefined;
  /** SPDX. */
  license: string;
}

/** What the addon is linked with comes from Debian. */
const linked = [
  { name: "OpenSSL", debianPackage: "libssl-dev", license: "Apache-2.0" },
  { name: "zlib", debianPackage: "zlib1g-dev", license: "Zlib" },
  { name: "Zstandard", debianPackage: "libzstd-dev", license: "BSD-3-Clause" },
  { name: "the GCC runtime (libstdc++, libgcc)", debianPackage: "libgcc-12-dev", license: "GPL-3.0-or-later WITH GCC-exception-3.1" },
];

/** @param build the folder in which scripts/native has left linked.txt, with a package and its version a line */
export function linkedLibraries(build: string): LinkedLibrary[] {
  const path = join(build, "linked.txt");
  const versions = new Map(
    existsSync(path)
      ? readFileSync(path, "utf8")
          .split("\n")
          .map((line) => line.split(" ") as [string, string])
      : [],
  );
  return linked.map((library) => ({ ...library, version: versions.get(library.debianPackage) }));
}

export interface Vendored {
  name: string;
  version: string | undefined;
  /** SPDX, or words where SPDX has no name for it. */
  license: string;
}

/** In librdkafka's own sources, by the licences that it has beside its own: whose version is known stands in a header. */
const vendored: Record<string, { name: string; license: string; header?: string; version?: RegExp }> = {
  cjson: { name: "cJSON", license: "MIT", header: "cJSON.h", version: /CJSON_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)/g },
  crc32c: { name: "crc32c", license: "Zlib" },
  fnv1a: { name: "FNV-1a", license: "public domain" },
  hdrhistogram: { name: "HdrHistogram", license: "MIT" },
  lz4: { name: "LZ4", license: "BSD-2-Clause", header: "lz4.h", version: /LZ4_VERSION_(?:MAJOR|MINOR|RELEASE) +(\d+)/g },
  murmur2: { name: "MurmurHash2", license: "MIT" },
  nanopb: { name: "nanopb", license: "Zlib", header: "nanopb/pb.h", version: /NANOPB_VERSION "nanopb-([^"]+)"/g },
  opentelemetry: { name: "opentelemetry-proto", license: "Apache-2.0" },
  pycrc: { name: "pycrc", license: "MIT" },
  queue: { name: "BSD sys/queue.h", license: "BSD-3-Clause" },
  regexp: { name: "minilibs regexp", license: "public domain" },
  snappy: { name: "snappy-c", license: "BSD-3-Clause" },
  tinycthread: { name: "TinyCThread", license: "Zlib", header: "tinycthread.h", version: /TINYCTHREAD_VERSION_(?:MAJOR|MINOR) (\d+)/g },
};

/** Its licences name one more, which is compiled for Windows only. */
const elsewhere = ["wingetopt"];

export const librdkafkaFolder = "node_modules/@confluentinc/kafka-javascript/deps/librdkafka";

/** @throws Error where librdkafka has the licence of something that is not known here */
export function vendoredInLibrdkafka(root: string): Vendored[] {
  const folder = join(root, librdkafkaFolder);
  const names = readdirSync(folder).flatMap((name) => /^LICENSE\.(.+)$/.exec(name)?.[1] ?? []);
  return names
    .filter((name) => !elsewhere.includes(name))
    .sort()
    .map((name) => {
      const known = vendored[name];
      if (!known) throw new Error(`librdkafka brings ${name}, which scripts/lib/components.ts does not know.`);
      const header = known.header && known.version && readFileSync(join(folder, "src", known.header), "utf8");
      const numbers = header ? [...header.matchAll(known.version as RegExp)].map(([, number]) => number) : [];
      return { name: known.name, license: known.license, version: numbers.join(".") || undefined };
    });
}
