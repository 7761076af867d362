import { describe, expect, test } from "bun:test";
import type { Detections } from "../../../src/format/detections/detections.ts";
import { readDetections } from "../../../src/format/detections/read-detections.ts";

const read = (value: unknown): Detections | undefined => readDetections(Buffer.from(typeof value === "string" ? value : JSON.stringify(value)));
const only = (value: unknown) => {
  const found = read(value);
  expect(found?.objects).toHaveLength(1);
  return { ...found, ...found?.objects[0] };
};

describe("NVIDIA DeepStream", () => {
  test("minimal: a text for each object, with its attributes and the confidence last", () => {
    const found = read({
      version: "4.0",
      id: "218",
      "@timestamp": "2018-04-11T04:59:59.828Z",
      sensorId: "sensor-1",
      objects: ["218|102.5|87|201|160|Vehicle|#|sedan|Bugatti|M|blue|CA 444|CA|0.8", "219|1|2|3|4|Person"],
    });
    expect(found).toMatchObject({ size: null, partial: false, timeMs: Date.parse("2018-04-11T04:59:59.828Z") });
    expect(found?.objects[0]).toMatchObject({ id: "218", label: "Vehicle", score: 0.8, box: [102.5, 87, 98.5, 73], text: "sedan Bugatti M blue CA 444 CA" });
    expect(found?.objects[1]).toMatchObject({ id: "219", label: "Person", score: null, box: [1, 2, 2, 2], text: null });
  });

  test("full: an object a record, which adds to the others of its picture", () => {
    const found = only({
      messageid: "ec2f",
      mdsversion: "1.0",
      "@timestamp": "2019-02-13T12:00:00.500Z",
      sensor: { id: "CAM", type: "Camera" },
      object: {
        id: "18",
        speed: 0,
        vehicle: { type: "sedan", make: "Bugatti", confidence: 0.75 },
        bbox: { topleftx: 300, toplefty: 100, bottomrightx: 350, bottomrighty: 180 },
        location: { lat: 0, lon: 0, alt: 0 },
        coordinate: { x: 0, y: 0, z: 0 },
      },
      event: { id: "4f", type: "moving" },
    });
    expect(found).toMatchObject({ partial: true, label: "vehicle", id: "18", score: 0.75, text: "sedan Bugatti", box: [300, 100, 50, 80] });
    expect(found.timeMs).toBe(Date.parse("2019-02-13T12:00:00.500Z"));
  });
});

test("DeepStream without a tracker: no object has a track, nor a confidence of less than none", () => {
  const minimal = read({
    sensorId: "0",
    objects: ["18446744073709551615|1|2|3|4|car|#|sedan|-0.1", "-1|1|2|3|4|car|#|blue|1e-05", "7|1|2|3|4|car|#|sedan|2024"],
  });
  expect(minimal?.objects.map(({ id, score, text }) => ({ id, score, text }))).toEqual([
    { id: null, score: null, text: "sedan" },
    { id: null, score: 1e-5, text: "blue" },
    { id: "7", score: null, text: "sedan 2024" },
  ]);
  const object = {
    id: "18446744073709551615",
    car: { confidence: -0.1, carcolor: "red" },
    bbox: { topleftx: 1, toplefty: 2, bottomrightx: 3, bottomrighty: 4 },
  };
  expect(only({ "@timestamp": "2026-01-31T12:00:00.000Z", object })).toMatchObject({ id: null, score: null, label: "car", text: "red" });
});

test("NVIDIA's nvschema as JSON", () => {
  const objects = [{ id: "12", bbox: { leftX: 10, topY: 20, rightX: 40, bottomY: 60 }, type: "person", confidence: 0.5 }];
  expect(only({ version: "4.0", id: "9", timestamp: "2026-01-31T12:00:00.000Z", sensorId: "hall", objects })).toMatchObject({
    label: "person",
    id: "12",
    score: 0.5,
    box: [10, 20, 30, 40],
  });
});

test("Intel DL Streamer: what all of the picture is, is a text of it; and where nothing was seen, nothing was", () => {
  const resolution = { width: 640, height: 360 };
  const whole = { x: 0, y: 0, w: 640, h: 360, weather: { label: "rain", confidence: 0.8, model: { name: "w" } } };
  expect(read({ objects: [whole], resolution, timestamp: 40 })).toMatchObject({ objects: [], text: "rain", size: [640, 360] });
  expect(read({ resolution, source: "rtsp://camera", timestamp: 40 })).toMatchObject({ objects: [], text: null });
  expect(read({ resolution })).toBeUndefined();
});

