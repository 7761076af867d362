/** What the server knows of Kafka: the topics, their live ends, and where named viewers are. */
import { type Admin, openAdmin } from "../kafka/admin/admin.ts";
import type { KafkaConfig } from "../kafka/config.ts";
import { GroupLags } from "./cluster/group-lags.ts";
import { Tables } from "./data/tables.ts";
import { LiveJpegs } from "./decode/live-jpegs.ts";
import { DetectionLog } from "./detections/detection-log.ts";
import { Events } from "./detections/events.ts";
import { LiveDetections } from "./detections/live-detections.ts";
import { LiveHub } from "./live/live.ts";
import { Archive } from "./log/archive.ts";
import { GroupRules, type MayMove } from "./places/group-rules.ts";
import { Places } from "./places/places.ts";
import { Scout } from "./scout/scout.ts";
import { Catalogue } from "./topics/catalogue.ts";
import { lastRecordOf } from "./topics/last-record.ts";
import type { Overlay } from "./topics/named.ts";
import { Sizes } from "./topics/sizes.ts";

const mostClosingMs = 2000;
/** What is looked for here and there displaces nothing that viewers look at. */
const searchOptions = { mostBytes: 8 << 20, mostReaders: 1 };

/** Keys and values by the schemas that they name. */
export interface SchemaReader {
  /** The header that may have the schema's id in place of the first bytes. */
  headerOf(part: "key" | "value"): string;
  /** undefined where it names none. @throws KtError */
  read(
    topic: string,
    part: "key" | "value",
    bytes: Uint8Array,
    header: Uint8Array | undefined,
  ): Promise<{ format: "avro" | "json" | "protobuf"; id: string; json: string } | undefined>;
}

export interface Hub {
  config: KafkaConfig;
  admin: Admin;
  catalogue: Catalogue;
  sizes: Sizes;
  live: LiveHub;
  archive: Archive;
  scout: Scout;
  tables: Tables;
  /** Which of them may be moved. */
  groups: GroupRules;
  /** Who reads what, and how far behind. */
  lags: GroupLags;
  places: Places;
  detections: { log: DetectionLog; live: LiveDetections; events: Events };
  liveJpegs: LiveJpegs;
  /** undefined where there is no registry to ask. */
  schemas: SchemaReader | undefined;
  /** Finds the program. @throws KtError no_ffmpeg */
  ffmpeg(): string;
  close(): Promise<void>;
}

export interface HubOptions {
  /** Finds the program, when H.264 has to become JPEG for the first time. */
  ffmpeg: () => string;
  mayMove: MayMove;
  /** Which topics there are for viewers; undefined are all. */
  shows: KafkaConfig["shows"];
  /** Which of them may be written to here; undefined is none. */
  takes?: ((topic: string) => boolean) | undefined;
  /** Whether to open also where no broker answers yet. */
  wait: boolean;
  /** Which topics are drawn over which, where they are not to find that out themselves. */
  overlays?: readonly Overlay[];
  schemas?: SchemaReader | undefined;
  /** Told what the viewers cannot see. */
  onTrouble: (message: string) => void;
}

/** @throws KtError no_broker or auth */
export async function openHub(connection: KafkaConfig, { ffmpeg, mayMove, shows, takes, wait, overlays, schemas, onTrouble }: HubOptions): Promise<Hub> {
  // All that asks and reads is made with this, so that what is not to be seen can be found by no way.
  const config: KafkaConfig = { ...connection, shows };
  // Whatever asks for a topic asks here first: what Kafka keeps for itself is nothing for a page.
  const admin = await openAdmin(config, { internal: false, wait });
  const searched = new Archive(config, searchOptions);
  const catalogue = new Catalogue(config, admin, (...asked) => lastRecordOf(searched, ...asked), { overlays, takes });
  const archive = new Archive(config);
  const scout = new Scout(config, admin);
  const live = new LiveHub(config, admin, { archive, scout }, catalogue, onTrouble);
  const detectionLog = new DetectionLog(admin);
  const detections = { log: detectionLog, live: new LiveDetections(live), events: new Events(config, admin, detectionLog) };
  catalogue.listeners.add({
    onGone(topic) {
      for (const known of [archive, searched, scout, detections.log, detections.events]) known.forget(topic);
    },
    onPartitions: (topic) => live.grow(topic),
    onRenamed(topic) {
      scout.forget(topic);
      live.rename(topic);
    },
  });
  const tables = new Tables(config, admin, live);
  const groups = new GroupRules(admin.groups, mayMove);
  const places = new Places(admin.groups, { check: (group) => groups.check(group), onTrouble });
  const liveJpegs = new LiveJpegs(live, ffmpeg, onTrouble);
  if (wait) catalogue.startWaiting();
  else await catalogue.start();
  return {
    config,
    admin,
    catalogue,
    sizes: new Sizes(admin),
    live,
    archive,
    scout,
    tables,
    groups,
    lags: new GroupLags(admin),
    places,
    detections,
    liveJpegs,
    schemas,
    ffmpeg,
    async close() {
      liveJpegs.close();
      const closed = Promise.all([catalogue.close(), places.close(), live.close(), archive.close(), searched.close(), scout.close()]).then(() => true);
      // A broker that went a moment ago is waited for up to ten seconds; nobody who ends the server is.
      if (await Promise.race([closed, Bun.sleep(mostClosingMs)])) admin.close();
    },
  };
}
