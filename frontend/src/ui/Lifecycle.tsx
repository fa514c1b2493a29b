import { useTranslation } from "react-i18next";
import css from "./Lifecycle.module.css";

interface Props {
  resource: string;
  /** The states on the way from beginning to end, without the side ways. */
  path: string[];
  status: string;
}

/** Where a record stands on its way. A state beside the way (returned, cancelled) is shown at its end, as the place where it left. */
export function Lifecycle({ resource, path, status }: Props) {
  const { t } = useTranslation("states");
  const word = (state: string) => t([`${resource}.${state}`, `any.${state}`], { defaultValue: state });
  const at = path.indexOf(status);
  // On a telephone the way is wider than the screen: show the part where the record stands.
  const show = (step: HTMLLIElement | null) => {
    const way = step?.parentElement;
    if (step && way) way.scrollLeft = step.offsetLeft - way.offsetLeft - 80;
  };
  return (
    // On a telephone it scrolls, so the keyboard must reach it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls takes the focus (WCAG 2.1.1)
    <ol className={css.path} tabIndex={0}>
      {path.map((state, index) => (
        <li
          key={state}
          ref={index === at ? show : undefined}
          className={index === at ? css.here : at > index ? css.past : css.ahead}
          aria-current={index === at ? "step" : undefined}
        >
          {word(state)}
        </li>
      ))}
      {at < 0 ? (
        <li ref={show} className={css.aside} aria-current="step">
          {word(status)}
        </li>
      ) : null}
    </ol>
  );
}
