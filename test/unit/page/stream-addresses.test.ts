import { expect, test } from "bun:test";
import { streamAddresses } from "../../../src/page/addresses/stream-addresses.ts";

const of = (...given: Parameters<typeof streamAddresses>) => Object.fromEntries(streamAddresses(...given).map(({ title, text }) => [title, text]));

test("a stream's addresses are below wherever the page is, and as a shell, Python and HTML take them", () => {
  const found = of({ topic: "street", key: "it's a&b", isH264: true }, "http://cam.local:5000/kt/", null);
  expect(found).toEqual({
    MJPEG: "http://cam.local:5000/kt/topics/street/stream.mjpeg?key=it%27s+a%26b",
    HLS: "http://cam.local:5000/kt/topics/street/hls/index.m3u8?key=it%27s+a%26b",
    "Newest picture": "http://cam.local:5000/kt/topics/street/frame?key=it%27s+a%26b",
    VLC: "vlc 'http://cam.local:5000/kt/topics/street/hls/index.m3u8?key=it%27s+a%26b'",
    ffplay: "ffplay -fflags nobuffer 'http://cam.local:5000/kt/topics/street/stream.mjpeg?key=it%27s+a%26b'",
    curl: "curl -o now.jpg 'http://cam.local:5000/kt/topics/street/frame?key=it%27s+a%26b'",
    OpenCV: 'cv2.VideoCapture("http://cam.local:5000/kt/topics/street/stream.mjpeg?key=it%27s+a%26b")',
    HTML: '<img src="http://cam.local:5000/kt/topics/street/stream.mjpeg?key=it%27s+a%26b">',
  });
});

test("pictures have no HLS, and a token stands where programs take it, whatever is in it", () => {
  const found = of({ topic: "faces", key: "", isH264: false }, "https://cam.local/", "s3/cr@t'");
  expect(found.HLS).toBeUndefined();
  expect(found.MJPEG).toBe("https://kt:s3%2Fcr%40t'@cam.local/topics/faces/stream.mjpeg?key=");
  expect(found.curl).toBe("curl -o now.jpg 'https://kt:s3%2Fcr%40t'\\''@cam.local/topics/faces/frame?key='");
});
