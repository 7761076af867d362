/** ffmpeg's fragmented QuickTime, taken apart into frames with exact times. */
import { EncodedPacketSink, Input, Logging, LogLevel, MP4, QTFF, ReadableStreamSource, UnsupportedInputFormatError } from "mediabunny";
import type { Frame } from "./frame.ts";

// It knows JPEG in QuickTime well enough to hand out its packets, and warns that it cannot decode it.
Logging.level = LogLevel.Silent;

/** Bytes that mediabunny may hold: it only reads forward here, so a few frames suffice. */
const maxCacheBytes = 8 << 20;

/** Ends without a frame where the stream is empty. Each frame's data is its own. */
export async function* readPackets(stream: ReadableStream<Uint8Array>): AsyncGenerator<Frame> {
  using input = new Input({ source: new ReadableStreamSource(stream, { maxCacheSize: maxCacheBytes, handleUnhandledError: () => {} }), formats: [QTFF, MP4] });
  const track = await firstTrack(input);
  if (!track) return;
  const { codedWidth: width, codedHeight: height } = track;
  for await (const packet of new EncodedPacketSink(track).packets()) {
    yield { data: packet.data, ptsUs: packet.timestamp * 1e6, key: packet.type === "key", width, height };
  }
}

async function firstTrack(input: Input) {
  try {
    return await input.getPrimaryVideoTrack();
  } catch (error) {
    if (error instanceof UnsupportedInputFormatError) return null; // ffmpeg wrote nothing
    throw error;
  }
}
