/** Picture in picture, where the browser has it. */
import { useKeys } from "../keys.ts";
import { closePictureInPicture, hasPictureInPicture, inPicture, openPictureInPicture } from "../live/picture-in-picture.ts";
import type { StreamView } from "../live/stream-view.ts";
import { useCell } from "../parts/cell.ts";
import { PipIcon } from "../parts/icons.tsx";
import { Tool } from "../rewind/transport.tsx";

interface Props {
  view: StreamView;
  onTrouble(sentence: string): void;
}

export function PipButton({ view, onTrouble }: Props) {
  const isOpen = useCell(inPicture) === view.canvas;
  const toggle = async () => {
    try {
      if (isOpen) await closePictureInPicture();
      else await openPictureInPicture(view.canvas);
    } catch {
      onTrouble("The browser opens no window of its own for this picture");
    }
  };
  useKeys(hasPictureInPicture ? { p: () => void toggle() } : {});
  if (!hasPictureInPicture) return null;
  return (
    <Tool label="Picture in picture" keys="P" pressed={isOpen} onClick={() => void toggle()}>
      <PipIcon />
    </Tool>
  );
}
