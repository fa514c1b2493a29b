import { api } from "@/api/client";
import { end } from "@/api/session";

/** Whatever the server says, the person is out here. */
export async function signOut(): Promise<void> {
  await api.POST("/api/v1/auth/sign-out").catch(() => undefined);
  end();
}
