import { MutationCache, QueryClient } from "@tanstack/react-query";
import { ProblemError, Unreachable } from "@/api/problem";
import { showError } from "@/ui/notices";

/** A refusal stays a refusal; only a busy server or a lost network is worth another try. */
function worthRetrying(failures: number, error: unknown): boolean {
  const passing = error instanceof Unreachable || (error instanceof ProblemError && error.problem.status === 503);
  return passing && failures < 2;
}

export const queries = new QueryClient({
  defaultOptions: { queries: { staleTime: 15_000, retry: worthRetrying } },
  mutationCache: new MutationCache({ onError: showError }),
});
