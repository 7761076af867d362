/** What is laid over pictures: letters that can be read, lines where they belong, and files that ffmpeg reads. */
import { describe, expect, test } from "bun:test";
import { detections, object } from "../../../src/format/detections/detections.ts";
import { readDetections } from "../../../src/format/detections/read-detections.ts";
import { layerOf } from "../../../src/hub/detections/layer.ts";
import { layOverArguments } from "../../../src/video/ffmpeg/lay-over.ts";
import { spelled } from "../../../src/video/paint/font.ts";
import { Layer, textSize } from "../../../src/video/paint/layer.ts";

const ink = "#ffffff";

/** As it is seen: a sign for each pixel. */
const shown = (layer: Layer) =>
  Array.from({ length: layer.height }, (_, y) => Array.from({ length: layer.width }, (_, x) => (layer.at(x, y) === undefined ? "." : "#")).join(""));

function written(text: string, scale = 1): string[] {
  const layer = new Layer({ width: textSize(text, scale).width, height: 9 * scale });
  layer.write(text, 0, 0, scale, ink);
  return shown(layer);
}

test("letters have the shapes by which they are known, and stand on one line", () => {
  expect(written("Ag%1")).toEqual([
    ".###........##..#...#..",
    "#...#.......##..#..##..",
    "#...#..####....#....#..",
    "#####.#...#...#.....#..",
    "#...#.#...#..#......#..",
    "#...#.#...#.#..##...#..",
    "#...#..####.#..##..###.",
    "..........#............",
    ".......###.............",
  ]);
});

test("of the printable characters each has a shape of its own, and the space none", () => {
  const all = Array.from({ length: 95 }, (_, i) => written(String.fromCharCode(0x20 + i)).join("\n"));
  expect(new Set(all).size).toBe(95);
  expect(all.filter((shape) => !shape.includes("#"))).toHaveLength(1);
});

test("twice as large, each point is four pixels", () => {
  const [small, large] = [written("kt"), written("kt", 2)];
  expect(large).toEqual(small.flatMap((row) => Array(2).fill([...row].map((sign) => sign + sign).join(""))));
});

test("accents are left out, and what has no letter is a square", () => {
  expect(spelled("Tür größe – Ångström…")).toBe("Tur grosse - Angstrom...");
  expect(spelled("a\n\u0000汽🚗")).toBe("a□□□□");
});

test("lines reach from end to end, and end at the edge, however far they go", () => {
  const layer = new Layer({ width: 9, height: 5 });
  layer.line([-1e7, -1e7], [1e7, 1e7], 1, ink);
  layer.line([8, 0], [8, 4], 1, ink);
  layer.line([20, 0], [20, 4], 1, ink);
  layer.line([Number.NaN, 0], [4, Number.POSITIVE_INFINITY], 1, ink);
  expect(shown(layer)).toEqual(["#.......#", ".#......#", "..#.....#", "...#....#", "....#...#"]);
});

test("a box is drawn where it is, in its colour, with its caption on a ground above it", () => {
  const car = object({ label: "car", score: 0.5, color: "#ff0000", box: [0.25, 0.5, 0.5, 0.25] });
  const layer = layerOf([detections([car], (one) => one)], { width: 400, height: 200 });
  expect([layer.at(100, 120), layer.at(299, 120), layer.at(200, 100), layer.at(200, 149)].map((color) => color?.slice(0, 7))).toEqual(Array(4).fill("#ff0000"));
  expect(layer.at(200, 125)).toBeUndefined();
  // A ground with an ink that can be told from it, right above.
  const ground = Array.from({ length: 40 }, (_, x) => layer.at(102 + x, 94));
  expect(new Set(ground)).toEqual(new Set(["#ff0000", "#ffffff"]));
});

describe("hostile", () => {
  const long = "x".repeat(10_000);
  const texts = ["'", '"', ":", "\\", "a\nb", "%{pts}", "[out]", ";drawtext=textfile=/etc/passwd", "-i", "\u0000", "👩‍👩‍👧🏳️‍🌈", "‮evil", long, ""];
  const numbers = [0, -1, 1e6, -1e6, 1e-300, 5e-324, 1e308, Number.NaN];

  test.each(texts.map((text) => [text.slice(0, 40), text]))("%j is a caption, of a few pixels", async (_, text) => {
    const value = JSON.stringify({ objects: [{ label: text, text, id: text, box: [0.1, 0.1, 0.5, 0.5] }], text });
    const seen = readDetections(Buffer.from(value));
    if (!seen) throw new Error("no detections");
    const layer = layerOf([seen], { width: 320, height: 180 });
    expect(layer.at(32, 90)).toBeDefined();
    expect((await layer.png()).length).toBeLessThan(20_000);
  });

  test("whatever is drawn, ffmpeg is told the same", () => {
    expect(layOverArguments("image/jpeg", "/proc/1/fd/9").join(" ")).toBe(
      "-nostdin -hide_banner -nostats -v error -framerate 25 -f image2pipe -c:v mjpeg -max_pixels 67108864 -i pipe:0 " +
        "-framerate 25 -f image2pipe -c:v png -max_pixels 67108864 -i /proc/1/fd/9 -filter_complex [0:v][1:v]overlay=format=yuv444 " +
        "-fps_mode passthrough -enc_time_base 1/1000000 -c:v mjpeg -pix_fmt yuvj420p -q:v 3 " +
        "-f mov -movflags frag_every_frame+empty_moov+default_base_moof+frag_discont -use_editlist 0 -output_ts_offset 1000 -avoid_negative_ts disabled -flush_packets 1 pipe:1",
    );
  });

  test("no number, and no number of objects or points, takes long or ends in an error", async () => {
    const objects = numbers.flatMap((x) =>
      numbers.map((y) => ({
        label: `${x}`,
        box: [x, y, Math.abs(y), Math.abs(x)],
        points: [
          [x, y],
          [y, x],
          [0, 0],
        ],
        color: "#123456",
      })),
    );
    const many = Array.from({ length: 2000 }, (_, i) => ({
      box: [i, i, 500, 300],
      color: `#${i.toString(16).padStart(6, "0")}`,
      points: Array.from({ length: 256 }, (_, at) => [at % 2 ? 1e6 : -1e6, at]),
    }));
    for (const size of [undefined, [1e-300, 1e-300], [1e6, 1]])
      for (const all of [objects, many]) {
        const seen = readDetections(Buffer.from(JSON.stringify({ size, objects: all })));
        if (!seen) continue;
        expect((await layerOf([seen, seen], { width: 640, height: 360 }).png()).length).toBeGreaterThan(100);
      }
  });
});
