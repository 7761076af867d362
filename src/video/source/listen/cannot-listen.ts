/** Why a port cannot be listened on, and what to do. */
import { KtError } from "../../../errors.ts";

export function cannotListen(error: unknown, host: string, port: number, shown: string): KtError {
  const { code } = error as NodeJS.ErrnoException;
  const cause = error;
  if (code === "EADDRINUSE")
    return new KtError({
      code: "port_taken",
      message: `Port ${port} of ${host} is taken, so nobody can publish to ${shown}.`,
      hint: "End what listens there (ss -lntup shows it), or give another port.",
      cause,
    });
  if (code === "EACCES")
    return new KtError({ code: "bad_input", message: `kt may not listen on port ${port} of ${host}.`, hint: "Take one above 1023.", cause });
  return new KtError({
    code: "bad_input",
    message: `kt cannot listen at ${shown}: ${host} is no address of this machine (${code ?? String(error)}).`,
    hint: "127.0.0.1 is this machine alone, 0.0.0.0 all of its addresses.",
    cause,
  });
}
