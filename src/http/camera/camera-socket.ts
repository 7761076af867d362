/** The path of a browser's camera: who may come, and its socket. */
import type { BunRequest, ServerWebSocket } from "bun";
import type { CameraTold } from "../../protocol/camera-message.ts";
import { failure, problem } from "../answers.ts";
import type { Session } from "../socket/socket.ts";
import { Refused } from "../take/refused.ts";
import { taken } from "../take/taken.ts";
import type { Taking, Target } from "../take/taking.ts";
import { targetOf } from "../target.ts";
import { CameraSession } from "./camera-session.ts";

export interface CameraAsked {
  target: Target;
  key: string;
  /** Who it is, also after its connection was lost. */
  id: string;
  address: string;
}

const longestName = 1000;
/** So many at once: each has a stream of its own, and some seconds of it may wait. */
const mostCameras = 100;

/** What is asked for, or the answer to who may not. */
export async function askedCamera(request: BunRequest, address: string, taking: Taking): Promise<CameraAsked | Response> {
  const query = targetOf(request).searchParams;
  const [key, id] = [query.get("key") ?? "", query.get("id") ?? ""];
  try {
    if (key === "" || key.length > longestName) throw new Refused(400, `Name the stream by ?key=NAME, with 1 to ${longestName} characters.`);
    const target = await taking.target((request.params as { topic?: string }).topic ?? "");
    const other = taking.cameras.of(target.topic, key, performance.now());
    if (other !== undefined && other.id !== id) throw new Refused(409, `Another camera sends '${key}' to topic '${target.topic}': choose another name.`);
    if (taken.cameras >= mostCameras) throw new Refused(503, `${mostCameras} cameras send at the same time, and no more.`, { "Retry-After": "10" });
    return { target, key, id: id.slice(0, longestName), address };
  } catch (error) {
    return error instanceof Refused ? error.answer : failure(error);
  }
}

export const noSocket = () => problem(426, "This path is a WebSocket; /camera is the page that uses it.");

export function openCamera(socket: ServerWebSocket<unknown>, { target, key, id, address }: CameraAsked, taking: Taking): Session {
  let open = true;
  const link = {
    send: (message: CameraTold) => void (open && socket.sendText(JSON.stringify(message))),
    close: (code: number, why: string) => void (open && socket.close(code, why)),
  };
  const camera = { id, heardMs: performance.now(), displaced: () => link.close(1000, "another connection sends this stream") };
  const give = taking.cameras.begin(target.topic, key, camera, performance.now());
  if (!give) {
    link.close(1013, "another camera has begun to send this stream");
    return { receive() {}, drained() {}, close() {} };
  }
  taken.cameras++;
  const session = new CameraSession(link, taking, target, key, address);
  return {
    receive(message: string | Uint8Array) {
      camera.heardMs = performance.now();
      session.receive(message);
    },
    drained() {},
    close() {
      open = false;
      taken.cameras--;
      give();
    },
  };
}
