/** The components of one build, for its bill of materials. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type BundledPackage, bundledPackages, headersOf, librdkafkaFolder, linkedLibraries, vendoredInLibrdkafka } from "../components.ts";
import type { Component } from "./sbom.ts";

export interface Build {
  /** Of the repository. */
  root: string;
  /** Where scripts/native has left the addon. */
  folder: string;
  /** Paths of the modules in the bundle, relative to the root. */
  modules: string[];
  /** As Debian calls it: amd64 or arm64. */
  architecture: string;
  /** npm's package of the Bun that kt is. */
  runtime: string;
  /** Undefined where none is inside. */
  ffmpeg: { says: string; purl: string | undefined; integrity: string } | undefined;
}

export function componentsOf(build: Build): Component[] {
  return [...packages(build), librdkafka(build.root), ...debian(build), bun(build), ...ffmpeg(build.ffmpeg)];
}

const npm = (name: string, version: string) => `pkg:npm/${name.replace("@", "%40")}@${version}`;

interface Lock {
  packages: Record<string, { integrity?: string }>;
}

function packages({ root, modules }: Build): Component[] {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lock;
  const component = ({ name, version, license, folder }: BundledPackage, description?: string): Component => ({
    name,
    version,
    // (One package puts its expression into brackets.)
    license: license?.replace(/^\((.*)\)$/, "$1"),
    purl: npm(name, version),
    integrity: lock.packages[folder]?.integrity,
    description,
  });
  return [...bundledPackages(root, modules).map((one) => component(one)), ...headersOf(root).map((one) => component(one, "headers, compiled into the addon"))];
}

function librdkafka(root: string): Component {
  const header = readFileSync(join(root, librdkafkaFolder, "src/rdkafka.h"), "utf8");
  const [, number = ""] = /#define RD_KAFKA_VERSION (0x[0-9a-f]{8})/.exec(header) ?? [];
  const version = [24, 16, 8].map((bits) => (Number(number) >>> bits) & 255).join(".");
  const patches = "src/kafka/native/librdkafka";
  return {
    name: "librdkafka",
    version,
    license: "BSD-2-Clause",
    purl: `pkg:github/confluentinc/librdkafka@v${version}`,
    description: "as @confluentinc/kafka-javascript brings it, with kt's patches, linked into the addon",
    patches: readdirSync(join(root, patches))
      .filter((name) => name.endsWith(".patch"))
      .sort()
      .map((name) => `${patches}/${name}`),
    components: vendoredInLibrdkafka(root),
  };
}

function debian({ folder, architecture }: Build): Component[] {
  return linkedLibraries(folder).map(({ name, debianPackage, version, license }) => ({
    name,
    version,
    license,
    purl: version && `pkg:deb/debian/${debianPackage}@${version.replaceAll("+", "%2B")}?arch=${architecture}&distro=debian-12`,
    description: "linked into the addon",
  }));
}

function bun({ runtime }: Build): Component {
  const engine = { name: "JavaScriptCore", license: "LGPL-2.0-or-later", description: "WebKit's engine, in Bun" };
  return { name: "Bun", version: Bun.version, type: "platform", license: "MIT", purl: npm(runtime, Bun.version), components: [engine] };
}

/** The libraries inside it are those that its configuration enables; it does not say of which version. */
function ffmpeg(inside: Build["ffmpeg"]): Component[] {
  if (inside === undefined) return [];
  const { says, purl, integrity } = inside;
  const libraries = [...says.matchAll(/ --enable-(lib[\w-]+)/g)].map(([, name]) => ({ name: name as string }));
  return [
    {
      name: "FFmpeg",
      version: /^ffmpeg version (\S+)/.exec(says)?.[1],
      type: "application",
      license: "GPL-3.0-or-later",
      description: "run as a program of its own",
      purl,
      integrity,
      components: libraries.sort((a, b) => (a.name < b.name ? -1 : 1)),
    },
  ];
}
