/** One wrong field: a JSON pointer into the body, or `?name` for a query parameter. */
export interface FieldProblem {
  pointer: string;
  detail: string;
  code: string;
}

/** RFC 9457, with what the regulation adds: the clause, and the posts that have the duty. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  request_id: string;
  errors?: FieldProblem[];
  clause?: string;
  posts?: { post: string; title: string }[];
  legal_steps?: { verb: string; duty: string; clause: string; posts: string[] }[];
}

/** The API refused, and says why. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.title}: ${problem.detail}`);
    this.name = "ProblemError";
  }

  /** Whether it is the problem `/problems/<slug>`. */
  is(slug: string): boolean {
    return this.problem.type === `/problems/${slug}`;
  }
}

/** The API could not be reached at all. */
export class Unreachable extends Error {
  constructor() {
    super("The API cannot be reached");
    this.name = "Unreachable";
  }
}

/** Whether an error is the problem of that name. */
export function isProblem(error: unknown, slug: string): error is ProblemError {
  return error instanceof ProblemError && error.is(slug);
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/**
 * The body of a good answer; throws a ProblemError for a bad one, and Unreachable where there was none.
 * The one way from the generated client to TanStack Query: `queryFn: () => ok(api.GET(...))`.
 */
export async function ok<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (response.ok) return data as T; // a 204 has none, and its type says so
  throw new ProblemError(asProblem(error, response));
}

/** What came back as a problem; a proxy between us and the API may answer in its own form. */
export function asProblem(body: unknown, response: Response): Problem {
  if (typeof body === "object" && body !== null && "type" in body && "title" in body) return body as Problem;
  return {
    type: "about:blank",
    title: `HTTP ${response.status}`,
    status: response.status,
    detail: response.statusText,
    request_id: response.headers.get("X-Request-Id") ?? "",
  };
}

/** A pointer as the name path of a form field: '/lines/0/quantity' -> ['lines', 0, 'quantity']. */
export function fieldPath(pointer: string): (string | number)[] {
  return pointer
    .replace(/^[/?]/, "")
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
