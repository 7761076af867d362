/** Small drawings in the colour of the text around them. */

function icon(path: string) {
  return () => (
    <svg
      viewBox="0 0 16 16"
      width="14"
      height="14"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  );
}

export const PauseIcon = icon("M5.5 3.5v9M10.5 3.5v9");
export const PlayIcon = icon("M5 3.2v9.6L12.5 8z");
export const ExpandIcon = icon("M9.5 2.5h4v4M6.5 13.5h-4v-4M13.5 2.5l-5 5M2.5 13.5l5-5");
export const CloseIcon = icon("M3.5 3.5l9 9M12.5 3.5l-9 9");
export const LeftIcon = icon("M10 3L5 8l5 5");
export const RightIcon = icon("M6 3l5 5-5 5");
export const FullIcon = icon("M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10");
export const CopyIcon = icon("M6 6h7.5v7.5H6zM10 6V2.5H2.5V10H6");
export const SearchIcon = icon("M7 2.8a4.2 4.2 0 1 1 0 8.4 4.2 4.2 0 0 1 0-8.4zM10.2 10.2l3.3 3.3");
export const DownloadIcon = icon("M8 2.5v7.5M4.5 7L8 10.5 11.5 7M3 13.5h10");
export const DoneIcon = icon("M3 8.5l3.2 3.2L13 4.8");

/** A play button cut into the segments of a log. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 20 22" width="18" height="20" fill="currentColor" aria-hidden="true">
      <rect width="5" height="22" rx="1.5" />
      <rect x="7.5" y="4.5" width="5" height="13" rx="1.5" />
      <rect x="15" y="8.5" width="5" height="5" rx="1.5" />
    </svg>
  );
}
