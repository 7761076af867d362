/** What a stream that is shown large has besides its picture: the player's controls and keys. */
import type { RefObject } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { longestClipMs } from "../../protocol/clip.ts";
import { AddressesMenu } from "../addresses/addresses-menu.tsx";
import { BoxesMenu } from "../boxes/boxes-menu.tsx";
import { EventList } from "../boxes/event-list.tsx";
import { usePinned } from "../boxes/pinned.tsx";
import { besideEvent, useEvents } from "../boxes/use-events.ts";
import type { Connection } from "../connection.ts";
import { useKeys } from "../keys.ts";
import { LinkBox } from "../link-box.tsx";
import type { StreamView } from "../live/stream-view.ts";
import { writeMoment } from "../moment.ts";
import { CameraIcon, ClipIcon, CloseIcon, FullIcon, HelpIcon, LeftIcon, LinkIcon, ListIcon, ProgramsIcon, RightIcon } from "../parts/icons.tsx";
import { touchOnly, useMedia } from "../parts/media.ts";
import { clipUrl, download, downloadMade, share } from "../parts/share.ts";
import { spanText } from "../parts/words.ts";
import { ClipLength } from "../rewind/clip-marks.tsx";
import { Controls } from "../rewind/controls.ts";
import type { Span } from "../rewind/extent.ts";
import { KeysHelp } from "../rewind/keys-help.tsx";
import { playerKeys } from "../rewind/player-keys.ts";
import { Tool, Transport } from "../rewind/transport.tsx";
import { useStill } from "../rewind/use-still.ts";
import { PipButton } from "./pip-button.tsx";
import { useSwipe } from "./swipe.ts";
import { useZoom } from "./use-zoom.ts";

/** Without a mark a clip has the last seconds before what is shown. */
const clipMs = 10_000;
const toldMs = 2500;
/** A sentence with what to do takes longer to read. */
const sentenceMs = 12_000;

interface Props {
  connection: Connection;
  view: StreamView;
  /** What fills the screen. */
  frame: RefObject<HTMLElement | null>;
  onClose(): void;
  onStep?: (by: 1 | -1) => void;
}

