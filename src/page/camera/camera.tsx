/** The page of /camera?topic=T&key=K: a phone or a laptop as a camera. */
import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { bytesText } from "../../words.ts";
import { useCell } from "../parts/cell.ts";
import { Mark } from "../parts/icons.tsx";
import { countText, durationText } from "../parts/words.ts";
import { keepAwake, openCamera, type Side, type SizeId, sides, sizes, whyNone } from "./devices.ts";
import { Sender } from "./sender.ts";

const query = new URLSearchParams(location.search);
const topic = query.get("topic") ?? "";
/** Who this is, also after a connection was lost: nobody else may send the same stream meanwhile. */
const id = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");

function addressOf(key: string): URL {
  const address = new URL(`topics/${encodeURIComponent(topic)}/camera`, location.href);
  address.search = new URLSearchParams({ key, id }).toString();
  return address;
}

function Camera() {
  const video = useRef<HTMLVideoElement>(null);
  const [key, setKey] = useState(query.get("key") ?? "camera");
  const [side, setSide] = useState<Side>(query.get("camera") === "front" ? "user" : "environment");
  const [size, setSize] = useState<SizeId>("720");
  const [going, setGoing] = useState<{ stop(): void; sender: Sender } | undefined>(undefined);
  const [starting, setStarting] = useState(false);
  const [trouble, setTrouble] = useState(whyNone() ?? (topic === "" ? "The address names no topic: /camera?topic=NAME&key=NAME." : ""));
  const impossible = whyNone() !== undefined || topic === "";

  const start = async () => {
    const element = video.current;
    if (!element) return;
    setStarting(true);
    setTrouble("");
    try {
      const stream = await openCamera(side, size);
      element.srcObject = stream;
      await element.play();
      const sender = new Sender(element, addressOf(key));
      const awake = keepAwake();
      const stop = () => {
        sender.end();
        awake();
        for (const track of stream.getTracks()) track.stop();
        element.srcObject = null;
        setGoing(undefined);
      };
      stream.getVideoTracks()[0]?.addEventListener("ended", () => {
        stop();
        setTrouble("The camera has gone: it was unplugged, or taken by another program.");
      });
      setGoing({ stop, sender });
      await sender.start();
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : String(error));
    } finally {
      setStarting(false);
    }
  };
  useEffect(() => {
    const leave = () => going?.stop();
    addEventListener("pagehide", leave);
    return () => removeEventListener("pagehide", leave);
  }, [going]);

  return (
    <main class="camera">
      <h1>
        <Mark /> <bdi>{topic || "kt"}</bdi>
      </h1>
      <video ref={video} muted playsInline class={side === "user" ? "front" : undefined} aria-label="What the camera sees" />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <label>
          Name of the stream
          <input value={key} maxLength={200} required disabled={going !== undefined} onInput={(event) => setKey(event.currentTarget.value)} />
        </label>
        <label>
          Camera
          <select value={side} disabled={going !== undefined} onChange={(event) => setSide(event.currentTarget.value as Side)}>
            {sides.map((one) => (
              <option key={one.id} value={one.id}>
                {one.title}
              </option>
            ))}
          </select>
        </label>
        <label>
          Size
          <select value={size} disabled={going !== undefined} onChange={(event) => setSize(event.currentTarget.value as SizeId)}>
            {sizes.map((one) => (
              <option key={one.id} value={one.id}>
                {one.title}
              </option>
            ))}
          </select>
        </label>
        {going ? (
          // Of one button for both the browser would take the click for the other, too.
          <button key="stop" type="button" class="stop" onClick={going.stop}>
            Stop
          </button>
        ) : (
          <button key="start" type="submit" disabled={starting || impossible}>
            {starting ? "Starting…" : "Start"}
          </button>
        )}
      </form>
      {trouble !== "" && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {going && <Counts sender={going.sender} />}
      {going && (
        <p class="soft">
          <a href={`./#/${encodeURIComponent(topic)}/${encodeURIComponent(key)}`} target="_blank" rel="noreferrer">
            Watch it
          </a>
        </p>
      )}
    </main>
  );
}

function Counts({ sender }: { sender: Sender }) {
  const { live, codec, size, sent, delivered, dropped, bytes, wayMs, trouble } = useCell(sender.state);
  return (
    <>
      <p role="status" class={live ? "state live" : "state"}>
        {live ? `Live, ${codec} ${size}` : "Connecting…"}
      </p>
      {trouble !== "" && <p class="trouble">{trouble}</p>}
      <dl>
        {[
          ["Sent", countText(sent)],
          ["Delivered", countText(delivered)],
          ["Dropped", countText(dropped)],
          ["Data", bytesText(bytes)],
          ["Way to kt", wayMs === undefined ? "–" : durationText(wayMs)],
        ].map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

render(<Camera />, document.getElementById("app") as HTMLElement);
