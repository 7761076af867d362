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
export const DownIcon = icon("M3 6l5 5 5-5");
export const StepBackIcon = icon("M11.5 3.5v9L6 8zM4 3.5v9");
export const StepOnIcon = icon("M4.5 3.5v9L10 8zM12 3.5v9");
export const BackIcon = icon("M3.2 8a5 5 0 1 0 1.6-3.7M3.2 2.6v2.6h2.6");
export const OnIcon = icon("M12.8 8a5 5 0 1 1-1.6-3.7M12.8 2.6v2.6h-2.6");
export const ReverseIcon = icon("M11 3.2v9.6L3.5 8z");
export const ClockIcon = icon("M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2zM8 5v3l2 1.4");
export const CameraIcon = icon("M2.5 5h2.6l1-1.8h3.8l1 1.8h2.6v7.8h-11zM8 7a2 2 0 1 1 0 4 2 2 0 0 1 0-4z");
export const ClipIcon = icon("M4 3.2a1.6 1.6 0 1 1 0 3.2 1.6 1.6 0 0 1 0-3.2zM4 9.6a1.6 1.6 0 1 1 0 3.2 1.6 1.6 0 0 1 0-3.2zM5.4 5.6l8 5.4M5.4 10.4l8-5.4");
export const LinkIcon = icon("M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.2-2.2A2.6 2.6 0 0 0 9 3.3l-.9.9M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.3 9A2.6 2.6 0 0 0 7 12.7l.9-.9");
export const HelpIcon = icon("M6 6a2 2 0 1 1 2.8 1.8c-.5.3-.8.6-.8 1.2v.4M8 12h.01");
export const BoxesIcon = icon("M2.5 5V2.5H5M11 2.5h2.5V5M13.5 11v2.5H11M5 13.5H2.5V11M5.5 5.5h5v5h-5z");
export const ListIcon = icon("M6 4h7.5M6 8h7.5M6 12h7.5M2.8 4h.01M2.8 8h.01M2.8 12h.01");
export const FullIcon = icon("M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10");
export const PinIcon = icon("M6 2.5h4M6.8 2.5v4L4.5 9h7L9.2 6.5v-4M8 9v4.5");
export const OffIcon = icon("M3.5 8h9");
export const ProgramsIcon = icon("M2.5 3.5h11v9h-11zM5 6.5L7 8l-2 1.5M8.5 10h2.5");
export const PipIcon = icon("M13.5 7V3.5h-11v9H7M8.5 8.5h5v4h-5z");
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
