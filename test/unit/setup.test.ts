/** What scripts say while they set up: a line a step, and where one fails what may help instead of all that was printed. */
import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";

const root = `${import.meta.dir}/../..`;

/** Runs a command as a step of a script's. */
function timed(command: string): { code: number; stdout: string; stderr: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync(["bash", "-c", `. ${root}/scripts/lib/setup.sh; step() { ${command}; }; timed "Fetching it" step`]);
  return { code: exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

async function discardLog(stderr: string): Promise<string> {
  const path = /The whole output is in (\S+)\.\n$/.exec(stderr)?.[1] as string;
  const log = await Bun.file(path).text();
  await rm(path);
  return log;
}

test("a step that is done is one line with its time, whatever it printed", () => {
  expect(timed("echo much; echo more >&2")).toEqual({ code: 0, stdout: "", stderr: expect.stringMatching(/^Fetching it … \d+ s\n$/) });
});

test("a step that failed shows the end of what it printed, keeps all of it, and has its exit code", async () => {
  const { code, stderr } = timed("seq 100; echo 'no such thing' >&2; return 7");
  expect(code).toBe(7);
  expect(stderr).toMatch(/^Fetching it … failed after \d+ s\n82\n/);
  expect(stderr).toContain("\n100\nno such thing\n");
  expect(await discardLog(stderr)).toStartWith("1\n2\n");
});

test.each([
  [
    "[ERROR] transfer failed: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path",
    "Java does not trust the certificate it was shown, as behind a proxy: keytool -importcert ",
  ],
  [
    "[ERROR] Could not transfer artifact: Connect to 10.0.0.1:443 failed: Connection refused",
    "Maven does not reach its repository; where that takes a proxy: export MAVEN_OPTS=",
  ],
  ["npm error code SELF_SIGNED_CERT_IN_CHAIN\nnpm error self-signed certificate in certificate chain", "npm does not trust the certificate it was shown"],
  ["npm error code ENOTFOUND", "npm does not reach its registry; where that takes a proxy: export HTTPS_PROXY="],
  ["Err: Certificate verification failed: The certificate is NOT trusted.", "The certificate that was shown is not trusted"],
  ["W: Failed to fetch. Temporary failure resolving 'mirror'", "Debian's packages are not reached; where that takes a proxy: export http_proxy="],
])("%p is one sentence with its remedy", async (said, remedy) => {
  const { code, stderr } = timed(`printf '%s\\n' '${said.replaceAll("'", "'\\''")}'; return 1`);
  expect(code).toBe(1);
  expect(stderr.split("\n").slice(1, -2)).toEqual([expect.stringContaining(remedy)]);
  expect(await discardLog(stderr)).toContain(said);
});
