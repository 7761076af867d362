/** The licences of all that goes into dist/kt, in one text: packages, what is linked into the addon, Bun and ffmpeg. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bundledPackages, headersOf, librdkafkaFolder, linkedLibraries } from "./components.ts";

const isLicence = (name: string) => /^(licen[cs]e|notice|copying|copyright)/i.test(name);

const offer = `kt carries this program as it was published, unchanged, and starts it as a process of its own. It is free software
under the GNU General Public License, version 3 or later, which follows. Its source is FFmpeg's at the version and
with the configuration named here, which the program prints too (ffmpeg -version), and that of the libraries listed there.`;

/**
 * @param root of the repository
 * @param build where scripts/native has left the addon
 * @param bundled paths of the modules in the bundle, relative to the root
 * @param ffmpeg what it says of itself (-version); undefined where none is inside
 * @throws Error where one that goes into kt has no licence to show
 */
export function gatherLicences(root: string, build: string, bundled: string[], ffmpeg: string | undefined): string {
  const packages = [...bundledPackages(root, bundled), ...headersOf(root)].map(({ name, version, license, folder }) =>
    section(`${name} ${version}${license ? ` (${license})` : ""}`, licencesIn(join(root, folder)) || `${license ?? missing(name)}\n`),
  );
  const librdkafka = join(root, librdkafkaFolder, "LICENSES.txt");
  const debian = linkedLibraries(build).map(({ name, debianPackage }) => section(name, copyright(debianPackage)));
  const bun = section(
    "Bun and JavaScriptCore",
    `Bun ${Bun.version} is under the MIT License, and lists what it is made of at https://bun.sh/docs/project/licensing;
JavaScriptCore, WebKit's engine in it, is under the GNU Lesser General Public License, version 2: its source, and how to link Bun with
another, are at https://github.com/oven-sh/WebKit and https://github.com/oven-sh/bun.
`,
  );
  const gpl = readFileSync(join(root, "node_modules/ffmpeg-static/LICENSE"), "utf8");
  const inside = ffmpeg === undefined ? [] : [section("FFmpeg (GPL-3.0-or-later)", `${offer}\n\n${ffmpeg.trim()}\n\n${gpl}`)];
  return [
    "What kt contains besides its own code, and under which licences. kt's own is in LICENSE.\n",
    ...packages,
    section("librdkafka", readFileSync(librdkafka, "utf8")),
    ...debian,
    bun,
    ...inside,
  ].join("\n");
}

function section(title: string, text: string): string {
  const line = "=".repeat(100);
  return `${line}\n${title}\n${line}\n\n${text.trimEnd()}\n`;
}

function licencesIn(folder: string): string {
  const names = readdirSync(folder).filter(isLicence).sort();
  return names.map((name) => readFileSync(join(folder, name), "utf8").trim()).join("\n\n");
}

/** Other systems than Debian keep them elsewhere, and then it is said where they are from. */
function copyright(debianPackage: string): string {
  const path = `/usr/share/doc/${debianPackage}/copyright`;
  return existsSync(path) ? readFileSync(path, "utf8") : `As of the package that brings it, ${debianPackage} on Debian.\n`;
}

function missing(name: string): never {
  throw new Error(`${name} goes into kt and has no licence to show.`);
}
