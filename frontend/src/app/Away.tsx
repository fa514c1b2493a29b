import { useEffect, useState } from "react";
import { Unreachable } from "@/api/problem";
import { renew } from "@/api/session";
import { Failure } from "@/ui/Failure";
import { Splash } from "./Splash";

const AGAIN_AFTER_MS = 5_000;

/** The server did not answer when the page opened: says so, and goes on trying. */
export function Away() {
  const [trying, setTrying] = useState(false);
  const again = () => {
    setTrying(true);
    void renew().finally(() => setTrying(false));
  };
  useEffect(() => {
    const timer = setInterval(renew, AGAIN_AFTER_MS);
    return () => clearInterval(timer);
  }, []);
  return trying ? <Splash /> : <Failure error={new Unreachable()} retry={again} />;
}
