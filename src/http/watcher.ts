import { KtError } from "../errors.ts";

/** Something of a topic that is watched until closed, even if it is closed before the hub answered. */
export abstract class Watcher<Watching extends { close(): void }> {
  protected closed = false;
  protected watching: Watching | undefined;

  protected async open(opening: Promise<Watching>, begin: (watching: Watching) => void, fail: (error: KtError) => void = () => {}): Promise<void> {
    try {
      const watching = await opening;
      if (this.closed) return watching.close();
      this.watching = watching;
      begin(watching);
    } catch (error) {
      // Where the topic went before the watch began, the page hears of that by the list of topics.
      if (!this.closed) fail(KtError.from(error));
    }
  }
  close(): void {
    this.closed = true;
    this.watching?.close();
  }
}