test("Intel DL Streamer: regions with what they were classified as", () => {
  const found = only({
    objects: [
      {
        detection: { bounding_box: { x_max: 0.5, x_min: 0.25, y_max: 0.5, y_min: 0.25 }, confidence: 0.63, label: "person", label_id: 1 },
        gender: { label: "male", confidence: 0.9, model: { name: "ag" } },
        h: 270,
        id: 3,
        roi_type: "person",
        w: 480,
        x: 480,
        y: 270,
      },
    ],
    resolution: { height: 1080, width: 1920 },
    source: "rtsp://camera",
    timestamp: 33_333_333,
  });
  expect(found).toMatchObject({ size: [1920, 1080], label: "person", score: 0.63, id: "3", box: [480, 270, 480, 270], text: "male" });
  const scaled = only({
    objects: [{ detection: { bounding_box: { x_max: 0.5, x_min: 0.25, y_max: 0.5, y_min: 0.25 } } }],
    resolution: { height: 100, width: 200 },
  });
  expect(scaled.box).toEqual([50, 25, 50, 25]);
});

describe("lists of YOLO and its like", () => {
  const box = [10, 20, 30, 40];
  test.each([
    ["rows of six", [[10, 20, 40, 60, 0.9, 2]], { label: "2", score: 0.9, box }],
    ["rows of seven, with a track", [[10, 20, 40, 60, 5, 0.9, "car"]], { label: "car", id: "5", score: 0.9, box }],
    [
      "Ultralytics' tojson()",
      [{ name: "car", class: 2, confidence: 0.9, box: { x1: 10, y1: 20, x2: 40, y2: 60 }, track_id: 5 }],
      { label: "car", id: "5", score: 0.9, box },
    ],
    ["pandas", [{ xmin: 10, ymin: 20, xmax: 40, ymax: 60, confidence: 0.9, class: 2, name: "car" }], { label: "car", box }],
    ["xyxy", [{ xyxy: [10, 20, 40, 60], conf: 0.9, cls: 2 }], { label: "2", score: 0.9, box }],
    ["xywh, from the middle", [{ xywh: [25, 40, 30, 40], confidence: 0.9, class: "car" }], { label: "car", box }],
    ["COCO", [{ bbox: [10, 20, 30, 40], category_id: 2, score: 0.9 }], { label: "2", score: 0.9, box }],
    [
      "Roboflow",
      { predictions: [{ x: 25, y: 40, width: 30, height: 40, confidence: 0.9, class: "car" }], image: { width: 640, height: 360 } },
      { size: [640, 360], label: "car", box },
    ],
    ["columns", { xyxy: [[10, 20, 40, 60]], confidence: [0.9], class_id: [2] }, { label: "2", score: 0.9, box }],
    ["torchvision", { boxes: [[10, 20, 40, 60]], labels: [2], scores: [0.9] }, { label: "2", score: 0.9, box }],
    ["supervision's rows", [{ x_min: 10, y_min: 20, x_max: 40, y_max: 60, class_id: 2, confidence: 0.9, tracker_id: 5 }], { label: "2", id: "5", box }],
    ["a box with names", { detections: [{ label: "car", bounding_box: { x: 10, y: 20, width: 30, height: 40 } }] }, { label: "car", box }],
    ["a box with sides", [{ class: "car", bbox: { left: 10, top: 20, right: 40, bottom: 60 } }], { label: "car", box }],
    [
      "Ultralytics' turned boxes",
      [{ name: "ship", confidence: 0.9, box: { x1: 10, y1: 0, x2: 20, y2: 10, x3: 10, y3: 20, x4: 0, y4: 10 } }],
      {
        box: null,
        closed: true,
        points: [
          [10, 0],
          [20, 10],
          [10, 20],
          [0, 10],
        ],
      },
    ],
    [
      "Roboflow's outlines",
      {
        predictions: [
          {
            x: 25,
            y: 40,
            width: 30,
            height: 40,
            class: "car",
            points: [
              { x: 10, y: 20 },
              { x: 40, y: 20 },
              { x: 25, y: 60 },
            ],
          },
        ],
      },
      {
        box,
        closed: true,
        points: [
          [10, 20],
          [40, 20],
          [25, 60],
        ],
      },
    ],
    ["one object", { xyxy: [10, 20, 40, 60], label: "car" }, { label: "car", box }],
    ["under a name", { frame: 7, detections: [{ box: [10, 20, 30, 40], label: "car" }] }, { label: "car", box }],
  ])("%s", (_, value, wanted) => {
    expect(only(value)).toMatchObject(wanted);
  });

  test("parts of the picture", () => {
    expect(only([{ xywhn: [0.5, 0.5, 0.2, 0.4], cls: 0 }])).toMatchObject({ size: [1, 1], box: [0.4, 0.3, 0.2, 0.4] });
    expect(only([[0.1, 0.2, 0.3, 0.4, 0.9, 0]]).size).toEqual([1, 1]);
  });
});
