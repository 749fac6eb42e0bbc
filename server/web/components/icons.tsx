/** Icons: strokes on a grid of 24, as large as the text beside them. All are decoration; what they stand for is said in words. */
import type { JSX } from "preact";

function Icon({ children }: { readonly children: JSX.Element | JSX.Element[] }): JSX.Element {
  return <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{children}</svg>;
}

const drawn = (d: string) => (): JSX.Element => <Icon><path d={d} /></Icon>;

export const DashboardIcon = drawn("M4 13h6V4H4zM14 20h6v-9h-6zM4 20h6v-4H4zM14 4v4h6V4z");
export const FlowsIcon = drawn("M6 9a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM18 21a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM6 9v3a4 4 0 0 0 4 4h5");
export const RunsIcon = drawn("M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM10 8.5l6 3.5-6 3.5z");
export const AgentsIcon = drawn("M5 4h14v6H5zM5 14h14v6H5zM8.5 7h.01M8.5 17h.01");
export const ProjectsIcon = drawn("M3 7a2 2 0 0 1 2-2h4l2 2h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z");
export const SearchIcon = drawn("M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4");
export const KeyboardIcon = drawn("M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8");
export const BookIcon = drawn("M5 4h9a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM17 7h2v13h-2M8.5 8.5h5M8.5 12h5");
export const SunIcon = drawn("M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1");
export const MoonIcon = drawn("M20 14.5A8 8 0 1 1 9.5 4a6.5 6.5 0 0 0 10.5 10.5z");
export const SystemIcon = drawn("M4 5h16v11H4zM9 20h6M12 16v4");
export const CloseIcon = drawn("M6 6l12 12M18 6L6 18");
export const CopyIcon = drawn("M9 9h11v11H9zM15 9V5a1 1 0 0 0-1-1H5a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h4");
export const CheckIcon = drawn("M5 12.5l4.5 4.5L19 7");
export const PlayIcon = drawn("M7 4.5l12 7.5-12 7.5z");
export const StopIcon = drawn("M6 6h12v12H6z");
export const RestartIcon = drawn("M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 4v4.5h4.5");
export const TrashIcon = drawn("M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5");
export const PlusIcon = drawn("M12 5v14M5 12h14");
export const PenIcon = drawn("M4 20l1-4L16 5l3 3L8 19z");
export const ClockIcon = drawn("M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7.5V12l3 2");
export const CalendarIcon = drawn("M4 6h16v14H4zM4 10.5h16M8 3.5V7M16 3.5V7");
export const AlertIcon = drawn("M12 4l9 16H3zM12 10v4.5M12 17.2h.01");
export const DownloadIcon = drawn("M12 4v11M7.5 11l4.5 4.5L16.5 11M5 20h14");
export const ChevronRightIcon = drawn("M9.5 6l6 6-6 6");
export const ChevronLeftIcon = drawn("M14.5 6l-6 6 6 6");
export const ChevronDownIcon = drawn("M6 9.5l6 6 6-6");
export const MoreIcon = drawn("M6 12h.01M12 12h.01M18 12h.01");
export const LogoutIcon = drawn("M10 4H5v16h5M14 8l4 4-4 4M18 12H9");
export const ExternalIcon = drawn("M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5");
export const FilterIcon = drawn("M4 5h16l-6 8v6l-4-2v-4z");
export const ArchiveIcon = drawn("M4 5h16v4H4zM5.5 9v10h13V9M10 13h4");
export const MenuIcon = drawn("M4 7h16M4 12h16M4 17h16");

/** The sign of Flowlet. */
export function FlowletSign(): JSX.Element {
  return (
    <svg class="sign" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" class="sign-ground" />
      <path d="M11 10h4c4 0 2 12 6 12h1M11 10h11" class="sign-line" />
      <circle cx="9" cy="10" r="3.4" class="sign-node" /><circle cx="23" cy="10" r="3.4" class="sign-node" /><circle cx="23" cy="22" r="3.4" class="sign-node" />
    </svg>
  );
}
