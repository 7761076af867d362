/** Says whether files are CycloneDX 1.6: by the schema that CycloneDX publishes, with its SPDX names and formats. */
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";

/** @returns what is wrong, with its place in the document; empty where nothing is */
export async function faultsOf(bill: string): Promise<string[]> {
  const faults = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(bill);
  return ((faults ?? []) as { instancePath: string; message: string }[]).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}

if (import.meta.main) {
  for (const path of process.argv.slice(2)) {
    const faults = await faultsOf(await Bun.file(path).text());
    if (faults.length === 0) continue;
    console.error(`${path} is no valid bill of materials (CycloneDX 1.6):\n${faults.join("\n")}`);
    process.exit(1);
  }
}
