/** What is wrong, and what becomes of it; what was shown stays. */
import type { BrokerMessage, Link } from "./connection.ts";

/** @param place why a group's place is not kept */
export function Banner({ link, broker, place }: { link: Link; broker: BrokerMessage | null; place: string | null }) {
  if (link === "lost")
    return <Alert title="The kt server does not answer" text={`${location.host} is tried again until it is back. What you see is the last that came.`} />;
  if (broker?.up !== false) return place === null ? null : <Alert title="Your place is not kept" text={place} />;
  if (broker.waiting)
    return <Alert title={`kt waits for Kafka at ${broker.brokers}`} text="The page goes on by itself as soon as it answers." detail={broker.message} />;
  return (
    <Alert
      title={`Kafka does not answer at ${broker.brokers}`}
      text="What you see is the last that came. It goes on by itself when the broker is back."
      detail={broker.message}
    />
  );
}

function Alert({ title, text, detail }: { title: string; text: string; detail?: string }) {
  return (
    <div class="banner" role="alert">
      <strong>{title}.</strong> <span>{text}</span>
      {detail && <code>{detail}</code>}
    </div>
  );
}
