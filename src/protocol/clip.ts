/** What the page has to know of clip.mp4 before it asks for one. */

/** From start to end; kt consume --record has no limit. */
export const longestClipMs = 3_600_000;
