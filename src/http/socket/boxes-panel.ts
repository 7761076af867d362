/** What is seen in a stream, for the page that shows it: live as it comes, and out of the log for pictures that are there. */
import type { Detected } from "../../hub/detections/detected.ts";
import type { DetectionRequest } from "../../hub/detections/detection-log.ts";
import type { EventAnswer } from "../../hub/detections/events.ts";
import { requestsFor } from "../../hub/detections/requests.ts";
import type { Hub } from "../../hub/hub.ts";
import type { ChunkedLog } from "../../hub/log/chunks.ts";
import type { CatalogueListener } from "../../hub/topics/catalogue.ts";
import type { PanelMessage, RequestMessage } from "../../protocol/client-message.ts";
import { type PackedDetected, packed } from "../../protocol/packed-detections.ts";
import type { PageLink } from "./watcher.ts";

/** A page that is too slow gets the newest. */
const mostWaiting = 64;
const mostWaitingObjects = 20_000;
const againMs = 50;
/** An answer has no more. */
const mostAnswered = 50_000;

type OverlayHub = Pick<Hub, "catalogue" | "detections">;

/** What was seen in the pictures that a page asks for. @throws KtError where the log cannot be read */
export async function detectedOf(
  hub: OverlayHub & { archive: ChunkedLog },
  message: Extract<RequestMessage, { type: "detections" }>,
): Promise<PackedDetected[]> {
  const requests = message.frames.length > 0 ? requestsFor(hub, message) : [];
  const found = await Promise.all(requests.map((request) => hub.detections.log.of(hub.archive, request, message.frames)));
  return newest(found.flat(), mostAnswered).map(packed);
}

/** When which labels were seen. @throws KtError where the log cannot be read */
export async function eventsSeen(hub: OverlayHub & { archive: ChunkedLog }, message: Extract<RequestMessage, { type: "events" }>): Promise<EventAnswer> {
  const answers = await Promise.all(requestsFor(hub, message).map((request) => hub.detections.events.of(hub.archive, request, message.span)));
  const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0);
  return {
    events: answers.flatMap(({ events }) => events).sort((a, b) => a.startMs - b.startMs),
    read: sum(answers.map(({ read }) => read)),
    held: sum(answers.map(({ held }) => held)),
    partial: answers.some(({ partial }) => partial),
  };
}

export class BoxesPanel {
  readonly #hub: OverlayHub;
  readonly #asked: Extract<PanelMessage, { type: "boxes" }>;
  readonly #link: PageLink;
  readonly #listener: CatalogueListener = { onTopics: () => this.#look() };
  /** By the topic of detections: undefined until it is known that it can be read. */
  readonly #watching = new Map<string, (() => void) | undefined>();
  #waiting: Detected[] = [];
  #told: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(hub: OverlayHub, asked: Extract<PanelMessage, { type: "boxes" }>, link: PageLink) {
    this.#hub = hub;
    this.#asked = asked;
    this.#link = link;
    hub.catalogue.listeners.add(this.#listener);
    this.#look();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#hub.catalogue.listeners.delete(this.#listener);
    for (const stop of this.#watching.values()) stop?.();
    this.#watching.clear();
  }

  /** Which topics it is, now that some came or went. */
  #look(): void {
    const requests = requestsFor(this.#hub, this.#asked);
    const names = new Set(requests.map(({ topic }) => topic));
    for (const [topic, stop] of this.#watching) {
      if (names.has(topic)) continue;
      this.#watching.delete(topic);
      stop?.();
    }
    for (const request of requests) if (!this.#watching.has(request.topic)) void this.#watch(request);
    const told = [...names].join("/");
    if (told === this.#told || (this.#told === undefined && names.size === 0)) return;
    this.#told = told;
    this.#sendSoon(0);
  }

  async #watch(request: DetectionRequest): Promise<void> {
    const { topic } = request;
    this.#watching.set(topic, undefined);
    try {
      const stop = await this.#hub.detections.live.watch(request, (detected) => this.#take(detected));
      if (this.#closed || !this.#watching.has(topic)) stop();
      else this.#watching.set(topic, stop);
    } catch {
      // It went, or cannot be read now: the list of topics says so, and leads here again.
      this.#watching.delete(topic);
    }
  }

  #take(detected: Detected): void {
    if (this.#closed) return;
    this.#waiting.push(detected);
    if (this.#waiting.length > mostWaiting) this.#waiting = newest(this.#waiting.slice(-mostWaiting), mostWaitingObjects);
    this.#sendSoon(0);
  }

  /** All that one batch brings goes in one message. */
  #sendSoon(afterMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (!this.#link.hasRoom()) return this.#sendSoon(againMs);
      const detected = newest(this.#waiting, mostWaitingObjects).map(packed);
      this.#link.send({ type: "boxes", panel: this.#asked.panel, overlays: [...this.#watching.keys()], detected });
      this.#waiting = [];
    }, afterMs);
  }
}

/** The last of them, as far as so many objects go. */
function newest(detected: Detected[], mostObjects: number): Detected[] {
  let from = detected.length - 1;
  for (let left = mostObjects - (detected[from]?.objects.length ?? 0); from > 0; from--) {
    left -= 1 + (detected[from - 1]?.objects.length ?? 0);
    if (left < 0) break;
  }
  return from > 0 ? detected.slice(from) : detected;
}
