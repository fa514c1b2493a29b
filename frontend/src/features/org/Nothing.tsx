import css from "./Nothing.module.css";

/** A short list inside a record's page that has nothing in it, which needs no more than to be said. */
export function Nothing({ text }: { text: string }) {
  return <p className={css.nothing}>{text}</p>;
}
