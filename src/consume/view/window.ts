/** What happens to the window: another size, and Ctrl-Z. */
import type { Keyboard } from "./keyboard.ts";
import type { Player } from "./player.ts";
import type { Screen } from "./screen.ts";

/** While a window is drawn larger by hand, its size changes many times a second. */
const settledMs = 100;

/** @returns ends that */
export function onWindow(screen: Screen, player: Player, keyboard: Keyboard | undefined): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let goOn = () => {};
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      screen.measure();
      player.resized();
    }, settledMs);
  };
  const suspend = () => {
    goOn = player.suspended();
    screen.suspend();
    keyboard?.suspend();
    process.kill(process.pid, "SIGSTOP");
  };
  const resume = () => {
    goOn();
    keyboard?.resume();
    screen.resume();
    changed();
  };
  process.on("SIGWINCH", changed);
  process.on("SIGTSTP", suspend);
  process.on("SIGCONT", resume);
  return () => {
    clearTimeout(timer);
    process.off("SIGWINCH", changed);
    process.off("SIGTSTP", suspend);
    process.off("SIGCONT", resume);
  };
}
