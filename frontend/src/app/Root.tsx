import { Outlet } from "@tanstack/react-router";
import { App as AntdApp } from "antd";
import { lazy, Suspense, useEffect, useSyncExternalStore } from "react";
import { currentSession, onSessionChange } from "@/api/session";
import { Notices } from "@/ui/notices";
import { Away } from "./Away";
import { queries } from "./queries";
import { Splash } from "./Splash";

const SignIn = lazy(() => import("./SignIn"));
const Gate = lazy(() => import("./Gate"));
const Shell = lazy(() => import("./shell/Shell"));

/** Who is here decides what is drawn; the address stays, so that a person lands where he meant to go. */
export function Root() {
  const session = useSyncExternalStore(onSessionChange, currentSession);
  const account = session.state === "in" ? session.account.id : null;
  useEffect(() => {
    // What one person read must not be seen by the next one at the same screen.
    if (account === null) queries.clear();
  }, [account]);
  if (session.state === "unknown") return <Splash />;
  if (session.state === "away") return <Away />;
  return (
    // Inside the router, because a notice may lead to a clause.
    <AntdApp component={false}>
      <Notices />
      <Suspense fallback={<Splash />}>
        {session.state === "out" ? (
          <SignIn />
        ) : session.account.must_change_password || session.account.second_factor_needed ? (
          <Gate account={session.account} />
        ) : (
          <Shell key={session.account.id} account={session.account}>
            <Outlet />
          </Shell>
        )}
      </Suspense>
    </AntdApp>
  );
}
