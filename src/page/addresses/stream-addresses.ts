/** The addresses of a stream for other programs. Pure. */

export interface StreamAddress {
  /** Which program, or what it is. */
  title: string;
  text: string;
}

export interface AddressedStream {
  topic: string;
  key: string;
  /** HLS has nothing else. */
  isH264: boolean;
}

/** Where a token has to stand that nobody gave here. */
export const tokenPlace = "TOKEN";

/**
 * @param base of the page, with a slash at its end
 * @param token stands in each address as a password, as ffmpeg, VLC and OpenCV take it; null where the server asks for none
 */
export function streamAddresses({ topic, key, isH264 }: AddressedStream, base: string, token: string | null): StreamAddress[] {
  const address = (path: string) => {
    const url = new URL(`topics/${encodeURIComponent(topic)}/${path}`, base);
    url.searchParams.set("key", key);
    if (token !== null) Object.assign(url, { username: "kt", password: token });
    return url.href;
  };
  const [mjpeg, hls, frame] = [address("stream.mjpeg"), address("hls/index.m3u8"), address("frame")];
  return [
    { title: "MJPEG", text: mjpeg },
    ...(isH264 ? [{ title: "HLS", text: hls }] : []),
    { title: "Newest picture", text: frame },
    { title: "VLC", text: `vlc ${quoted(isH264 ? hls : mjpeg)}` },
    { title: "ffplay", text: `ffplay -fflags nobuffer ${quoted(mjpeg)}` },
    { title: "curl", text: `curl -o now.jpg ${quoted(frame)}` },
    { title: "OpenCV", text: `cv2.VideoCapture(${JSON.stringify(mjpeg)})` },
    { title: "HTML", text: `<img src="${mjpeg.replaceAll("&", "&amp;")}">` },
  ];
}

/** As a shell takes it, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
