/**
 * The bill of materials of one kt, as CycloneDX 1.6 in JSON (https://cyclonedx.org/docs/1.6/json/): what is inside, of
 * which version, from where and under which licence. The same parts make the same bytes.
 */
import { createHash } from "node:crypto";

export interface Component {
  name: string;
  /** Undefined where the sources do not say one. */
  version?: string | undefined;
  type?: "library" | "application" | "platform" | undefined;
  /** SPDX, or words where SPDX has no name for it. */
  license?: string | undefined;
  /** Package URL (https://github.com/package-url/purl-spec). */
  purl?: string | undefined;
  /** Subresource integrity, sha512-BASE64 or sha256-BASE64: of the package that it came in, or of what came in it. */
  integrity?: string | undefined;
  description?: string | undefined;
  /** Files with changes to it, relative to the repository. */
  patches?: string[] | undefined;
  /** What is inside of it. */
  components?: Component[] | undefined;
}

export interface Product {
  version: string;
  commit: string | undefined;
  /** Of the file kt, in hexadecimal. */
  sha256: string;
  /** Seconds since 1970; undefined leaves the time out. */
  builtAt: number | undefined;
}

/** SPDX's identifiers have neither a space nor brackets; what has is an expression, or words. */
function licensesOf(license: string | undefined) {
  if (license === undefined) return undefined;
  if (/^[A-Za-z0-9.+-]+$/.test(license)) return [{ license: { id: license } }];
  return / (AND|OR|WITH) /.test(license) ? [{ expression: license }] : [{ license: { name: license } }];
}

function hashesOf(integrity: string | undefined) {
  const [, bits, digest = ""] = /^sha(256|512)-(.+)$/.exec(integrity ?? "") ?? [];
  return bits && [{ alg: `SHA-${bits}`, content: Buffer.from(digest, "base64").toString("hex") }];
}

/** @param path names of what it is inside of: a reference is to one component only */
function described(component: Component, path: string[]): object {
  const { name, version, type = "library", license, purl, integrity, description, patches, components } = component;
  const within = [...path, version ? `${name}@${version}` : name];
  return {
    type,
    "bom-ref": within.join("/"),
    name,
    version,
    description,
    hashes: hashesOf(integrity),
    licenses: licensesOf(license),
    purl,
    pedigree: patches && { patches: patches.map((url) => ({ type: "unofficial", diff: { url } })) },
    components: components?.map((one) => described(one, within)),
  };
}

export function billOfMaterials(kt: Product, components: Component[]): string {
  const parts = components.map((component) => described(component, []) as { "bom-ref": string });
  const itself = `kt@${kt.version}`;
  const bill = {
    version: 1,
    metadata: {
      timestamp: kt.builtAt === undefined ? undefined : `${new Date(kt.builtAt * 1000).toISOString().slice(0, 19)}Z`,
      component: {
        type: "application",
        "bom-ref": itself,
        name: "kt",
        version: kt.version,
        hashes: [{ alg: "SHA-256", content: kt.sha256 }],
        licenses: [{ license: { id: "Apache-2.0" } }],
        properties: kt.commit === undefined ? undefined : [{ name: "kt:commit", value: kt.commit }],
      },
    },
    components: parts,
    dependencies: [{ ref: itself, dependsOn: parts.map((part) => part["bom-ref"]) }],
  };
  const head = { bomFormat: "CycloneDX", specVersion: "1.6", serialNumber: serialNumber(JSON.stringify(bill)) };
  return `${JSON.stringify({ ...head, ...bill }, undefined, 2)}\n`;
}

/** A UUID (version 8) of what the bill says, where a random one would make each build another. */
function serialNumber(text: string): string {
  const digits = createHash("sha256").update(text).digest("hex");
  const variant = "89ab"[Number.parseInt(digits.charAt(16), 16) % 4];
  return `urn:uuid:${digits.slice(0, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}
