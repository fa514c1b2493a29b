import { useLanguage } from "@/i18n";
import { date, day, dayOf } from "@/lib/time";

/** From the first to the last day; the year stands only where it is not this one. */
export function Period({ from, to }: { from: string; to: string }) {
  const language = useLanguage();
  const year = dayOf(Date.now()).slice(0, 4);
  const write = (at: string) => (at.startsWith(year) ? day(at, language) : date(at, language));
  return (
    <span className="z-nowrap">
      {write(from)} – {write(to)}
    </span>
  );
}
