/** Looking into topics, loaded when somebody first does: a quarter of the page's script, which nobody needs who watches a wall. */
import { useEffect, useState } from "preact/hooks";
import type { Props, TopicsPage } from "./topics-page.tsx";

export function TopicsLater(props: Props) {
  const [Page, setPage] = useState<typeof TopicsPage>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let gone = false;
    import("./topics-page.tsx").then(
      ({ TopicsPage: loaded }) => gone || setPage(() => loaded),
      () => gone || setFailed(true),
    );
    return () => {
      gone = true;
    };
  }, []);
  if (Page) return <Page {...props} />;
  // A server that was replaced by another version has its files under other names.
  return failed ? (
    <p class="note" role="alert">
      The kt server does not give this part of the page: load the page anew.
    </p>
  ) : null;
}
