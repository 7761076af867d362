import { describe, expect, test } from "bun:test";
import { contained, enlarged } from "../../../src/page/boxes/box-layer.ts";
import { panBy, transformOf, wholePicture, zoomAt } from "../../../src/page/live/zoom.ts";

describe("the part of a picture that is seen", () => {
  test("has the same place below the pointer before and after", () => {
    const point = { x: 0.75, y: 0.25 };
    let zoom = wholePicture;
    for (const factor of [1.5, 2, 0.7, 1.3]) {
      const before = { x: (point.x - zoom.left) / zoom.scale, y: (point.y - zoom.top) / zoom.scale };
      zoom = zoomAt(zoom, point, factor);
      expect((point.x - zoom.left) / zoom.scale).toBeCloseTo(before.x, 9);
      expect((point.y - zoom.top) / zoom.scale).toBeCloseTo(before.y, 9);
    }
  });

  test("never leaves the picture, and ends as the whole of it", () => {
    const corner = panBy(zoomAt(wholePicture, { x: 0.5, y: 0.5 }, 2), 9, -9);
    expect(corner).toEqual({ scale: 2, left: 0, top: -1 });
    expect(zoomAt(corner, { x: 1, y: 0 }, 0.25)).toEqual(wholePicture);
    expect(panBy(wholePicture, 0.3, 0.3)).toEqual(wholePicture);
    expect(zoomAt(wholePicture, { x: 0, y: 0 }, 1000).scale).toBe(12);
  });

  test("is what CSS makes of it", () => {
    expect(transformOf(wholePicture)).toBe("");
    expect(transformOf({ scale: 2, left: -0.5, top: -1 })).toBe("translate(-50%, -100%) scale(2)");
  });

  test("has what is drawn over it where the canvas below has the picture", () => {
    const room = { width: 800, height: 640 };
    const box = contained(room, { width: 1280, height: 720 });
    for (const zoom of [wholePicture, zoomAt(wholePicture, { x: 0.9, y: 0.3 }, 2.5), panBy(zoomAt(wholePicture, { x: 0.5, y: 0.5 }, 4), 0.2, -0.4)]) {
      // CSS: first enlarged about the upper left corner, then moved by parts of the room.
      const shown = (x: number, y: number) => [x * zoom.scale + zoom.left * room.width, y * zoom.scale + zoom.top * room.height];
      const { left, top, width, height } = enlarged(box, room, zoom);
      expect([left, top]).toEqual(shown(box.left, box.top));
      const [right = 0, bottom = 0] = shown(box.left + box.width, box.top + box.height);
      expect(left + width).toBeCloseTo(right, 6);
      expect(top + height).toBeCloseTo(bottom, 6);
    }
  });
});
