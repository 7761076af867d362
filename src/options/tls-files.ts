/** A certificate and its key, read and looked at before anybody is served by them. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { KtError } from "../errors.ts";
import { readOwnFile, unreadable } from "./secret-file.ts";

/** Of an RSA key. */
const leastBits = 2048;

export interface TlsFiles {
  cert: string | undefined;
  key: string | undefined;
}

/**
 * Both as PEM; undefined where neither is named.
 * @throws KtError usage
 */
export function readTlsFiles({ cert: certPath, key: keyPath }: TlsFiles): { cert: string; key: string } | undefined {
  if (certPath === undefined && keyPath === undefined) return undefined;
  if (certPath === undefined) throw KtError.usage("--tls-key needs the certificate of that key.", "Name it by --tls-cert.");
  if (keyPath === undefined) throw KtError.usage("--tls-cert needs the certificate's private key.", "Name it by --tls-key.");
  const cert = readCertificate(certPath);
  const key = readOwnFile(keyPath, "--tls-key");
  check(certificateIn(cert, certPath), certPath, keyIn(key, keyPath), keyPath);
  return { cert, key };
}

function readCertificate(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw KtError.usage(`--tls-cert: ${path} cannot be read: ${unreadable(error)}.`);
  }
}

/** The first is the server's own; those after it lead to one that browsers know. */
function certificateIn(pem: string, path: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw KtError.usage(`--tls-cert: ${path} has no certificate in it.`, "It begins with -----BEGIN CERTIFICATE-----.");
  }
}

function keyIn(pem: string, path: string): ReturnType<typeof createPrivateKey> {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem))
    throw KtError.usage(`--tls-key: the key in ${path} is encrypted with a passphrase.`, "Give kt one without: openssl pkey -in KEY -out PLAIN.");
  try {
    return createPrivateKey(pem);
  } catch {
    throw KtError.usage(`--tls-key: ${path} has no private key in it.`, "It begins with -----BEGIN PRIVATE KEY-----.");
  }
}

function check(certificate: X509Certificate, certPath: string, key: ReturnType<typeof createPrivateKey>, keyPath: string): void {
  if (!certificate.checkPrivateKey(key)) throw KtError.usage(`The key in ${keyPath} is not that of the certificate in ${certPath}.`);
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && bits < leastBits) throw KtError.usage(`The key in ${keyPath} has ${bits} bits, and browsers take none of less than ${leastBits}.`);
  const [from, to] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
  const now = Date.now();
  if (now > to.getTime()) throw KtError.usage(`The certificate in ${certPath} expired at ${to.toISOString()}.`, "Have it renewed.");
  if (now < from.getTime())
    throw KtError.usage(`The certificate in ${certPath} is good from ${from.toISOString()} on only.`, "Look at this machine's clock, or wait until then.");
}
