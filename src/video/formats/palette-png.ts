/** A PNG whose pixels are places in a list of colours, which has hundreds of bytes where little is drawn. */
import { promisify } from "node:util";
import { deflate } from "node:zlib";
import type { Size } from "./picture-size.ts";

const compressed = promisify(deflate);

/**
 * @param rows each with a leading byte of 0 (the filter "None" of the specification, 9.2), a byte a pixel
 * @param colors as #rrggbb or #rrggbbaa, 256 at most
 */
export async function palettePng({ width, height }: Size, rows: Uint8Array, colors: readonly string[]): Promise<Uint8Array> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8); // bits of a pixel, and that they are of a palette
  const parts = colors.map((color) => Buffer.from(color.slice(1).padEnd(8, "f"), "hex"));
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("PLTE", Buffer.concat(parts.map((part) => part.subarray(0, 3)))),
    chunk("tRNS", Buffer.concat(parts.map((part) => part.subarray(3)))),
    // Not in this thread: of 8K it takes a while. The fastest level, as almost all of it is nothing.
    chunk("IDAT", await compressed(rows, { level: 1 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** https://www.w3.org/TR/png-3/#5Chunk-layout */
function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(data.length, 0);
  around.writeUInt32BE(Bun.hash.crc32(typed), 4);
  return Buffer.concat([around.subarray(0, 4), typed, around.subarray(4)]);
}
