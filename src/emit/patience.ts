/** How long a source is waited for, and how long until it is tried again. */

/** A camera without a picture for so long is taken for lost, and connected again. */
export const stallMs = 10_000;
/** What comes in pieces comes when a whole piece is there, and a server may miss one. */
export const piecesStallMs = 30_000;
export const firstPictureMs = 20_000;
/** A publisher is there by itself, and others wait while it keeps the place. */
export const firstPublishedMs = 10_000;
/** After one who sent no picture, as who tries again and again must not keep a processor busy. */
export const publisherPauseMs = 1000;
/** Of an address that may be a large file: its index may stand at its end. */
export const firstOfFileMs = 60_000;
export const firstPauseMs = 1000;
export const longestPauseMs = 30_000;
