/** Clauses, and the mark that one of them is kept. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 512 512" aria-hidden="true">
      <rect width="512" height="512" rx="112" fill="#0e7a6b" />
      <g fill="none" stroke="#fff" strokeWidth="30" strokeLinecap="round" strokeLinejoin="round">
        <path d="M150 162h150M150 256h110M150 350h80" />
        <path d="M288 334l44 44 76-132" stroke="#8fe3d2" />
      </g>
    </svg>
  );
}
