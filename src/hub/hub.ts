/** What the server knows of Kafka: the topics, their live ends, and where named viewers are. */
import { type Admin, openAdmin } from "../kafka/admin.ts";
import type { KafkaConfig } from "../kafka/config.ts";
import { Catalogue } from "./catalogue.ts";
import { LiveHub } from "./live.ts";
import { Places } from "./places.ts";

export interface Hub {
  config: KafkaConfig;
  admin: Admin;
  catalogue: Catalogue;
  live: LiveHub;
  places: Places;
  close(): Promise<void>;
}

/**
 * @param onTrouble told what the viewers cannot see
 * @throws KtError no_broker or auth
 */
export async function openHub(config: KafkaConfig, onTrouble: (message: string) => void): Promise<Hub> {
  const admin = await openAdmin(config);
  const catalogue = new Catalogue(config, admin);
  const live = new LiveHub(config, admin);
  const places = new Places(admin, onTrouble);
  await catalogue.start();
  return {
    config,
    admin,
    catalogue,
    live,
    places,
    async close() {
      catalogue.close();
      await Promise.all([places.close(), live.close()]);
      admin.close();
    },
  };
}
