import { describe, expect, test } from "bun:test";
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
});
