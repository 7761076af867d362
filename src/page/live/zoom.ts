/** Which part of a picture is seen: all of it, or a part enlarged. In parts of its room, from 0 to 1. Pure. */

export interface Zoom {
  /** 1 is all of it. */
  scale: number;
  /** Where the picture's upper left corner is, at or beyond the room's: 0 or less. */
  left: number;
  top: number;
}

export interface Point {
  x: number;
  y: number;
}

export const wholePicture: Zoom = { scale: 1, left: 0, top: 0 };
const mostScale = 12;

/** Larger or smaller, with the same part of the picture below the point. */
export function zoomAt({ scale, left, top }: Zoom, { x, y }: Point, factor: number): Zoom {
  const next = Math.max(1, Math.min(mostScale, scale * factor));
  const by = next / scale;
  return within({ scale: next, left: x - (x - left) * by, top: y - (y - top) * by });
}

/** Moves the picture, as far as there is more of it. */
export function panBy({ scale, left, top }: Zoom, x: number, y: number): Zoom {
  return within({ scale, left: left + x, top: top + y });
}

function within({ scale, left, top }: Zoom): Zoom {
  // Nearly all of it is all of it, so that the way back ends.
  if (scale < 1.02) return wholePicture;
  const clamp = (at: number) => Math.max(1 - scale, Math.min(0, at));
  return { scale, left: clamp(left), top: clamp(top) };
}

/** As CSS has it, of an element whose origin is its upper left corner. */
export function transformOf({ scale, left, top }: Zoom): string {
  return scale === 1 ? "" : `translate(${left * 100}%, ${top * 100}%) scale(${scale})`;
}
