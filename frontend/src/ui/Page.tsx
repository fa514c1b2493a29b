import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import css from "./Page.module.css";

interface Props {
  title: ReactNode;
  /** The title of the browser's tab, where `title` is not plain text. */
  tab?: string;
  /** What stands behind the title: a status, a clause. */
  tags?: ReactNode;
  /** One sentence under the title. */
  about?: ReactNode;
  /** The way here, from the list to the record. */
  trail?: { title: string; to: string }[];
  actions?: ReactNode;
  aside?: ReactNode;
  /** `reading` keeps lines short; `working` uses the whole width. */
  width?: "reading" | "working";
  children: ReactNode;
}

/** The frame of every page: where one is, what it is, what one may do, and the matter itself. */
export function Page({ title, tab, tags, about, trail = [], actions, aside, width = "working", children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const product = useTranslation("shell").t("name");
  const name = tab ?? (typeof title === "string" ? title : "");
  useEffect(() => {
    if (name) document.title = `${name} · ${product}`;
  }, [name, product]);
  // A new page tells a screen reader its name; the focus ring is not drawn for it.
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <div className={`${css.page} ${css[width]}`}>
      <header className={css.header}>
        <div className={css.what}>
          {trail.length > 0 && (
            <nav className={css.trail} aria-label="breadcrumb">
              {trail.map((step) => (
                <span key={step.to}>
                  <Link to={step.to}>{step.title}</Link>
                  <span aria-hidden="true"> / </span>
                </span>
              ))}
            </nav>
          )}
          <div className={css.titleRow}>
            <h1 ref={heading} tabIndex={-1} className={css.title}>
              {title}
            </h1>
            {tags}
          </div>
          {about ? <p className={css.about}>{about}</p> : null}
        </div>
        {actions ? <div className={css.actions}>{actions}</div> : null}
      </header>
      {aside ? (
        <div className={css.columns}>
          <div className={css.matter}>{children}</div>
          <aside className={css.aside}>{aside}</aside>
        </div>
      ) : (
        children
      )}
    </div>
  );
}

/** A titled block of a page. */
export function Section({
  title,
  extra,
  flush = false,
  children,
}: {
  title?: ReactNode;
  extra?: ReactNode;
  flush?: boolean;
  children: ReactNode;
}) {
  return (
    <section className={css.section}>
      {title || extra ? (
        <header className={css.sectionHeader}>
          <h2>{title}</h2>
          {extra}
        </header>
      ) : null}
      <div className={flush ? css.flush : css.sectionBody}>{children}</div>
    </section>
  );
}
