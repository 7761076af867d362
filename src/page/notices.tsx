/** What is said above all else. What is shown large begins below it: its buttons are not to be covered. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

export function Notices({ children }: { children: ComponentChildren }) {
  const notices = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = notices.current as HTMLDivElement;
    const observer = new ResizeObserver(() => document.documentElement.style.setProperty("--notices", `${element.offsetHeight}px`));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div class="notices" ref={notices}>
      {children}
    </div>
  );
}