export function Theatre({ connection, view, frame, onClose, onStep }: Props) {
  const { topic, key, clock } = view;
  const controls = useMemo(
    () =>
      new Controls(
        clock,
        () => view,
        () => view.player.measure.signal.state === "live",
      ),
    [clock, view],
  );
  const [marked, setMarked] = useState<Partial<Span>>({});
  const [told, tell] = useState<string | null>(null);
  const [help, setHelp] = useState(false);
  const [listed, setListed] = useState(false);
  const events = useEvents(connection, view);
  const toEvent = (by: 1 | -1) => {
    const next = besideEvent(events.shown, controls.timeMs, by);
    if (next) controls.seek(next.startMs);
    else tell(events.shown.length === 0 ? "Nothing was seen in what the log holds" : by > 0 ? "There is no event after this" : "There is no event before this");
  };
  const pinned = usePinned({ connection, topic, keyName: key, timeMs: () => controls.timeMs });
  const [linked, setLinked] = useState<string | null>(null);
  const [addressed, setAddressed] = useState(false);
  const streams = useMemo(() => [{ topic, key }], [topic, key]);

  useEffect(() => {
    if (told === null) return;
    const timer = setTimeout(() => tell(null), told.length > 60 ? sentenceMs : toldMs);
    return () => clearTimeout(timer);
  }, [told]);

  const snapshot = async () => {
    const picture = await view.snapshot();
    if (picture) download(URL.createObjectURL(picture.blob), picture.name);
  };
  const link = async () => {
    const url = new URL(writeMoment({ topic, key, timeMs: view.shown?.timestampMs ?? controls.timeMs }), location.href.replace(/[?#].*$/, ""));
    if (await share(url.href)) tell("The link to this picture is copied");
    else setLinked(url.href);
  };
  const clip = () => {
    const toMs = marked.toMs ?? controls.timeMs;
    const fromMs = marked.fromMs ?? toMs - clipMs;
    if (toMs <= fromMs) tell("The clip ends before it begins: mark its end (O) further on");
    else if (toMs - fromMs > longestClipMs)
      tell(
        `A clip is ${spanText(longestClipMs)} at most, and this is ${spanText(toMs - fromMs)}. kt consume ${topic}${key && ` --key '${key}'`} --record FILE has no limit.`,
      );
    else downloadMade(clipUrl(topic, key, { fromMs, toMs }), tell);
  };
  const mark = (edge: keyof Span) => {
    const at = controls.timeMs;
    const { fromMs, toMs } = marked;
    if (edge === "toMs") setMarked({ fromMs: fromMs !== undefined && fromMs < at ? fromMs : at - clipMs, toMs: at });
    else setMarked(toMs !== undefined && toMs > at ? { fromMs: at, toMs } : { fromMs: at });
  };
  const fullScreen = () => (document.fullscreenElement ? document.exitFullscreen() : frame.current?.firstElementChild?.requestFullscreen());

  const part = useZoom(frame, view);
  useKeys({
    ...playerKeys(controls),
    ...part.keys,
    f: () => void fullScreen(),
    s: () => void snapshot(),
    c: clip,
    i: () => mark("fromMs"),
    o: () => mark("toMs"),
    x: () => setMarked({}),
    y: () => void link(),
    u: () => setAddressed(!addressed),
    ...(events.known && { e: () => toEvent(1), E: () => toEvent(-1), v: () => setListed(!listed) }),
    "?": () => setHelp(!help),
    ...(onStep && { N: () => onStep(1), P: () => onStep(-1), PageDown: () => onStep(1), PageUp: () => onStep(-1) }),
  });
  const fingers = useMedia(touchOnly);
  // One finger moves the part that is seen.
  useSwipe(frame, part.zoom.scale > 1 ? undefined : onStep);
  useStill(frame);
  usePictureClicks(frame, () => controls.toggle());

  return (
    <>
      <div class="corner">
        {part.zoom.scale > 1 && (
          <button
            type="button"
            class="tool"
            title="The whole picture (0)"
            aria-label={`Enlarged ${part.zoom.scale.toFixed(1)} times: show the whole picture`}
            onClick={part.reset}
          >
            {part.zoom.scale.toFixed(1)}×
          </button>
        )}
        {onStep && (
          <Tool label="Stream before" keys="Shift P" onClick={() => onStep(-1)}>
            <LeftIcon />
          </Tool>
        )}
        {onStep && (
          <Tool label="Next stream" keys="Shift N" onClick={() => onStep(1)}>
            <RightIcon />
          </Tool>
        )}
        <Tool label="Back to the overview" keys="Esc" onClick={onClose}>
          <CloseIcon />
        </Tool>
      </div>
      {pinned.panel}
      {listed && events.known && (
        <EventList
          topic={topic}
          keyName={key}
          events={events}
          timeMs={controls.timeMs}
          onGo={(timeMs) => controls.seek(timeMs)}
          onClose={() => setListed(false)}
        />
      )}
      {help && <KeysHelp onClose={() => setHelp(false)} />}
      {addressed && <AddressesMenu stream={{ topic, key, isH264: isH264(connection, topic, key) }} onClose={() => setAddressed(false)} />}
      {linked !== null && <LinkBox url={linked} onClose={() => setLinked(null)} />}
      <p class="told" role="status">
        {told}
      </p>
      <Transport connection={connection} streams={streams} controls={controls} marked={marked} onMark={setMarked} events={events}>
        <ClipLength marked={marked} nowMs={controls.timeMs} onClear={() => setMarked({})} />
        {pinned.choice}
        <BoxesMenu view={view} />
        {events.known && (
          <Tool label="Events" keys="V; E and Shift E lead from one to the next" pressed={listed} onClick={() => setListed(!listed)}>
            <ListIcon />
          </Tool>
        )}
        <Tool label="Save this picture" keys="S" onClick={() => void snapshot()}>
          <CameraIcon />
        </Tool>
        <Tool
          label={marked.fromMs === undefined ? "Save the last ten seconds as a clip" : "Save the marked stretch as a clip"}
          keys="C; I and O mark"
          onClick={clip}
        >
          <ClipIcon />
        </Tool>
        <Tool label="Copy a link to this picture" keys="Y" onClick={() => void link()}>
          <LinkIcon />
        </Tool>
        <Tool label="Addresses for other programs" keys="U" pressed={addressed} onClick={() => setAddressed(!addressed)}>
          <ProgramsIcon />
        </Tool>
        {!fingers && (
          <Tool label="Keys" keys="?" pressed={help} onClick={() => setHelp(!help)}>
            <HelpIcon />
          </Tool>
        )}
        <PipButton view={view} onTrouble={tell} />
        {/* On an iPhone nothing but a video may fill the screen. */}
        {document.fullscreenEnabled && (
          <Tool label="Full screen" keys="F" onClick={() => void fullScreen()}>
            <FullIcon />
          </Tool>
        )}
      </Transport>
    </>
  );
}

function isH264(connection: Connection, topic: string, key: string): boolean {
  const streams = connection.topics.get()?.find(({ name }) => name === topic)?.streams;
  return streams?.find((stream) => stream.key === key)?.contentType === "video/h264";
}

/** On the picture a click pauses or plays; two enlarge it (zoom-gestures.ts), and the second takes the first one back. */
function usePictureClicks(frame: RefObject<HTMLElement | null>, click: () => void): void {
  useEffect(() => {
    const picture = frame.current?.querySelector(".picture");
    picture?.addEventListener("click", click);
    return () => picture?.removeEventListener("click", click);
  });
}
