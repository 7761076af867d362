/** kt was started anew with another token: loaded again, the page that asks for it comes, and leads back here. */
export async function reloadWhereRefused(): Promise<void> {
  // No answer is what the banner says already.
  const answer = await fetch(location.pathname, { method: "HEAD", cache: "no-store" }).catch(() => undefined);
  if (answer?.status === 401) location.reload();
}
