/** The part of the picture that a player shows, by wheel, pointer, fingers and keys. */
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { StreamView } from "../live/stream-view.ts";
import { panBy, wholePicture, type Zoom, zoomAt } from "../live/zoom.ts";
import { ZoomGestures } from "./zoom-gestures.ts";

const middle = { x: 0.5, y: 0.5 };
const keyFactor = 1.5;
/** Of the room, for each key. */
const keyPan = 0.15;

export interface ShownPart {
  zoom: Zoom;
  reset(): void;
  keys: Record<string, () => void>;
}

/** @param frame what the picture is in */
export function useZoom(frame: RefObject<HTMLElement | null>, view: StreamView): ShownPart {
  const [zoom, setZoom] = useState(wholePicture);
  const show = (next: Zoom) => {
    view.zoom = next;
    setZoom(next);
  };
  useEffect(() => {
    const picture = frame.current?.querySelector<HTMLElement>(".picture");
    if (!picture) return;
    const zoomed = {
      get zoom() {
        return view.zoom;
      },
      show,
    };
    const stop = new ZoomGestures(zoomed).listen(picture);
    return () => {
      stop();
      view.zoom = wholePicture;
    };
  }, [frame, view]);
  const larger = () => show(zoomAt(view.zoom, middle, keyFactor));
  const pan = (x: number, y: number) => () => show(panBy(view.zoom, x * keyPan, y * keyPan));
  const isZoomed = zoom.scale > 1;
  return {
    zoom,
    reset: () => show(wholePicture),
    keys: {
      "+": larger,
      "=": larger,
      "-": () => show(zoomAt(view.zoom, middle, 1 / keyFactor)),
      "0": () => show(wholePicture),
      // As they lie on a block of digits: what is seen moves there.
      ...(isZoomed && { "4": pan(1, 0), "6": pan(-1, 0), "8": pan(0, 1), "2": pan(0, -1) }),
    },
  };
}
