import { Logo } from "./Logo";
import css from "./Splash.module.css";

/** The moment before it is known who is here. */
export function Splash() {
  return (
    <div className={css.splash} role="status" aria-busy="true">
      <Logo size={56} />
    </div>
  );
}
