/** docs/kubernetes: each manifest against Kubernetes' own schemas, and what they say to each other and to kt. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { refused, shellCommands } from "../../unit/docs/command-lines.ts";
import { root, tempFolder } from "../support/kt.ts";
import { run } from "../support/process.ts";

setDefaultTimeout(120_000);

type Labels = Record<string, string>;
interface Probe {
  exec?: { command: string[] };
  httpGet?: { path: string; port: string };
}
interface Container {
  args: string[];
  env: { name: string; valueFrom?: { secretKeyRef?: { name: string; key: string } } }[];
  ports?: { name: string; containerPort: number }[];
  readinessProbe?: Probe;
  livenessProbe?: Probe;
  resources: { requests: object; limits: object };
  securityContext: object;
  volumeMounts: { name: string; mountPath: string }[];
}
interface Manifest {
  kind: string;
  metadata: { name: string };
  spec: {
    replicas: number;
    selector: Labels & { matchLabels: Labels };
    podSelector: { matchLabels: Labels };
    ports: { targetPort: string }[];
    template: {
      metadata: { labels: Labels };
      spec: {
        securityContext: object;
        automountServiceAccountToken: boolean;
        containers: Container[];
        volumes: { name: string; secret: { secretName: string } }[];
      };
    };
  };
}

const folder = `${root}docs/kubernetes`;
const paths = [...new Bun.Glob("*.yaml").scanSync(folder)].map((name) => `${folder}/${name}`);
const texts = await Promise.all(paths.map((path) => Bun.file(path).text()));
const manifests = texts.flatMap((text) => [Bun.YAML.parse(text)].flat() as Manifest[]);
const workloads = manifests.filter(({ kind }) => kind === "Deployment" || kind === "StatefulSet");
const pods = workloads.map(({ spec }) => spec.template);
const containers = pods.flatMap(({ spec }) => spec.containers);

const python = process.env.KT_TEST_PYTHON ?? `${root}.build/venv/bin/python`;
const validate = (version: string, files: string[]) => run([python, "-m", "kubernetes_validate", "--strict", "-k", version, ...files]);

test.each(["1.29.0", "1.37.0"])("are what Kubernetes %s takes, without a property that it does not know", async (version) => {
  const { code, stdout, stderr } = await validate(version, paths);
  expect({ code, said: stdout + stderr }).toMatchObject({ code: 0 });
  expect((stdout + stderr).match(/ passed for resource /g)).toHaveLength(manifests.length);
});

test("and one with a wrong word in it is none", async () => {
  await using temporary = await tempFolder();
  const wrong = `${temporary.path}/serve.yaml`;
  await Bun.write(wrong, (await Bun.file(`${folder}/serve.yaml`).text()).replace("readOnlyRootFilesystem", "readOnlyRootFileSystem"));
  expect((await validate("1.37.0", [wrong])).code).not.toBe(0);
});

test("each command line in them is one that kt takes", () => {
  const probes = containers.flatMap(({ readinessProbe, livenessProbe }) =>
    [readinessProbe, livenessProbe].flatMap((probe) => (probe?.exec ? [probe.exec.command] : [])),
  );
  expect(probes.map(([program]) => program)).toEqual(probes.map(() => "kt"));
  const lines = [...containers.map(({ args }) => args), ...probes.map((words) => words.slice(1))];
  expect(lines.length).toBeGreaterThanOrEqual(4);
  expect(refused(lines)).toEqual([]);
});

test("what is chosen by labels and by a port's name is there", () => {
  const chosen = (labels: Labels) => pods.filter(({ metadata }) => Object.entries(labels).every(([name, value]) => metadata.labels[name] === value));
  const selecting = manifests.filter(({ kind }) => /^(Service|Deployment|StatefulSet|PodDisruptionBudget|NetworkPolicy)$/.test(kind));
  for (const { kind, metadata, spec } of selecting) {
    const labels = kind === "Service" ? spec.selector : (spec.podSelector ?? spec.selector).matchLabels;
    expect({ of: `${kind} ${metadata.name}`, pods: chosen(labels).length }).toEqual({ of: `${kind} ${metadata.name}`, pods: 1 });
    if (kind !== "Service") continue;
    const names = chosen(labels).flatMap((pod) => pod.spec.containers.flatMap(({ ports }) => ports?.map(({ name }) => name) ?? []));
    for (const { targetPort } of spec.ports ?? []) expect(names).toContain(targetPort);
  }
});

test("docs/kubernetes.md makes every Secret with every key that they read", async () => {
  const text = await Bun.file(`${root}docs/kubernetes.md`).text();
  const lines = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => shellCommands(block as string));
  const made = new Map<string, string[]>();
  for (const words of lines.filter((line) => line.includes("secret") && line.includes("generic")))
    made.set(
      words[words.indexOf("generic") + 1] as string,
      words.flatMap((word) => /^--from-(?:file|literal)=([^=]+)/.exec(word)?.[1] ?? []),
    );
  for (const { env } of containers)
    for (const { valueFrom } of env) if (valueFrom?.secretKeyRef) expect(made.get(valueFrom.secretKeyRef.name)).toContain(valueFrom.secretKeyRef.key);
  for (const { spec } of pods) for (const { secret } of spec.volumes) expect([...made.keys()]).toContain(secret.secretName);
  // A list of cameras for each emitter, by the pod's name.
  const emitters = workloads.find(({ kind }) => kind === "StatefulSet");
  expect(made.get("kt-cameras")).toEqual(Array.from({ length: emitters?.spec.replicas ?? 0 }, (_, i) => `${emitters?.metadata.name}-${i}.txt`));
});

describe("each pod", () => {
  test.each(workloads.map(({ metadata, spec }) => [metadata.name, spec.template.spec] as const))(
    "%s has no rights that it does not need, and bounds",
    (_, spec) => {
      expect(spec).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsNonRoot: true, runAsUser: 10001 } });
      for (const container of spec.containers) {
        expect(container.securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } });
        expect(container.resources).toMatchObject({
          requests: { cpu: expect.any(String), memory: expect.any(String) },
          limits: { memory: expect.any(String) },
        });
      }
    },
  );
});
